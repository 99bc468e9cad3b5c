"""What needs no learning: the untrained model, and one picture for all images.

A training is held against both. Where its bound falls far below them it has diverged, however
finite its numbers are (``vae_core.runs.divergence`` has the rule).
"""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from vae_core.evaluation.bounds import Treatment, evaluate, image_batches
from vae_core.models import LIKELIHOODS, VAE

_MOST_NUMBERS = 2**18  # pixel values in all, so that large images cost no more than small ones
_IMAGES = (8, 256)  # the fewest and the most images

# Each number of the picture goes by the sign of its own slope, in steps that shrink geometrically.
_STEPS, _FIRST_STEP, _SHRINKING = 40, 2.0, 0.85
_INSIDE = 1e-3  # how far a pixel's mean stays from 0 and 1 where the search begins


@dataclass(frozen=True)
class Standards:
    """Means over the same images, in nats per image; higher is better.

    Attributes:
        untrained: the bound of the model as it was initialised.
        mean_image: log p(x) of the one picture (and, where the likelihood has one, width of each
            pixel) that serves all these images best: what can be had without any code.
        numbers: pixel values in an image: C · H · W.
    """

    untrained: float
    mean_image: float
    numbers: int


def standards(
    untrained: VAE, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> Standards:
    """Both, on the first of these images: few enough to take a fraction of a second.

    Args:
        untrained: the model before its first step.
        images: uint8 [N, C, H, W].
        treatment: see ``evaluate_images``.
        seed: of the draws, which are no part of the training's.
    """
    numbers = untrained.architecture.pixels
    fewest, most = _IMAGES
    some = images[: min(max(_MOST_NUMBERS // numbers, fewest), most)]
    return Standards(
        untrained=evaluate(untrained, some, treatment=treatment, seed=seed).elbo,
        mean_image=best_constant(untrained, some, treatment=treatment, seed=seed),
        numbers=numbers,
    )


def best_constant(
    vae: VAE, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> float:
    """log p of images under the one p(x) of the model's likelihood that suits them best.

    As if the decoder ignored z. Arguments as for ``standards``; a mean in nats per image.
    """
    generator = Generator().manual_seed(seed)
    x = torch.cat(list(image_batches(images, treatment, generator, 1000)))
    likelihood = LIKELIHOODS[vae.architecture.likelihood]
    settings = {name: getattr(vae.architecture, name) for name in likelihood.settings}
    mean = x.mean(0, keepdim=True)
    logits = nn.Parameter(torch.logit(mean, eps=_INSIDE))
    heads = {
        name: nn.Parameter(torch.zeros_like(mean) if extent == "pixels" else torch.zeros(()))
        for name, extent in likelihood.heads.items()
    }

    def total() -> Tensor:
        shown = {name: head.expand_as(x) if head.dim() else head for name, head in heads.items()}
        return likelihood.from_outputs(logits.expand_as(x), shown, settings).total_log_prob(x)

    free = [logits, *heads.values()]
    size = _FIRST_STEP
    for _ in range(_STEPS):
        slopes = torch.autograd.grad(total(), free)
        for number, slope in zip(free, slopes, strict=True):
            number.data.add_(size * slope.sign())
        size *= _SHRINKING
    with torch.no_grad():
        return float(total()) / len(x)
