"""Measuring in the background what a view shows: asked for by a button, kept by what it is of."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

import streamlit as st

from latent_atlas.reports.diagnosis.section import Subject
from latent_atlas.ui.diagnose import kept_findings
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.parameters import menu
from latent_atlas.ui.reconstruct.shown_images import is_brought
from latent_atlas.ui.reconstruct.split.standing import follow, go_on, visitor, wanted
from vae_core.evaluation import Watch
from vae_core.sentences import counted

F = TypeVar("F")
IMAGES = "images"  # in the address
_CLICKED = "diagnose-clicked"
_ASKED = "diagnose-asked"  # keys that this visitor has pressed the button for


def count_picker(view: View[F], looked_at: LookedAt) -> int:
    """Draw the choice of how many images are looked at; returns it."""
    there = view.there(looked_at)
    usual = view.usual_of(there)
    titles = {
        # What is looked at besides the split is told by how many there are of all.
        str(count): f"first {counted(count, 'image')}"
        if there == len(looked_at.split)
        else f"{count:,} of {counted(there, 'image')}"
        for count in view.offered(there)
    }
    return int(
        menu(
            IMAGES,
            "Images",
            titles,
            width=248,
            usual=str(usual),
            # What is usual goes by how many there are: of others the browser would say what was.
            key=f"diagnose-images-{view.name}-{there}",
        )
    )


def measured(view: View[F], looked_at: LookedAt, count: int) -> F | None:
    """What was found, or None: then the button that asks for it, or how far it is."""
    of = looked_at.subject()
    key = _key(view, looked_at, count)
    clicked = st.session_state.pop(_CLICKED, False)
    if (found := found_before(view, looked_at, count)) is not None:
        return found
    if clicked:
        _ask(key)
    asked: set[str] = st.session_state.setdefault(_ASKED, set())
    # What is under way is followed by whoever comes: also by who asked for it before a reload.
    if key not in asked and not measuring.under_way([key]):
        _button("Measure")
        st.caption(escaped(view.about))
        return None
    keep = not is_brought(looked_at.data.name)
    job: Job[F] = wanted(key, partial(_job, key, view, of, count, keep=keep))
    if job.active:
        title = escaped(looked_at.entry.title)
        follow([key], [job], "diagnose-cancel", lambda: f"Measuring {title}")
        return None
    if job.result is None:
        if job.state == "failed":
            st.error(escaped_message(f"It could not be measured. {job.message}"))
        else:
            st.caption("Stopped: nothing was kept.")
        _button("Measure again")
    return job.result


def _button(label: str) -> None:
    st.button(label, type="primary", key="diagnose-measure", on_click=_note_click)


def _note_click() -> None:
    """Callback: what is asked for is what is chosen by now, not what was when it was drawn."""
    st.session_state[_CLICKED] = True


def found_before(view: View[F], looked_at: LookedAt, count: int) -> F | None:
    """What anybody has had measured of so many images; None where nobody has."""
    key = _key(view, looked_at, count)
    job = measuring.find(key)
    if job is not None and job.state == "finished":
        return cast("F", job.result)
    return kept_findings.find(key, view.chapter)


def _key(view: View[F], looked_at: LookedAt, count: int) -> str:
    return looked_at.key(f"diagnose {view.name} {count}")


def _job(key: str, view: View[F], of: Subject, count: int, *, keep: bool) -> Job[F]:
    def work(watch: Watch, publish: Callable[[F], None]) -> F:
        found = view.measure(of, count, watch)
        if keep:
            kept_findings.keep(key, view.chapter, found)
        return found

    return measuring.ask(key, work, visitor(), lane=view.lane, patience=measuring.LONG_PATIENCE)


def _ask(key: str) -> None:
    """Measure it, or what was stopped."""
    asked: set[str] = st.session_state.setdefault(_ASKED, set())
    asked.add(key)
    if (job := measuring.find(key)) is not None and job.state != "finished":
        go_on([key])
