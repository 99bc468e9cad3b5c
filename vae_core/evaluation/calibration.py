"""Whether a model's pixels are what it says they are, over many images.

Two questions. *Are the means right?* Where it says 0.3, the pixels are to be 0.3 on average: a
reliability diagram, and the expected calibration error (Naeini et al. 2015). *Is the spread right?*
Of a density: how often a pixel lies within the central 50 or 90 % of what the model expects, and
its probability integral transform, which is uniform where all of p(x|z) is right (Dawid 1984;
of levels that come in steps as Czado et al. 2009 have it).

What is asked is p(x|z) at z ~ q(z|x), so of an image that the encoder has seen: a mixture over the
samples of z. The pixels of an image are no independent cases, and so every ± is over images.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import student_95
from vae_core.models import LIKELIHOODS, VAE

BINS = 20
LEVELS = (0.5, 0.8, 0.9, 0.95)
MOST_IMAGES = 2000  # evenly chosen: as many as page and report look at, so that they say the same
_AT_ONCE = 250  # images: some of what is made of them stays near the processor


@dataclass(frozen=True, eq=False)
class Reliability:
    """What pixels are, by what the model says that they are.

    Attributes:
        edges: of the bins of predictions, [B + 1] from 0 to 1.
        pixels: how many have a prediction in each, int64 [B].
        predicted: their mean prediction [B]; NaN in an empty bin.
        observed: their mean itself [B]; of black and white a frequency.
        half_widths: ± of observed − predicted, over images [B]; NaN from one image.
        error: the expected calibration error: |observed − predicted|, averaged over pixels. It is
            never below 0, so that noise alone gives some.
        half_width: its ± over images; None of one image.
    """

    edges: Tensor
    pixels: Tensor
    predicted: Tensor
    observed: Tensor
    half_widths: Tensor
    error: float
    half_width: float | None


@dataclass(frozen=True, eq=False)
class Spread:
    """Where pixels lie in the distributions that a density gives them.

    Attributes:
        edges: of the bins of the probability integral transform, [B + 1] from 0 to 1.
        heights: its density in each [B], 1 where all is right: high in the middle where the
            model's spread is too wide, high at both ends where it is too narrow.
        half_widths: ± of each height, over images [B]; NaN from one image.
        levels: of central intervals, such as 0.9 [K].
        covered: the part of the pixels in each interval, to be the level itself [K].
        covered_half_widths: ± of each, over images [K]; NaN from one image.
    """

    edges: Tensor
    heights: Tensor
    half_widths: Tensor
    levels: Tensor
    covered: Tensor
    covered_half_widths: Tensor


@dataclass(frozen=True, eq=False)
class Calibration:
    """Of one model on so many images.

    `spread` is None of black and white, and where the likelihood says no distribution of levels.
    """

    images: int
    means: Reliability
    spread: Spread | None


@torch.inference_mode()
def calibration(
    vae: VAE,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    samples: int = 1,
    seed: int = 0,
    watch: Watch | None = None,
) -> Calibration:
    """Whether means and spread of pixels are right; arguments as in ``evaluate_images``.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    means, spreads = [], []
    of_levels = LIKELIHOODS[vae.architecture.likelihood].nats != "probability"
    step = _step(images) if of_levels else 0.0
    for x, predictions, distributions in _predicted(
        vae, images, treatment, samples, seed, step, watch or Watch()
    ):
        means.append(_by_prediction(x, predictions))
        if distributions is not None:
            spreads.append(_in_distribution(*distributions))
    return Calibration(
        len(images),
        _reliability(*(torch.cat(parts) for parts in zip(*means, strict=True))),
        _spread(torch.cat(spreads)) if spreads else None,
    )


def _predicted(
    vae: VAE,
    images: Tensor,
    treatment: Treatment,
    samples: int,
    seed: int,
    step: float,
    watch: Watch,
) -> Iterator[tuple[Tensor, Tensor, tuple[Tensor, Tensor] | None]]:
    """Batches of pixels [b, D], their predictions, and P(X below) and P(X up to) each level."""
    generator = Generator().manual_seed(seed)
    done = 0
    for x in image_batches(images, treatment, generator, _AT_ONCE):
        if watch.cancelled():
            raise Cancelled
        posterior = vae.encode(x)
        decoded = [vae.decode(posterior.rsample(generator)) for _ in range(samples)]
        mean = torch.stack([each.mean for each in decoded]).mean(0)
        # A level stands for all that is nearer to it than to others; the outer ones for all beyond.
        below = [each.distribution(x - step / 2) for each in decoded] if step else []
        up_to = [each.distribution(x + step / 2) for each in decoded] if step else []
        low = [each for each in below if each is not None]
        high = [each for each in up_to if each is not None]
        ends = None
        if low and high:
            first = torch.stack(low).mean(0).masked_fill(x <= 0, 0.0)
            last = torch.stack(high).mean(0).masked_fill(x >= 1, 1.0)
            ends = (first.flatten(1), last.flatten(1))
        yield x.flatten(1), mean.flatten(1), ends
        done += len(x)
        watch.progress(done / len(images))


def _step(images: Tensor) -> float:
    """The smallest distance between two levels that occur, on the scale of 0 to 1."""
    if images.is_floating_point():
        return 1 / 255
    levels = torch.bincount(images.flatten().int(), minlength=256).nonzero().flatten()
    return float(levels.diff().min()) / 255 if len(levels) > 1 else 1 / 255


def _by_prediction(x: Tensor, predicted: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """For each image and bin: how many pixels, and the sums of their predictions and of them."""
    rows = torch.arange(len(x)).unsqueeze(1)
    place = (predicted * BINS).long().clamp_(0, BINS - 1).add_(rows * BINS).flatten()
    cells = len(x) * BINS

    def summed(weights: Tensor | None) -> Tensor:
        return torch.bincount(place, weights, minlength=cells).double().view(-1, BINS)

    return summed(None), summed(predicted.double().flatten()), summed(x.double().flatten())


def _reliability(pixels: Tensor, predicted: Tensor, observed: Tensor) -> Reliability:
    """From what ``_by_prediction`` gives of all images, [N, B] each."""
    count = pixels.sum(0)
    gaps = observed - predicted
    gap = gaps.sum(0) / count
    # A ratio of sums over images: its error is that of the mean of what each image departs by.
    reach, n = _student(len(pixels)), len(pixels)
    departures = gaps - gap.nan_to_num() * pixels
    half_widths = reach * (departures.square().sum(0) * n / max(1, n - 1)).sqrt() / count
    error = (gaps.sum(0).abs().sum() / count.sum()).item()
    # The signs of the gaps taken as known, it is a mean over images too.
    each = (gaps * gap.sign().nan_to_num()).sum(1) / pixels.sum(1)
    return Reliability(
        edges=torch.linspace(0, 1, BINS + 1),
        pixels=count.long(),
        predicted=predicted.sum(0) / count,
        observed=observed.sum(0) / count,
        half_widths=half_widths,
        error=error,
        half_width=None if n < 2 else reach * (each.var() / n).sqrt().item(),
    )


def _in_distribution(first: Tensor, last: Tensor) -> Tensor:
    """The part of each image's pixels that lies up to each of ``_quantiles``, float64 [b, Q].

    A pixel's transform is spread evenly from ``first`` to ``last``, [b, D] both.
    """
    width = (last - first).clamp_min(1e-7)
    parts = [((q - first) / width).clamp_(0, 1).mean(1) for q in _quantiles().tolist()]
    return torch.stack(parts, 1).double()


def _quantiles() -> Tensor:
    """The edges of the bins, and then where the central intervals end: [B + 1 + 2 K]."""
    levels = torch.tensor(LEVELS)
    return torch.cat([torch.linspace(0, 1, BINS + 1), (1 - levels) / 2, (1 + levels) / 2])


def _spread(up_to: Tensor) -> Spread:
    """From what ``_in_distribution`` gives of all images, [N, Q]."""
    n, reach = len(up_to), _student(len(up_to))
    up_to = up_to.clone()
    up_to[:, 0], up_to[:, BINS] = 0.0, 1.0  # also of a pixel that is surely this, or that
    bins = up_to[:, : BINS + 1].diff(dim=1) * BINS
    lower, upper = up_to[:, BINS + 1 :].chunk(2, 1)
    covered = upper - lower

    def sure(each: Tensor) -> Tensor:
        if n < 2:
            return torch.full_like(each[0], torch.nan)
        return reach * each.std(0) / n**0.5

    return Spread(
        edges=torch.linspace(0, 1, BINS + 1),
        heights=bins.mean(0),
        half_widths=sure(bins),
        levels=torch.tensor(LEVELS),
        covered=covered.mean(0),
        covered_half_widths=sure(covered),
    )


def _student(images: int) -> float:
    return float("nan") if images < 2 else student_95(torch.tensor([images - 1.0])).item()
