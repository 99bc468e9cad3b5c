"""What can be done with the ticked runs, by whoever may."""

from collections.abc import Callable, Sequence

import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.dialogs import open_dialog
from latent_atlas.ui.owners import may_direct
from latent_atlas.ui.runs.archive import export_button
from latent_atlas.ui.runs.problems import on_each, tell_problems
from latent_atlas.ui.runs.removal import remove
from latent_atlas.ui.runs.tagging import TAG
from latent_atlas.ui.runs.ticks import tick
from latent_atlas.ui.train.annotating import ask_about
from latent_atlas.ui.train.run_view import ADDRESS
from vae_core.runs import Row, Run, annotate

MOST_OVERLAID = 50
# The table below does not move where buttons come in the place of a sentence; and on a telephone
# what Streamlit lays over it under a finger covers none of them.
_STEADY = """<style>
.st-key-runs-actions { min-height: 40px; }
@media (max-width: 640px) { .st-key-runs-actions { padding-bottom: 24px; } }
</style>"""


def actions(ticked: Sequence[Row], told: str) -> None:
    """Draw what is offered for the ticked runs; without any, what is `told` of all of them."""
    st.html(_STEADY)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="runs-actions"
    ):
        if not ticked:
            st.caption(f"{told} Tick two or more to compare them; click a name to watch it.")
        else:
            _offer(ticked)
    tell_problems()


def _offer(ticked: Sequence[Row]) -> None:
    many = len(ticked)
    st.markdown(f"**{many:,} ticked**", width="content")
    if many <= MOST_OVERLAID:
        st.page_link(
            PAGES / "train.py",
            label="Watch on Train" if many == 1 else "Overlay on Train",
            icon=":material/show_chart:",
            query_params={ADDRESS: [row.run.id for row in ticked]},
        )
    if any(may_direct(row.run.path) for row in ticked):
        starred = all(row.annotations.starred for row in ticked)
        if many == 1:
            _button("Edit…", "edit", _annotate, ticked[0].run)
        else:
            _button("Tag…", "label", _tag)
        _button("Take star" if starred else "Star", "star", _star_all, ticked, not starred)
        if not in_classroom():
            _button(f"Remove {many:,}" if many > 1 else "Remove", "delete", _remove, ticked)
    export_button([row.run for row in ticked], key="runs-export")
    _button("Untick", "close", _untick)


def _button(label: str, icon: str, act: Callable[..., None], *about: object) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        type="tertiary",
        key=f"runs-{icon}",
        on_click=act,
        args=about,
    )


# The page draws dialogs, and what is compared; a click here would have this part drawn alone.
def _annotate(run: Run) -> None:
    ask_about(run)
    st.rerun()


def _tag() -> None:
    open_dialog(TAG)
    st.rerun()


def _star_all(ticked: Sequence[Row], starred: bool) -> None:
    on_each(ticked, lambda row: annotate(row.run.path, starred=starred))


def _remove(ticked: Sequence[Row]) -> None:
    remove(ticked)
    st.rerun()


def _untick() -> None:
    tick(())
    st.rerun()
