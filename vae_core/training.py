"""The training loop: uint8 images in, means out. It knows no algorithm and no quantity by name.

This file does not write files, look at the clock or print; ``vae_core.runs`` does that around it.
Everything random comes from one generator, so that a saved loop continues bit for bit.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.algorithms import Algorithm, Batch
from vae_core.algorithms.schedules import Progress
from vae_core.errors import AtlasError
from vae_core.evaluation.intervals import Neighbours
from vae_core.quantities import completed, scalars, vectors

# The values that attributes of the algorithm are to have for a step, by name.
Course = Callable[[Progress], Mapping[str, float]]

_NOTHING = torch.zeros((), dtype=torch.float64)

Sampling = Literal["epoch", "replacement"]
Binarisation = Literal["none", "dynamic"]


class Diverged(AtlasError):
    """Numbers stopped being finite.

    Attributes:
        what: which, and when: a sentence without its full stop.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} (training diverged). Use a smaller learning rate.")
        self.what = what


@dataclass(frozen=True)
class Plan:
    """How the images are visited.

    Attributes:
        total_samples: datapoint gradients to evaluate; the last batch is cut to hit it.
        batch_size: M.
        sampling: ``epoch`` visits each image once an epoch in a new order; ``replacement`` draws
            each batch uniformly with replacement (as the authors' own code does).
        binarize: ``dynamic`` draws x ~ Bernoulli(grey level) anew at every visit.
    """

    total_samples: int
    batch_size: int
    sampling: Sampling = "epoch"
    binarize: Binarisation = "none"

    def total_steps(self, images: int) -> int:
        """How many updates the plan makes on a training set of this size."""
        if self.sampling == "replacement":
            return math.ceil(self.total_samples / self.batch_size)
        epochs, rest = divmod(self.total_samples, images)
        return epochs * math.ceil(images / self.batch_size) + math.ceil(rest / self.batch_size)


@dataclass(frozen=True)
class Window:
    """Means over the images since the last window, by the names of their quantities.

    Attributes:
        scalars, vectors: the means; a vector's are [J].
        images: how many there were.
        half_widths: the ± of each over images, from how neighbouring batches differ
            (``Neighbours``); empty for the first batch of all, which has no neighbour.
    """

    scalars: dict[str, float]
    vectors: dict[str, Tensor]
    images: int
    half_widths: dict[str, float | Tensor]


class TrainingLoop:
    """Feeds minibatches of a training set to an algorithm, one ``step`` at a time.

    Args:
        algorithm: what learns.
        images: the training set, uint8 [N, C, H, W].
        plan: how to visit it.
        generator: source of orders and binarisations; may be the algorithm's own.
        course: asked before every step; without one the algorithm is left as it is.
    """

    def __init__(
        self,
        algorithm: Algorithm,
        images: Tensor,
        plan: Plan,
        generator: Generator,
        course: Course | None = None,
    ) -> None:
        self.algorithm = algorithm
        self.course = course
        self.plan = plan
        self.step_count = 0
        self.samples = 0
        self._images = images
        self._generator = generator
        self._order = torch.empty(0, dtype=torch.int64)
        self._position = 0
        self._sums: dict[str, Tensor]
        self._window_images: int
        self._neighbours = Neighbours()
        self._clear_window()

    @property
    def epoch(self) -> float:
        """Samples evaluated, in units of the training set."""
        return self.samples / len(self._images)

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return Progress(self.step_count, self.samples, self.plan.total_samples, len(self._images))

    @property
    def finished(self) -> bool:
        """Whether the plan is fulfilled."""
        return self.samples >= self.plan.total_samples

    def step(self) -> bool:
        """Train on one minibatch; returns whether it completed an epoch.

        Raises:
            Diverged: what it reports of this batch was not finite.
        """
        if self.course is not None:
            for name, value in self.course(self.progress).items():
                setattr(self.algorithm, name, value)
        epochs_before = self.samples // len(self._images)
        index = self._next_index()
        x = self._images[index].float().div_(255)
        if self.plan.binarize == "dynamic":
            x = torch.bernoulli(x, generator=self._generator)
        result = self.algorithm.step(Batch(x, index, len(self._images)))
        self.step_count += 1
        self.samples += result.samples_evaluated
        if not all(math.isfinite(float(total.sum())) for total in result.sums.values()):
            noun = self.algorithm.reports[0].noun
            raise Diverged(f"The {noun} stopped being a number at step {self.step_count:,}")
        for name, total in result.sums.items():
            # Scalars add up in float64; a vector keeps the type that the algorithm gave it.
            self._sums[name] = self._sums.get(name, _NOTHING) + total
        self._window_images += len(index)
        self._neighbours.add(self._means(result.sums, len(index)), len(index))
        return self.samples // len(self._images) > epochs_before

    def take_window(self) -> Window | None:
        """Means over the images since the last call, or None if there were none."""
        images = self._window_images
        if not images:
            return None
        reports, means = self.algorithm.reports, self._means(self._sums, images)
        half_widths = self._neighbours.half_widths(images)
        self._clear_window()
        return Window(
            scalars={q.name: float(means[q.name]) for q in scalars(reports)},
            vectors={q.name: torch.as_tensor(means[q.name]) for q in vectors(reports)},
            images=images,
            half_widths=half_widths,
        )

    def state_dict(self) -> dict[str, Tensor]:
        """Counters, random state and the order of the epoch under way; not the algorithm's."""
        return {
            "counters": torch.tensor([self.step_count, self.samples, self._position]),
            "generator": self._generator.get_state(),
            "order": self._order,
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Continue where ``state_dict`` was taken."""
        self.step_count, self.samples, self._position = (int(n) for n in state["counters"])
        self._generator.set_state(state["generator"])
        self._order = state["order"]
        self._neighbours = Neighbours()
        self._clear_window()

    def _next_index(self) -> Tensor:
        size = min(self.plan.batch_size, self.plan.total_samples - self.samples)
        if self.plan.sampling == "replacement":
            return torch.randint(len(self._images), (size,), generator=self._generator)
        if self._position >= len(self._order):
            self._order = torch.randperm(len(self._images), generator=self._generator)
            self._position = 0
        index = self._order[self._position : self._position + size]
        self._position += len(index)
        return index

    def _means(self, sums: Mapping[str, Tensor], images: int) -> dict[str, float | Tensor]:
        """All quantities that the algorithm reports, of sums over so many images."""
        measured: dict[str, float | Tensor] = {}
        for quantity in self.algorithm.reports:
            if quantity.made_of is None:
                total = sums[quantity.name]
                measured[quantity.name] = (
                    float(total) / images if quantity.entry is None else total / images
                )
        return completed(self.algorithm.reports, measured)

    def _clear_window(self) -> None:
        self._sums = {}
        self._window_images = 0
        self._neighbours.begin()
