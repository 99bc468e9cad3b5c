"""How far the measurements of a comparison are, for the visitor who looks at them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import streamlit as st

from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.measure import Measurement, asked
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.selection import subject_of
from vae_core.sentences import counted

T = TypeVar("T")

EVERY = 0.4  # seconds between looks
# Of others, or one's own: as many are measured at a time as there are lanes.
_WAITS = "Waiting for another measurement to end"
_WHO, _STOPPED = "measuring-for", "measuring-stopped"


@dataclass(frozen=True, eq=False)
class Standing:
    """The measurement of each column of a comparison, with the keys that they are known by."""

    comparison: Comparison
    keys: tuple[str, ...]
    jobs: tuple[Job[Measurement], ...]

    @property
    def active(self) -> bool:
        """Whether any is still under way."""
        return any(job.active for job in self.jobs)

    def found(self, place: int) -> Measurement | None:
        """What is measured of the column in this place so far."""
        return self.jobs[place].found

    @property
    def images(self) -> int:
        """Of so many images all models that compare with the first have been measured."""
        here = [self.found(place) for place in comparable_places(self.comparison)]
        return min(0 if each is None else len(each) for each in here)


def comparable_places(comparison: Comparison) -> list[int]:
    """The places of the columns whose nats compare with those of the first."""
    first, *_ = comparison.columns
    return [k for k, each in enumerate(comparison.columns) if each.compares_with(first)]


def standing(comparison: Comparison) -> Standing:
    """Begin what is not measured yet, unless this visitor has stopped it, and say how far it is."""
    subjects = [subject_of(comparison, column) for column in comparison.columns]
    keys = tuple(subject.bounds_key() for subject in subjects)
    jobs = tuple(
        wanted(key, partial(asked, subject, visitor()))
        for key, subject in zip(keys, subjects, strict=True)
    )
    return Standing(comparison, keys, jobs)


def wanted(key: str, ask: Callable[[], Job[T]]) -> Job[T]:
    """What `ask` begins or finds under this key, unless this visitor has stopped it."""
    if key in _stopped():
        return measuring.find(key) or Job("cancelled")  # type: ignore[return-value]
    job = ask()
    if job.state == "cancelled":  # by others, or because nobody looked at it any more
        measuring.forget(key)
        job = ask()
    return job


def visitor() -> str:
    """Who looks: a name of this session."""
    return str(st.session_state.setdefault(_WHO, secrets.token_hex(8)))


def watch(now: Standing) -> None:
    """Show how far it is and a way out; the page is drawn again once it has ended."""
    comparison = now.comparison

    def words() -> str:
        place = next((k for k, job in enumerate(now.jobs) if job.active), 0)
        done = round(now.jobs[place].done * len(comparison.split))
        here = f"{letter(place)} {escaped(comparison.columns[place].title)}"
        return f"Measuring {here}: {done:,} of {counted(len(comparison.split), 'image')}"

    if now.active:
        follow(now.keys, now.jobs, "split-cancel", words)
        return
    tell_failures(comparison, now.jobs)
    if any(job.state == "cancelled" for job in now.jobs):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"Stopped: {counted(now.images, 'image')} measured under all models.")
            st.button("Measure the rest", key="split-go-on", on_click=go_on, args=(now.keys,))


def tell_failures(comparison: Comparison, jobs: Sequence[Job[T]]) -> None:
    """Say of which models something could not be measured, and why."""
    for column, job in zip(comparison.columns, jobs, strict=True):
        if job.state == "failed":
            st.error(escaped_message(f"{column.title} could not be measured. {job.message}"))


def follow(
    keys: Sequence[str], jobs: Sequence[Job[T]], name: str, words: Callable[[], str]
) -> None:
    """Show how far jobs are, with a way out; the page is drawn again once all have ended.

    `name` is that of the way out, and `words` says what is being done.
    """
    st.fragment(_follow, run_every=EVERY)(keys, jobs, name, words)


def go_on(keys: Sequence[str]) -> None:
    """Callback: do what was stopped."""
    for key in keys:
        _stopped().discard(key)
        measuring.forget(key)


def _follow(
    keys: Sequence[str], jobs: Sequence[Job[T]], name: str, words: Callable[[], str]
) -> None:
    for job in jobs:
        job.look(visitor())
    if not any(job.active for job in jobs):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        done = sum(job.done for job in jobs) / max(1, len(jobs))
        waits = not any(job.state == "running" for job in jobs)
        st.progress(min(1.0, done), text=_WAITS if waits else words())
        st.button("Cancel", key=name, on_click=_stop, args=(keys, jobs))


def _stop(keys: Sequence[str], jobs: Sequence[Job[T]]) -> None:
    """Callback: do no more of what is not done."""
    for key, job in zip(keys, jobs, strict=True):
        if job.active:
            _stopped().add(key)
            job.cancel(visitor())


def _stopped() -> set[str]:
    stopped: set[str] = st.session_state.setdefault(_STOPPED, set())
    return stopped
