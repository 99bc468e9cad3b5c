"""Where one model stands on the training and test images of a data set; measured once, and kept."""

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Generic, TypeVar

from torch import Tensor

from latent_atlas.ui.reconstruct.measure import fingerprint
from vae_core.data import Dataset, Split
from vae_core.evaluation import Treatment, Watch
from vae_core.evaluation.linear_codes import (
    Spectrum,
    evenly,
    linear_copy_errors,
    principal_spectrum,
)
from vae_core.evaluation.rate_distortion import (
    Mean,
    OperatingPoint,
    image_costs,
    mean_of,
    operating_point,
)
from vae_core.models import LIKELIHOODS, VAE

MOST_IMAGES = 10_000  # of a split, evenly chosen
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Parts:
    """The images on which models are measured: `test` is what the page shows.

    `train` is None where the data set has no other part to learn from. Images are uint8
    [N, C, H, W], at most `MOST_IMAGES` each.
    """

    dataset: str
    treatment: Treatment
    test: Split
    train: Split | None

    @cached_property
    def name(self) -> tuple[str, ...]:
        """What tells these images, and how they are treated, from others."""
        return (*self.part_name(self.test), *(self.part_name(self.train) if self.train else ()))

    def part_name(self, part: Split) -> tuple[str, ...]:
        """The same of one part."""
        return (self.dataset, self.treatment, part.name, fingerprint(part.images).hex()[:32])


@dataclass(frozen=True)
class Standing:
    """Where a model of `dims` dimensions and a `likelihood` stands.

    `keeps_more` is how much less squared error its copies of the test images have than those of PCA
    with as many axes, learned from the training images: a mean over images of differences.
    """

    dims: int
    likelihood: str
    test: OperatingPoint
    train: OperatingPoint | None
    keeps_more: Mean | None

    @property
    def density(self) -> bool:
        """Whether its nats are those of a density."""
        return LIKELIHOODS[self.likelihood].density

    @property
    def finite(self) -> bool:
        """Whether it can be drawn: a model that has diverged has no place."""
        there = [at for at in (self.test, self.train) if at is not None]
        return all(math.isfinite(at.cost.value + at.squared_error.value) for at in there)

    @property
    def one_sigma(self) -> bool:
        """Whether its p(x|z) is a Gaussian whose one σ is the same for all pixels and images."""
        return self.likelihood in ("gaussian-fixed", "gaussian-linear", "gaussian-shared")


class Kept(Generic[T]):
    """The results that were asked for last, shared between sessions and threads."""

    def __init__(self, most: int) -> None:
        self._found: OrderedDict[Hashable, T] = OrderedDict()
        self._most = most
        self._turn = Lock()

    def get(self, key: Hashable) -> T | None:
        """What is known under this key."""
        with self._turn:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, value: T) -> None:
        """Keep it; what nobody has asked for longest goes."""
        with self._turn:
            self._found[key] = value
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)


# By the digest of the model and the name of the parts; None of one that does not read the images.
standings: Kept[tuple[Standing | None]] = Kept(4096)
_spectra: Kept[Spectrum] = Kept(6)


def parts_of(data: Dataset, split: Split, treatment: Treatment, trained_on: str | None) -> Parts:
    """The part that is shown, and the training part beside it.

    `trained_on` is the training split of the first model. Where that is what is shown there is no
    other one: one does not test on what was learned from.
    """
    known = {name for name, index in data.splits.items() if len(index)}
    names = [name for name in (trained_on or "train", "train") if name in known]
    train = data.split(names[0]) if names and names[0] != split.name else None
    return Parts(data.name, treatment, _some(split), None if train is None else _some(train))


def spectrum(parts: Parts, part: Split) -> Spectrum:
    """The principal axes of a part's images, found once."""
    key = parts.part_name(part)
    found = _spectra.get(key)
    if found is None:
        found = principal_spectrum(part.images, treatment=parts.treatment)
        _spectra.put(key, found)
    return found


def measure(vae: VAE, parts: Parts, watch: Watch) -> Standing:
    """Measure a model on both parts. Raises Cancelled."""
    test, train = parts.test.images, None if parts.train is None else parts.train.images
    total = len(test) + (0 if train is None else len(train))
    share = len(test) / total
    own = Watch(lambda done: watch.progress(share * done), watch.cancelled)
    dims = vae.architecture.latent_dim
    costs = image_costs(vae, test, treatment=parts.treatment, watch=own)
    trained = keeps_more = None
    if parts.train is not None and train is not None:
        rest = Watch(lambda done: watch.progress(share + (1 - share) * done), watch.cancelled)
        trained = operating_point(image_costs(vae, train, treatment=parts.treatment, watch=rest))
        learned = spectrum(parts, parts.train)
        linear = linear_copy_errors(learned, dims, test, treatment=parts.treatment)
        keeps_more = mean_of(linear - costs.copy_error)
    likelihood = vae.architecture.likelihood
    return Standing(dims, likelihood, operating_point(costs), trained, keeps_more)


def _some(split: Split) -> Split:
    images: Tensor = evenly(split.images, MOST_IMAGES)
    return Split(split.name, images, None)
