"""Take away: what is compared as files that live on without the app, and the command line for it.

Every file is made when its button is pressed, from what is measured already.
"""

from functools import lru_cache, partial
from pathlib import Path

import streamlit as st

from latent_atlas.reports.comparison.command_line import compare_line
from latent_atlas.reports.comparison.files import FILES
from latent_atlas.reports.comparison.measuring import Measured
from latent_atlas.reports.comparison.measuring import measured as all_measured
from latent_atlas.reports.comparison.subjects import Subject, Subjects
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.measure import SAMPLES, measured
from latent_atlas.ui.reconstruct.shown_images import is_brought
from latent_atlas.ui.whole_runs import have_it_drawn

_KEY = "reconstruct-take-away"


def take_away(comparison: Comparison) -> None:
    """Draw the menu; what is in it is made when it is opened."""
    menu = st.popover(
        "Take away", icon=":material/download:", type="tertiary", key=_KEY, on_change=have_it_drawn
    )
    if not menu.open:
        return
    with menu, st.container(gap="xsmall"):
        st.markdown("**These models on these images**")
        with st.container(horizontal=True, gap="xsmall"):
            for name, each in FILES.items():
                st.download_button(
                    each.label,
                    partial(content, comparison, name),
                    file_name=name,
                    mime=each.mime,
                    on_click="ignore",
                    key=f"{_KEY}-{name}",
                )
        if command := command_line(comparison):
            st.markdown("The same on a command line:")
            st.code(command, language=None, wrap_lines=True)


def content(comparison: Comparison, name: str) -> bytes:
    """The file of this name. Raises AtlasError where a model is gone meanwhile."""
    return b"".join(FILES[name].content(_found(comparison)))


def command_line(comparison: Comparison) -> str:
    """What makes the same report; nothing where it has no name for the images or for a model."""
    names = [_name(column) for column in comparison.columns]
    if is_brought(comparison.data.name) or not all(names):
        return ""
    data, split = comparison.data.name, comparison.split.name
    return compare_line(names, data, split, Path(next(iter(FILES))))


def subjects(comparison: Comparison) -> Subjects:
    """The models with what the page has measured of them; waits for what it has not."""
    data, split = comparison.data, comparison.split
    return Subjects(
        data=data,
        called=data.name,
        split=split,
        indices=data.splits[split.name],
        treatment=comparison.treatment,
        models=tuple(_subject(comparison, column) for column in comparison.columns),
        samples=SAMPLES,
        command=command_line(comparison),
    )


# Files that are asked for one after the other are of the same comparison.
@lru_cache(maxsize=2)
def _found(comparison: Comparison) -> Measured:
    return all_measured(subjects(comparison))


def _subject(comparison: Comparison, column: Column) -> Subject:
    data, split = comparison.data, comparison.split
    entry = column.entry
    found = measured(
        entry.digest, data.name, split.name, comparison.treatment, column.vae, split.images
    )
    return Subject(
        title=column.title,
        name=_name(column),
        vae=column.vae,
        training=loaded(entry).training,
        digest=entry.digest,
        bounds=found.bounds,
        draw_variance=found.draw_variance,
        kinship=column.kinship,
    )


def _name(column: Column) -> str:
    """What a command line calls a model: a file that was opened here, by its title.

    Empty for an epoch of a run: only whole files and runs have names there.
    """
    kind, _, name = column.entry.key.partition(":")
    if "@" in name:
        return ""
    return name if kind in ("shipped", "run") else f"{column.entry.title}.safetensors"
