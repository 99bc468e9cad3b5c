"""One training step seen from inside: the very tensors that the loop's own step computes.

The loop takes its step as it always does, and what passes through the model on the way is kept. So
the parameters afterwards are those of ``TrainingLoop.step``, to the last bit. Only the noise is
made a second time, from the state that the generator was in, and held against the z that were
decoded.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from vae_core.inference import BoundTerms
from vae_core.models import LIKELIHOODS, VAE, DiagonalGaussian, PixelLikelihood
from vae_core.models.posteriors import diagonal
from vae_core.training import TrainingLoop


@dataclass(frozen=True, eq=False)
class ParameterStep:
    """What happened to one tensor of parameters.

    Attributes:
        name: as the model's ``state_dict`` calls it.
        gradient_norm: of the objective's gradient per image, with the weights' prior if there is
            one; None where it has none, and is solved for.
        step_norm: Euclidean length of the change.
        norm: Euclidean length of the parameters before it.
    """

    name: str
    gradient_norm: float | None
    step_norm: float
    norm: float


@dataclass(frozen=True, eq=False)
class TracedStep:
    """All that one step has computed, B images at once and L draws of noise for each.

    Attributes:
        epoch_ended: whether the step completed an epoch.
        x: what the encoder saw, in [0, 1]. [B, C, H, W].
        encoder_layers, decoder_layers: activations between the layers, in the order in which they
            are computed: [B, units] or [B, channels, h, w].
        posterior: q(z|x), mu and logvar [B, J].
        noise: eps. [L, B, J].
        z: mu + sigma ⊙ eps. [L, B, J].
        mean: E[x|z] at the first z. [B, C, H, W].
        before: rate (in closed form) and distortion of each image, as the step found them.
        by_output: the gradient of each image's −log p(x|z) by the decoder's output, the logits of
            the mean, at the first z. [B, C, H, W].
        parameters: what the step did to each tensor.
        beta: what the rate weighed in the objective.
        after: rate and distortion with the new parameters, of the same x and the same eps.
        mean_after: E[x|z] with the new parameters. [B, C, H, W].
    """

    epoch_ended: bool
    x: Tensor
    encoder_layers: list[Tensor]
    posterior: DiagonalGaussian
    noise: Tensor
    z: Tensor
    decoder_layers: list[Tensor]
    mean: Tensor
    before: BoundTerms
    by_output: Tensor
    parameters: list[ParameterStep]
    beta: float
    after: BoundTerms
    mean_after: Tensor


def traced_step(loop: TrainingLoop, vae: VAE) -> TracedStep:
    """Take one step of a loop that trains ``vae`` by an algorithm that is ``traceable``.

    Raises:
        Diverged: as ``TrainingLoop.step``.
        ValueError: the algorithm encodes its batch or draws its z in another way.
    """
    parameters = {name: p.detach().clone() for name, p in vae.named_parameters()}
    seen = _Seen()
    with _watching(vae, seen, lambda: loop.state_dict()["generator"]):
        epoch_ended = loop.step()
    if seen.posterior is None or seen.x is None or not seen.likelihoods:
        raise ValueError("This algorithm does not encode a batch and decode its codes.")
    x, posterior = seen.x, seen.posterior.detach()
    z = torch.stack([each.detach() for each in seen.z])
    noise = _noise(posterior, len(z), seen.generator)
    if not torch.equal(z, _codes(posterior, noise)):
        raise ValueError("This algorithm does not draw its codes as mu + sigma * eps.")
    with torch.no_grad():
        before = _terms(posterior, seen.likelihoods, x)
        posterior_after = diagonal(vae.encode(x))
        after_draws = [vae.decode(each) for each in _codes(posterior_after, noise)]
        after = _terms(posterior_after, after_draws, x)
    assert seen.output is not None
    slope = seen.output.grad if seen.output.grad is not None else torch.zeros_like(seen.output)
    return TracedStep(
        epoch_ended=epoch_ended,
        x=x,
        encoder_layers=seen.encoder_layers,
        posterior=posterior,
        noise=noise,
        z=z,
        decoder_layers=seen.decoder_layers,
        mean=seen.likelihoods[0].mean.detach(),
        before=before,
        # The objective is a mean over images, and over draws.
        by_output=slope.view(x.shape) * len(x) * len(z),
        parameters=[_moved(name, p, parameters[name]) for name, p in vae.named_parameters()],
        beta=loop.algorithm.beta,
        after=after,
        mean_after=after_draws[0].mean,
    )


class _Seen:
    """What has passed through a model so far."""

    def __init__(self) -> None:
        self.x: Tensor | None = None
        self.posterior: DiagonalGaussian | None = None
        self.generator = torch.empty(0)  # its state when the posterior was known
        self.z: list[Tensor] = []
        self.likelihoods: list[PixelLikelihood] = []
        self.output: Tensor | None = None
        self.encoder_layers: list[Tensor] = []
        self.decoder_layers: list[Tensor] = []


@contextmanager
def _watching(vae: VAE, seen: _Seen, generator_state: Callable[[], Tensor]) -> Iterator[None]:
    encode, decode = vae.encode, vae.decode

    def watched_encode(x: Tensor) -> DiagonalGaussian:
        if seen.posterior is not None:
            raise ValueError("This algorithm encodes more than its batch.")
        seen.x, seen.posterior = x, diagonal(encode(x))
        seen.generator = generator_state()
        return seen.posterior

    def watched_decode(z: Tensor) -> PixelLikelihood:
        likelihood = decode(z)
        seen.z.append(z)
        seen.likelihoods.append(likelihood)
        return likelihood

    def keep_output(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        if seen.output is None:
            output.retain_grad()
            seen.output = output

    others = LIKELIHOODS[vae.architecture.likelihood].heads
    handles = [
        vae.decoder.output.register_forward_hook(keep_output),
        *_keep_what_layers_read(vae.encoder, seen.encoder_layers),
        *_keep_what_layers_read(vae.decoder, seen.decoder_layers, without=others),
    ]
    vars(vae).update(encode=watched_encode, decode=watched_decode)
    try:
        yield
    finally:
        del vars(vae)["encode"], vars(vae)["decode"]
        for handle in handles:
            handle.remove()


def _keep_what_layers_read(
    network: nn.Module, kept: list[Tensor], without: Collection[str] = ()
) -> Iterator[torch.utils.hooks.RemovableHandle]:
    """Each layer with weights of its own reads what the one before it has made of its input.

    What the first one reads, the network's own input, is left out, and so is what is read again.
    """
    read: list[Tensor] = []
    called: set[nn.Module] = set()

    def keep(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if module in called:  # at a further draw of z
            return
        called.add(module)
        if read and not any(inputs[0] is each for each in read):
            kept.append(inputs[0].detach())
        read.append(inputs[0])

    for name, module in network.named_modules():
        own = next(module.parameters(recurse=False), None)
        if module is not network and own is not None and name.partition(".")[0] not in without:
            yield module.register_forward_pre_hook(keep)


def _noise(posterior: DiagonalGaussian, draws: int, state: Tensor) -> Tensor:
    """The same numbers as ``rsample`` has drawn from a generator in this state. [L, B, J]."""
    generator = Generator()
    generator.set_state(state)
    return torch.stack(
        [torch.empty_like(posterior.mu).normal_(generator=generator) for _ in range(draws)]
    )


def _codes(posterior: DiagonalGaussian, noise: Tensor) -> Tensor:
    """z = mu + sigma ⊙ eps of each draw. [L, B, J]."""
    deviation = torch.exp(0.5 * posterior.logvar)
    return torch.stack([torch.addcmul(posterior.mu, each, deviation) for each in noise])


def _terms(
    posterior: DiagonalGaussian, likelihoods: Collection[PixelLikelihood], x: Tensor
) -> BoundTerms:
    distortion = -torch.stack([each.log_prob(x) for each in likelihoods]).mean(0)
    return BoundTerms(rate=posterior.kl(), distortion=distortion)


def _moved(name: str, parameter: nn.Parameter, before: Tensor) -> ParameterStep:
    gradient = parameter.grad
    return ParameterStep(
        name=name,
        gradient_norm=None if gradient is None else float(gradient.detach().norm()),
        step_norm=float((parameter.detach() - before).norm()),
        norm=float(before.norm()),
    )
