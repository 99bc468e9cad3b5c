"""One split under all models compared: every image measured once, and what it is put in order by.

Shuffling, sorting and searching then only pick from these numbers. While a large split is still
being measured, the few images that are shown are measured by themselves: nobody waits for the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from torch import Tensor

from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.measure import SAMPLES, Measurement, Subject, asked
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.nearness import distances
from latent_atlas.ui.reconstruct.order import Ranks
from latent_atlas.ui.reconstruct.resized import Shape, resized, resized_name
from latent_atlas.ui.reconstruct.rows import Measured, Shown
from latent_atlas.ui.reconstruct.split.log_p import known_log_p
from vae_core.evaluation import draw_variance
from vae_core.evaluation.pixel_costs import pixel_costs

# So many images, of all models together, are waited for; a page that shows more is drawn before.
_WAITED_FOR = 6_000
_PATIENCE = 0.3  # seconds, for what may be on disk or nearly done


@dataclass(frozen=True, eq=False)
class MeasuredSplit:
    """A comparison and how far its columns, guests among them, are measured."""

    comparison: Comparison
    subjects: list[Subject]
    jobs: list[Job[Measurement]]

    @property
    def complete(self) -> bool:
        """Whether every image is measured under every model."""
        return all(job.result is not None for job in self.jobs)

    @property
    def problem(self) -> str:
        """Why a measurement came to nothing, in a sentence; empty where none did."""
        return next((job.message for job in self.jobs if job.state == "failed"), "")

    @property
    def done(self) -> float:
        """The part of all images that is measured."""
        return sum(job.done for job in self.jobs) / len(self.jobs)

    def look(self, who: str) -> bool:
        """Note that somebody still wants it; returns whether some of it is still under way."""
        for job in self.jobs:
            job.look(who)
        return any(job.active for job in self.jobs)

    @cached_property
    def columns(self) -> list[Measured]:
        """All columns, when it is complete."""
        results = [job.result for job in self.jobs if job.result is not None]
        return [
            Measured(column.title, column.vae, found.bounds, found.draw_variance, images)
            for (column, images), found in zip(self._sources(), results, strict=True)
        ]

    def shown(self, indices: Tensor) -> list[Shown]:
        """All columns on the images at `indices` alone, int64 [n]: complete or not."""
        columns = []
        for (column, images), subject, job in zip(
            self._sources(), self.subjects, self.jobs, strict=True
        ):
            found = pixel_costs(subject.vae, subject.images[indices], indices, subject.stream)
            if job.result is not None:
                variance = job.result.draw_variance
            elif subject.treatment == "dynamic":  # other draws have other pixels as well
                some = subject.images[indices]
                variance = draw_variance(
                    subject.vae, some, treatment=subject.treatment, samples=SAMPLES
                )
            else:
                variance = found.draw_variance.double().mean().item()
            shown = Shown(
                column.title,
                column.vae,
                found.bounds,
                variance,
                images,
                costs=found.costs,
                draws=SAMPLES,
            )
            columns.append(shown)
        return columns

    def _sources(self) -> Iterator[tuple[Column, Tensor | None]]:
        """Each column, and the images at its own size, where that is another."""
        columns = (*self.comparison.columns, *self.comparison.guests)
        for column, subject in zip(columns, self.subjects, strict=True):
            other = column.vae.architecture.image_shape != self.comparison.data.image_shape
            yield column, subject.images if other else None

    @cached_property
    def comparable(self) -> list[Measured]:
        """The columns whose nats may be held against those of the first one, itself among them."""
        return [each for each in self.columns if each.compares_with(self.columns[0])]

    def ranks(self, near: int = -1) -> Ranks:
        """What the images are put in order by; `near` is the chosen one, if there is one."""
        distance: Tensor | None = None
        count = len(self.comparison.split)
        if 0 <= near < count:
            distance = distances(self.comparison, near)
        log_p = known_log_p(self.comparison)
        if not self.complete:
            return Ranks(count, [], None, distance, log_p)
        columns = self.comparable
        costs = [-each.bounds.elbo for each in columns]
        return Ranks(count, costs, columns[0].bounds.rate, distance, log_p)


def measured_split(comparison: Comparison) -> MeasuredSplit:
    """Have all images of the split measured, or take what was measured before.

    Guests are measured on these images at their own size. Raises AtlasError where that cannot be.
    """
    split, who = comparison.split, session()
    columns = (*comparison.columns, *comparison.guests)
    subjects = []
    for each in columns:
        name, images = shown_name(comparison, each), split.images
        if name != comparison.data.name:
            shape = each.vae.architecture.image_shape
            images = _resized(name, split.name, shape, split.images)
        subjects.append(
            Subject(each.entry.digest, name, split.name, comparison.treatment, each.vae, images)
        )
    jobs = [asked(subject, who) for subject in subjects]
    few = len(columns) * len(split) <= _WAITED_FOR
    for job in jobs:
        while job.active:
            job.look(who)
            job.wait(1.0 if few else _PATIENCE)
            if not few:
                break
    return MeasuredSplit(comparison, subjects, jobs)


def session() -> str:
    """Who asks for measurements: the session of this page."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def shown_name(comparison: Comparison, column: Column) -> str:
    """What the images are called as a model reads them."""
    shape = column.vae.architecture.image_shape
    data = comparison.data
    return data.name if shape == data.image_shape else resized_name(data.name, shape)


@st.cache_resource(max_entries=4, show_spinner=False)
def _resized(name: str, split: str, shape: Shape, _images: Tensor) -> Tensor:
    """Images at another size, kept by their names, as their bounds are."""
    return resized(_images, shape)
