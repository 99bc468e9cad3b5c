"""Whether samples are copies: how far each is from the nearest training image, in pixels.

Beside it stands how far *test* images are from theirs: no model has seen those, so that only
samples that lie nearer than test images do speak of memory. Blurred samples lie near everything.

Near is what lies nearer than one of the test images, the r-th nearest of M. Where N samples are as
test images are, each order of all N + M distances is as likely, so that k samples are nearer than
that image with the chance

    P(k) = C(k + r − 1, k) C(M − r + N − k, N − k) / C(M + N, N)

(negative hypergeometric), which holds the chance of the test images as well as that of the samples.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.features import chunks
from vae_core.evaluation.proportions import Proportion, proportion

NEAR = 0.05  # of the test images lie nearer than what counts as near
_TAIL = 0.025  # at either end of what chance gives
_AT_ONCE, _TRAINING_AT_ONCE = 500, 5000  # images: 20 MB of distances


@dataclass(frozen=True, eq=False)
class Nearest:
    """Of each image [N]: the place of its nearest training image, int64, and how far that is.

    A distance is the root of the mean squared difference of values in [0, 1]; 0 is a copy.
    """

    places: Tensor
    distances: Tensor


@dataclass(frozen=True, eq=False)
class Memorisation:
    """Samples and test images, each with their nearest training images.

    Attributes:
        samples, test: what is nearest to each.
        threshold: how far the r-th nearest test image is: ``beyond`` of them are nearer.
        near: samples that are nearer than that. Its interval is for this threshold as it is;
            ``usual`` is what it is to be held against.
    """

    samples: Nearest
    test: Nearest
    threshold: float
    near: Proportion

    @property
    def beyond(self) -> int:
        """How many test images are nearer, but for ties: r − 1, about a twentieth of them."""
        return _rank(len(self.test.distances)) - 1

    @property
    def usual(self) -> tuple[int, int]:
        """From how many to how many samples are near where they are as test images are.

        In 95 of 100 cases or more, over samples and test images: 2.5 at most lie beyond either end.
        """
        return _usual(len(self.samples.distances), len(self.test.distances))

    @property
    def decided(self) -> bool:
        """Whether more samples lie near than where they are as test images are."""
        return self.near.count > self.usual[1]

    @property
    def fewer(self) -> bool:
        """Whether fewer do. Samples at the very threshold are near here: ties decide nothing."""
        return int((self.samples.distances <= self.threshold).sum()) < self.usual[0]


def _usual(samples: int, test: int) -> tuple[int, int]:
    rank = _rank(test)
    counts = torch.arange(samples + 1, dtype=torch.float64)
    log_p = (
        _log_choose(counts + rank - 1, counts)
        + _log_choose(test - rank + samples - counts, samples - counts)
        - _log_choose(torch.tensor(test + samples).double(), torch.tensor(samples).double())
    )
    at_most = log_p.exp().cumsum(0)
    return int((at_most <= _TAIL).sum()), int((at_most < 1 - _TAIL).sum())


def _rank(test: int) -> int:
    """r, so that r of M + 1 is next to ``NEAR``."""
    return max(1, round(NEAR * (test + 1)))


def _log_choose(n: Tensor, k: Tensor) -> Tensor:
    return torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)


def memorisation(
    samples: Tensor, test: Tensor, training: Tensor, watch: Watch | None = None
) -> Memorisation:
    """Hold samples against training images, and test images too.

    Args:
        samples: [N, C, H, W]; all three are uint8, or floats in [0, 1].
        test: [M, C, H, W], as many as samples or more, that nothing was trained on.
        training: [T, C, H, W].
        watch: follows and stops the work.

    Raises:
        AtlasError: one of them is empty, or their sizes differ.
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    given = (samples, test, training)
    if not all(len(each) for each in given) or len({tuple(each.shape[1:]) for each in given}) > 1:
        raise AtlasError(
            "Nearest images are sought among images of one size, at least one of each."
        )
    found = nearest(samples, training, Watch(lambda d: watch.progress(d / 2), watch.cancelled))
    others = nearest(test, training, Watch(lambda d: watch.progress(0.5 + d / 2), watch.cancelled))
    threshold = others.distances.sort().values[_rank(len(test)) - 1].item()
    return Memorisation(found, others, threshold, proportion(found.distances < threshold))


def nearest(images: Tensor, training: Tensor, watch: Watch | None = None) -> Nearest:
    """The nearest training image of each; arguments and errors as for ``memorisation``."""
    watch = watch or Watch()
    places, distances = [], []
    for start, stop in chunks(len(images), _AT_ONCE):
        x = _values(images[start:stop])
        best = torch.full((stop - start,), torch.inf, dtype=torch.float64)
        place = torch.zeros(stop - start, dtype=torch.int64)
        for first, last in chunks(len(training), _TRAINING_AT_ONCE):
            if watch.cancelled():
                raise Cancelled
            y = _values(training[first:last])
            # Levels of bytes are whole numbers here, so that a copy is at exactly 0.
            squares = x.square().sum(1)[:, None] + y.square().sum(1) - 2 * x @ y.T
            least = squares.min(1)
            closer = least.values < best
            best = torch.where(closer, least.values, best)
            place = torch.where(closer, least.indices + first, place)
            watch.progress((start + (stop - start) * last / len(training)) / len(images))
        places.append(place)
        distances.append((best.clamp(min=0) / x.shape[1]).sqrt() / 255)
    return Nearest(torch.cat(places), torch.cat(distances))


def _values(images: Tensor) -> Tensor:
    """Levels from 0 to 255 of each image. float64 [N, D]."""
    levels = images.flatten(1).double()
    return levels * 255 if images.is_floating_point() else levels
