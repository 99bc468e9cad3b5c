"""log p(x) of the first images under each model, on demand, and how far the bound is below it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st
import torch
from torch import Generator, Tensor

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.measure import Subject
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.selection import subject_of
from latent_atlas.ui.reconstruct.split.standing import (
    follow,
    go_on,
    tell_failures,
    visitor,
    wanted,
)
from latent_atlas.ui.widget_values import held
from vae_core.evaluation import (
    LogLikelihood,
    Watch,
    by_grid,
    by_importance,
    evaluate_images,
    over_images,
)
from vae_core.evaluation.estimators import usual_estimator
from vae_core.evaluation.likelihood import GRID
from vae_core.evaluation.paired import Paired, paired
from vae_core.numerals import with_error
from vae_core.sentences import counted

COUNTS = (25, 100, 500)
_USUAL, _MOST = 100, 1000
_K = 1000  # importance samples an image, where there is no grid
_DRAWS = 32  # of z, for the bound that the gap is to
_COUNT, _ASKED = "split-log-p-images", "split-log-p-asked"
_CLICKED = "split-log-p-clicked"


@dataclass(frozen=True, eq=False)
class Found:
    """log p(x) of some images, and the elbo of the very same ones; float64 [n] both."""

    log_p: LogLikelihood
    elbo: Tensor

    @property
    def gap(self) -> Tensor:
        """How far each image's bound is below: KL(q(z|x) ‖ p(z|x)), in nats [n]."""
        return self.log_p.log_p - self.elbo


def log_p(comparison: Comparison) -> None:
    """Draw what is asked for: a button, then how far it is, then the numbers."""
    options = _counts(len(comparison.split))
    usual = _USUAL if _USUAL in options else options[-1]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if held(_COUNT, usual) not in options:
            st.session_state[_COUNT] = usual
        count = st.selectbox(
            "Images",
            options,
            options.index(st.session_state[_COUNT]),
            format_func=lambda each: f"first {counted(each, 'image')}",
            key=_COUNT,
            label_visibility="collapsed",
            width=168,
        )
        subjects = [subject_of(comparison, column) for column in comparison.columns]
        keys = [_key(subject, count) for subject in subjects]
        st.button("Measure log p", key="split-log-p", on_click=_note_click)
    if st.session_state.pop(_CLICKED, False):
        _ask(keys)
    asked = set(keys) <= st.session_state.setdefault(_ASKED, set())
    if not asked and not measuring.under_way(keys):  # which is followed by whoever comes
        st.caption(
            "What the bound bounds: by integration over a grid of z up to two dimensions, by "
            "importance sampling above. It takes seconds to minutes."
        )
        return
    jobs = [
        wanted(key, partial(_asked, key, subject, count))
        for key, subject in zip(keys, subjects, strict=True)
    ]
    if any(job.active for job in jobs):
        follow(keys, jobs, "split-log-p-cancel", lambda: "Measuring log p")
        return
    tell_failures(comparison, jobs)
    found = {place: job.result for place, job in enumerate(jobs) if job.result is not None}
    if found:
        st.markdown(table(comparison, found))
        for sentence in notes(comparison, found):
            st.caption(escaped(sentence))
    elif all(job.state == "cancelled" for job in jobs):
        st.caption("Stopped: nothing was measured.")


def known_log_p(comparison: Comparison) -> Tensor | None:
    """log p(x) of the first images under the first model [n], as far as it has been measured."""
    subject = subject_of(comparison, comparison.columns[0])
    for count in reversed(_counts(len(comparison.split))):
        job = measuring.find(_key(subject, count))
        if job is not None and isinstance(job.result, Found):
            return job.result.log_p.log_p
    return None


def _counts(images: int) -> list[int]:
    """Of so many images, how many log p can be asked for."""
    return sorted({*(count for count in COUNTS if count < images), min(images, _MOST)})


def _key(subject: Subject, count: int) -> str:
    return subject.key(f"log p {count} {_K} {_DRAWS}")


def table(comparison: Comparison, found: dict[int, Found]) -> str:
    """log p, the bound and the gap of each model, as Markdown; ± over images."""
    rows = ["| model | log p(x) | ELBO | gap |", "|:--|--:|--:|--:|"]
    for place, each in found.items():
        numbers = (each.log_p.log_p, each.elbo, each.gap)
        texts = [with_error(value.mean().item(), over_images(value)) for value in numbers]
        title = f"{letter(place)} {escaped(comparison.columns[place].title)}"
        rows.append(f"| {title} | {' | '.join(texts)} |")
    return "\n".join(rows)


def notes(comparison: Comparison, found: dict[int, Found]) -> list[str]:
    """What the numbers are, who is better by log p, and when to doubt them."""
    images = len(next(iter(found.values())).elbo)
    told = [
        f"Nats an image, of the first {counted(images, 'image')}; ± in 95 of 100 cases, over "
        f"images. The gap is to the bound of {_DRAWS} draws of z: KL(q(z|x) ‖ p(z|x)), what the "
        "encoder gives away."
    ]
    first, *_ = comparison.columns
    for place, each in found.items():
        if place and 0 in found and comparison.columns[place].compares_with(first):
            told.append(_verdict(place, paired(found[0].log_p.log_p, each.log_p.log_p)))
    for place, each in found.items():
        if each.log_p.method == GRID:
            how = "integration over a grid of z"
        else:
            how = f"importance sampling, k = {each.log_p.samples:,}"
        seed = each.log_p.standard_error
        sure = "" if math.isnan(seed) else f", another seed moves the mean by some {seed:z.1g} nats"
        told.append(f"{letter(place)}: by {how}{sure}. {' '.join(each.log_p.warnings)}".strip())
    return told


def _verdict(place: int, found: Paired) -> str:
    a, b = letter(0), letter(place)
    by = with_error(abs(found.mean), found.half_width)
    if found.verdict == "cannot be said":
        return f"By log p, which of {a} and {b} is better cannot be said ({by} nats an image)."
    return f"By log p, {b} is {found.verdict} than {a} by {by} nats an image."


def measured_log_p(subject: Subject, count: int, watch: Watch) -> Found:
    """log p(x) and the bound of the first images; of binarised ones the same draw for all models.

    Raises Cancelled as soon as `watch` says so.
    """
    images = subject.images[:count]
    if subject.treatment == "dynamic":
        images = torch.bernoulli(images / 255, generator=Generator().manual_seed(0))
    vae = subject.vae
    if usual_estimator(vae.architecture.latent_dim) == GRID:
        found = by_grid(vae, images, watch=watch)
    else:
        found = by_importance(vae, images, k=_K, watch=watch)
    elbo = evaluate_images(vae, images, treatment="static", samples=_DRAWS, batch_size=100).elbo
    return Found(found, elbo.double())


def _asked(key: str, subject: Subject, count: int) -> Job[Found]:
    def work(watch: Watch, publish: Callable[[Found], None]) -> Found:
        return measured_log_p(subject, count, watch)

    return measuring.ask(key, work, visitor(), lane="slow", patience=measuring.LONG_PATIENCE)


def _note_click() -> None:
    """Callback: what is asked for are the images that are chosen by now.

    The button was drawn before: whoever chooses others and clicks at once is not to be answered for
    those that stood there then.
    """
    st.session_state[_CLICKED] = True


def _ask(keys: list[str]) -> None:
    """Measure it, or what was stopped of it."""
    asked: set[str] = st.session_state.setdefault(_ASKED, set())
    asked.update(keys)
    go_on([key for key in keys if (job := measuring.find(key)) and job.state != "finished"])
