"""What a model makes of a few images, as pictures: means, samples of z and of x, deviations.

They are decoded for the images that are shown, and for no others.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Generator, Tensor

from latent_atlas.reports.image_size import Shape, at_size
from latent_atlas.ui.images import cost_uri, error_uri, image_uri
from vae_core.models import VAE

Kind = Literal["Mean z", "Sample z", "Sample x", "Deviation"]
KINDS: tuple[Kind, ...] = ("Mean z", "Sample z", "Sample x", "Deviation")
DRAWN: tuple[Kind, ...] = ("Sample z", "Sample x")  # those in which chance has a part
DRAWS = 3  # how many are seen beside each other
# The scale of σ is fixed, so that two pictures can be held against each other: no value between 0
# and 1 can deviate by more.
DEVIATION_TOP = 0.5


@dataclass(frozen=True)
class Pictures:
    """What a model makes of n images.

    `rebuilt` is [n, C, H, W] in [0, 1], the mean of p(x|z) at one z each. At the size in which
    pictures are seen, `copies` has its addresses, and `shown` those of all pictures [k][n], which
    `captions` name.
    """

    rebuilt: Tensor
    copies: list[str]
    captions: tuple[str, ...]
    shown: list[list[str]]


@torch.inference_mode()
def pictures(
    vae: VAE,
    images: Tensor,
    indices: Tensor,
    kind: Kind = "Mean z",
    draw: int = 0,
    *,
    errors: bool = True,
    size: Shape | None = None,
) -> Pictures:
    """Pictures of `images[indices]` (uint8 [N, C, H, W]; int64 [n]), brought to `size`.

    What is drawn is the same for the same image and number `draw` wherever the image stands.
    `errors` says whether the error stands beside a reconstruction.
    """
    x = images[indices].float() / 255
    seen = size or (x.shape[1], x.shape[2], x.shape[3])
    posterior = vae.encode(x)
    ids = indices.tolist()
    if kind == "Sample z":
        noises = [_normal(posterior.mu.shape[1:], ids, draw * DRAWS + n) for n in range(DRAWS)]
        likelihoods = [vae.decode(posterior.at(noise)) for noise in noises]
        drawn = [_uris(each.mean, seen) for each in likelihoods]
        captions = [f"z drawn, {n}" for n in range(1, DRAWS + 1)]
        return _pictures(likelihoods[0].mean, seen, dict(zip(captions, drawn, strict=True)))
    likelihood = vae.decode(posterior.mu)
    if kind == "Sample x":
        shown = {
            f"x drawn, {n + 1}": _uris(_drawn(vae, posterior.mu, draw * DRAWS + n, ids), seen)
            for n in range(DRAWS)
        }
        return _pictures(likelihood.mean, seen, shown)
    shown = {"rebuilt": _uris(likelihood.mean, seen)}
    if kind == "Deviation":
        sigma = at_size(likelihood.deviation.expand_as(x), seen).square().mean(1).sqrt()
        shown["deviation"] = [cost_uri(each, DEVIATION_TOP, signed=False) for each in sigma]
    elif errors:
        difference = at_size(likelihood.mean, seen) - at_size(x, seen)
        shown["error"] = [error_uri(each) for each in difference]
    return _pictures(likelihood.mean, seen, shown)


def deviation_ramp() -> str:
    """The scale of deviations as the address of a picture."""
    return cost_uri(np.linspace(0, DEVIATION_TOP, 201)[None], DEVIATION_TOP, signed=False)


def _pictures(rebuilt: Tensor, seen: Shape, shown: dict[str, list[str]]) -> Pictures:
    return Pictures(
        rebuilt=rebuilt,
        copies=_uris(rebuilt, seen),
        captions=tuple(shown),
        shown=list(shown.values()),
    )


def _uris(images: Tensor, size: Shape) -> list[str]:
    return [image_uri(each) for each in at_size(images, size)]


def _normal(shape: torch.Size, ids: list[int], draw: int) -> Tensor:
    """Standard normal numbers [n, *shape], by the image and the draw."""
    return torch.stack([torch.randn(shape, generator=_generator(each, draw)) for each in ids])


def _drawn(vae: VAE, mu: Tensor, draw: int, ids: list[int]) -> Tensor:
    """x ~ p(x|z) at each z of `mu` [n, J], within [0, 1]: [n, C, H, W].

    One by one, for a likelihood draws all of a batch from one stream.
    """
    rows = [
        vae.decode(z[None]).sample(_generator(each, draw))[0]
        for z, each in zip(mu, ids, strict=True)
    ]
    return torch.stack(rows).clamp(0, 1)


def _generator(image: int, draw: int) -> Generator:
    return Generator().manual_seed(draw * 1_000_003 + image)
