"""What is measured of a model's pictures, whatever the model is, and when they are called failing.

Means E[x|z] and samples x ~ p(x|z) of a VAE are two kinds of picture and never one: `ways` tells
them apart. All are taken as a picture file holds them, with values from 0 to 1 in 256 levels.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.bounds import Treatment
from vae_core.evaluation.classifier import Classifier, judged
from vae_core.evaluation.coverage import CoverageBesideReal, K, coverage
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.evidence import watch_part
from vae_core.evaluation.features import Distance, features, sides
from vae_core.evaluation.frechet import frechet
from vae_core.evaluation.intervals import over_images
from vae_core.evaluation.kernel_distance import kernel_distance
from vae_core.evaluation.memorisation import Memorisation, memorisation
from vae_core.evaluation.overflow import OVERFLOWS
from vae_core.evaluation.proportions import Proportion, proportion
from vae_core.evaluation.sharpness import RelativeSharpness, relative_sharpness, sharpness
from vae_core.models import DrawsLatents, Model, Samples, ShowsMeans, inability
from vae_core.models.likelihoods import PixelLikelihood

# Makes so many pictures [count, C, H, W].
Way = Callable[[int, Generator], Tensor]
Verdict = Literal["failing", "passing", "cannot be said"]

CONFIDENT = 0.9  # what a picture is taken for at least so surely, it is recognised as
LEAST = 0.5  # of real images covered, and of pictures recognised
RULE = (
    f"Failing: coverage below {LEAST}, or fewer than half recognised with a confidence of "
    f"{CONFIDENT}. It is said where the whole interval (95 of 100 cases) of one lies below, and "
    "passing where those of both lie above; else it cannot be said."
)
FEWEST = K + 1  # pictures, so that each has a k-th neighbour
_AT_ONCE, _BATCHES = 250, 8  # pictures at most, and batches at least, over which speed varies
_REMEMBERED = 1000  # pictures, and test images, whose nearest training images are sought


@dataclass(frozen=True, eq=False)
class Drawn:
    """Pictures, uint8 [N, C, H, W], and how many of them a second were made here.

    The ± of the speed is over batches, in 95 of 100 cases; None of a single one.
    """

    pictures: Tensor
    per_second: float
    per_second_half_width: float | None


@dataclass(frozen=True)
class InFeatures:
    """What the frozen classifier of `digest` says, beside what it says of real images.

    `recognised` are the pictures that it takes for something at least as surely as ``CONFIDENT``,
    `real_recognised` the real images.
    """

    frechet: Distance
    kernel: Distance
    coverage: CoverageBesideReal
    recognised: Proportion
    real_recognised: Proportion
    digest: str

    @property
    def verdict(self) -> Verdict:
        """Whether the pictures fail, by ``RULE``."""
        return verdict(self.coverage.samples.coverage, self.recognised)


@dataclass(frozen=True, eq=False)
class SampleMeasures:
    """All that is measured of pictures of one kind.

    `features` is None without a classifier, `memorisation` without images that were trained on.
    """

    drawn: Drawn
    sharpness: RelativeSharpness
    features: InFeatures | None
    memorisation: Memorisation | None


def verdict(covered: Proportion, recognised: Proportion) -> Verdict:
    """Whether pictures fail, by ``RULE``: they show too little of what is real, or are no such."""
    shares = (covered, recognised)
    if any(share.high < LEAST for share in shares):
        return "failing"
    return "passing" if all(share.low >= LEAST for share in shares) else "cannot be said"


def parameters(model: Model) -> int:
    """How many numbers a model has learned."""
    return sum(each.numel() for each in model.parameters())


def ways(model: Model) -> Mapping[str, Way]:
    """How a model makes pictures of nothing but chance, by what they are.

    Of a VAE ``means``, where it has any, and ``samples``; of any other model ``samples``.

    Raises:
        AtlasError: it makes none.
    """
    if isinstance(model, DrawsLatents):
        found: dict[str, Way] = {}
        if inability(model, ShowsMeans) is None:
            found["means"] = lambda count, generator: _decoded(model, count, generator).mean
        found["samples"] = lambda count, generator: _decoded(model, count, generator).sample(
            generator
        )
        return found
    if not isinstance(model, Samples):
        raise AtlasError(f"It has no samples to measure: {inability(model, Samples)}.")
    return {"samples": model.sample_images}


def _decoded(model: DrawsLatents, count: int, generator: Generator) -> PixelLikelihood:
    return model.decode(model.sample_latents(count, generator))


@torch.inference_mode()
def draw(way: Way, count: int, *, seed: int = 0, watch: Watch | None = None) -> Drawn:
    """So many pictures, and how fast they come.

    Raises:
        AtlasError: some pixels are no numbers.
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    generator = Generator().manual_seed(seed)
    way(1, Generator().manual_seed(seed))  # what is set up once is no part of the speed
    size = max(1, min(_AT_ONCE, count // _BATCHES))
    found: list[Tensor] = []
    seconds: list[float] = []
    while (there := sum(len(each) for each in found)) < count:
        if watch.cancelled():
            raise Cancelled
        began = time.perf_counter()
        some = way(min(size, count - there), generator)
        seconds.append((time.perf_counter() - began) / len(some))
        if not bool(some.isfinite().all()):
            raise AtlasError(OVERFLOWS)
        found.append(some.clamp(0, 1).mul(255).round().byte())
        watch.progress((there + len(some)) / count)
    each = torch.tensor(seconds, dtype=torch.float64)
    mean, half_width = each.mean().item(), over_images(each)
    pace = 1 / max(mean, 1e-12)
    return Drawn(torch.cat(found), pace, None if half_width is None else pace * half_width / mean)


def as_drawn(images: Tensor, picture: str, treatment: Treatment, *, seed: int = 0) -> Tensor:
    """The real images that pictures of this kind are held against, uint8 like them.

    Samples of a model that learned draws of black and white are held against such draws; all else,
    means above all, against the images as they are.
    """
    if treatment != "dynamic" or picture != "samples":
        return images
    generator = Generator().manual_seed(seed)
    parts = [
        torch.bernoulli(each.float() / 255, generator=generator).mul(255).byte()
        for each in images.split(5_000)
    ]
    return torch.cat(parts)


def measured(
    drawn: Drawn,
    real: Tensor,
    training: Tensor | None,
    classifier: Classifier | None,
    *,
    seed: int = 0,
    watch: Watch | None = None,
) -> SampleMeasures:
    """All measures of some pictures.

    Args:
        drawn: the pictures.
        real: uint8 [M, C, H, W] that nothing was trained on, treated as the pictures are: twice as
            many, for one half of them tells what chance alone gives.
        training: uint8 [T, C, H, W], treated likewise; None where there are none.
        classifier: frozen; None where there are no classes to learn.
        seed: of orders and of the bootstrap.
        watch: follows and stops the work.

    Raises:
        AtlasError: there are fewer than ``FEWEST`` pictures, or twice as many real images.
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    pictures = drawn.pictures
    if min(len(pictures), len(real) // 2) < FEWEST:
        raise AtlasError(
            f"Samples are measured {FEWEST} or more at a time, beside twice as many real images."
        )
    sharp = relative_sharpness(
        sharpness(pictures, watch=watch_part(watch, 0, 6)), sharpness(real), seed=seed
    )
    seen = None
    if classifier is not None:
        seen = in_features(pictures, real, classifier, seed=seed, watch=_between(watch, 1, 5))
    remembered = None
    if training is not None:
        remembered = memorisation(
            pictures[:_REMEMBERED], real[:_REMEMBERED], training, watch_part(watch, 5, 6)
        )
    watch.progress(1.0)
    return SampleMeasures(drawn, sharp, seen, remembered)


def in_features(
    pictures: Tensor,
    real: Tensor,
    classifier: Classifier,
    *,
    seed: int = 0,
    watch: Watch | None = None,
) -> InFeatures:
    """What a frozen classifier says of pictures; arguments and errors as for ``measured``."""
    watch = watch or Watch()
    both = sides(
        features(classifier, pictures, watch_part(watch, 0, 4)),
        features(classifier, real),
        seed=seed,
    )
    return InFeatures(
        frechet(both, watch_part(watch, 1, 4)),
        kernel_distance(both, watch_part(watch, 2, 4)),
        coverage(both, watch=watch_part(watch, 3, 4)),
        proportion(judged(classifier, pictures).confidence >= CONFIDENT),
        proportion(judged(classifier, real).confidence >= CONFIDENT),
        classifier.digest,
    )


def _between(watch: Watch, first: int, last: int, of: int = 6) -> Watch:
    """To follow the parts of a work from one to before another."""
    share = (last - first) / of
    return Watch(lambda done: watch.progress(first / of + share * done), watch.cancelled)
