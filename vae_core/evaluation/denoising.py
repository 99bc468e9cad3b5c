"""Denoising curves: how far what a model makes of a corrupted image is from the clean one.

Two errors of every image, at every strength of a corruption: the mean squared error of the picture,
in pixel values of 0 to 1, and −log p(clean x|z) in nats at the z that the corrupted image led to.
Beside them stands the error of the corrupted image itself, which is what doing nothing costs, and
at strength 0 the model's own error. Models and strengths are compared image by image.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.evaluation.corruption import Corrupted, Corruption, corrupted
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import over_images
from vae_core.inference.imputation import WAYS, Way, chain, started
from vae_core.models import VAE

# How a corrupted image is recovered: by the mean image at q's mean, or step by step where pixels
# are missing, in one of the chain's ways.
Recovery = Literal["once", "mean", "draw", "corrected"]
STEPS = 20  # of a chain; what came before its second half is left out of its mean

_AT_ONCE = 250


@dataclass(frozen=True, eq=False)
class Recovered:
    """What a model makes of N corrupted images.

    Attributes:
        images: float [N, C, H, W] in [0, 1]; known pixels are put back after a chain.
        nats: −log p(clean x|z) [N], float64; after a chain a mean over its second half.
    """

    images: Tensor
    nats: Tensor


@dataclass(frozen=True, eq=False)
class DenoisingCurve:
    """The errors of N images at S strengths; tensors are float64 [S, N].

    Attributes:
        strengths: ascending; the first is 0.
        squares: mean squared error of each picture, in pixel values of 0 to 1.
        nats: −log p(clean x|z) of each; None of doing nothing, which has no p.
    """

    strengths: tuple[float, ...]
    squares: Tensor
    nats: Tensor | None

    def means(self, of_nats: bool = False) -> list[tuple[float, float | None]]:
        """The mean error over images at each strength, with its ±."""
        values = self.squares if not of_nats or self.nats is None else self.nats
        return [(row.mean().item(), over_images(row)) for row in values]


@torch.inference_mode()
def recover(
    vae: VAE,
    clean: Tensor,
    found: Corrupted,
    *,
    recovery: Recovery = "once",
    start: str = "prior",
    seed: int = 0,
    watch: Watch | None = None,
) -> Recovered:
    """What the model makes of corrupted images.

    Args:
        vae: the model.
        clean: the images before, uint8 [N, C, H, W] or floats in [0, 1].
        found: and after.
        recovery: ``once``, or a way of the chain, which only goes where pixels are missing.
        start: of a chain, see ``imputation.STARTS``.
        seed: of a chain's draws.
        watch: asked before each step.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    x = clean if clean.is_floating_point() else clean.float() / 255
    if recovery == "once" or found.known is None:
        likelihood = vae.decode(vae.encode(found.images).mu)
        return Recovered(likelihood.mean, -likelihood.log_prob(x).double())
    way: Way = next(each for each in WAYS if each == recovery)
    generator = Generator().manual_seed(seed)
    known = found.known.unsqueeze(1).expand_as(x)
    begun = started(start, vae, found.images, known, generator)
    total, nats = torch.zeros_like(x), torch.zeros(len(x), dtype=torch.float64)
    late = STEPS - STEPS // 2
    states = islice(chain(vae, begun, known, generator=generator, way=way), STEPS)
    for step, state in enumerate(states):
        if watch.cancelled():
            raise Cancelled
        if step >= STEPS - late:
            total += state.shown / late
            nats -= vae.decode(state.z).log_prob(x).double() / late
    return Recovered(total, nats)


def denoising_curve(
    vae: VAE,
    images: Tensor,
    corruption: Corruption,
    *,
    strengths: Sequence[float] = (),
    recovery: Recovery = "once",
    start: str = "prior",
    seed: int = 0,
    watch: Watch | None = None,
) -> DenoisingCurve:
    """The errors of a model at each strength of a corruption.

    Args:
        vae: the model.
        images: clean, uint8 [N, C, H, W].
        corruption: which.
        strengths: at which; the corruption's own steps if there are none.
        recovery, start: see ``recover``.
        seed: of noise and draws.
        watch: is told how far it is.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    strengths = tuple(strengths or corruption.steps)
    watch = watch or Watch()
    squares = torch.zeros(len(strengths), len(images), dtype=torch.float64)
    nats, done = torch.zeros_like(squares), 0
    for row, strength in enumerate(strengths):
        for numbers in torch.arange(len(images)).split(_AT_ONCE):
            if watch.cancelled():
                raise Cancelled
            clean = images[numbers].float() / 255
            found = corrupted(clean, corruption, strength, seed=seed, numbers=numbers)
            made = recover(
                vae, clean, found, recovery=recovery, start=start, seed=seed, watch=watch
            )
            squares[row, numbers] = squared_error(made.images, clean)
            nats[row, numbers] = made.nats
            done += len(numbers)
            watch.progress(done / squares.numel())
    return DenoisingCurve(strengths, squares, nats)


def nothing_done(
    images: Tensor,
    corruption: Corruption,
    *,
    strengths: Sequence[float] = (),
    seed: int = 0,
) -> DenoisingCurve:
    """The errors of the corrupted images themselves. Arguments as in ``denoising_curve``."""
    strengths = tuple(strengths or corruption.steps)
    squares = torch.zeros(len(strengths), len(images), dtype=torch.float64)
    for row, strength in enumerate(strengths):
        for numbers in torch.arange(len(images)).split(_AT_ONCE):
            clean = images[numbers].float() / 255
            found = corrupted(clean, corruption, strength, seed=seed, numbers=numbers)
            squares[row, numbers] = squared_error(found.images, clean)
    return DenoisingCurve(strengths, squares, None)


def squared_error(one: Tensor, other: Tensor) -> Tensor:
    """The mean of (one − other)² over the pixels of each image, float64. [N, C, H, W] → [N]."""
    return (one.double() - other.double()).square().flatten(1).mean(1)


@dataclass(frozen=True)
class Verdict:
    """Which of two has the smaller error, image by image.

    Attributes:
        less: by how much the first one's error is below the second's, a mean over images.
        half_width: ± of ``less``; None of one image.
        clear: whether the interval leaves out 0: only then is anything said.
    """

    less: float
    half_width: float | None

    @property
    def clear(self) -> bool:
        """Whether the interval of ``less`` leaves out 0."""
        return self.half_width is not None and abs(self.less) > self.half_width


def verdict(first: Tensor, second: Tensor) -> Verdict:
    """Of two errors of the same images, each [N]: by how much the first is below the second."""
    less = second - first
    return Verdict(less.mean().item(), over_images(less))


def wins(curve: DenoisingCurve, nothing: DenoisingCurve) -> list[float]:
    """The strengths above 0 at which a model surely errs less than doing nothing does."""
    rows = zip(curve.strengths, curve.squares, nothing.squares, strict=True)
    found = ((strength, verdict(one, other)) for strength, one, other in rows if strength > 0)
    return [strength for strength, said in found if said.clear and said.less > 0]
