"""The shipped results, one document an experiment, and what stands in for an absent one."""

from pathlib import Path

import streamlit as st

from latent_atlas.places import RESULTS
from latent_atlas.reproduce.figure import FigureData, read_figure
from vae_core.errors import AtlasError

FOLDER = RESULTS / "paper"


class NotComputed(AtlasError):
    """A result that has not been computed yet."""


def result(name: str) -> FigureData:
    """The document of ``latent-atlas reproduce <name>``.

    Raises:
        NotComputed: there is none.
        AtlasError: it is damaged.
    """
    path = FOLDER / f"{name}.json"
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise NotComputed("This has not been computed yet. The command below does it.") from error
    return _read(path, changed)


def command(name: str) -> str:
    """What computes a result."""
    return f"latent-atlas reproduce {name} --out DIR"


# Documents are frozen and hold up to some hundred kilobytes: every visitor shares them.
@st.cache_resource(max_entries=16, show_spinner=False)
def _read(path: Path, changed: int) -> FigureData:
    return read_figure(path)
