"""The plane beside the curves: moving while a run trains, and to be played again after it."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.catalog import find_model
from latent_atlas.ui.latent_plane import PlaneView, latent_plane, live_plane, view_from
from latent_atlas.ui.latent_plane.view import Layers
from latent_atlas.ui.model_files import kept_epochs
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.train.cursor import cursor
from latent_atlas.ui.train.curves import Drawing
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.run_view import EPOCH, Seen
from latent_atlas.ui.visible_data import is_visible
from vae_core.models import Encodes, ShowsMeans


def titled(title: str, words: str) -> str:
    """A title, and quieter words below it, as Markdown."""
    return f"**{title}**  \n:small[:gray[{words}]]"


_MOVES = titled("The map unfolds", "each dot is an image; dimmed names: still mixed")
_DRAWS = titled(
    "What the decoder draws", "each spot is a code; without an encoder no image has one"
)
_RESTS = titled("The map that it learned", "each dot is an image")
_REPLAYS = titled("The map that it learned", "the slider below shows how it came about")


def has_plane(seen: Seen) -> bool:
    """Whether there is a plane to show of a run: it is one of a latent space, and has begun."""
    if seen.run.config.inability(Encodes, ShowsMeans) is not None:
        return False
    if not is_visible(seen.run.config.dataset, owner_here()):
        return False  # what somebody else's images look like is not for others
    return seen.status.state == "running" or seen.run.model_path() is not None


def plane_beside(story: Story, drawings: Sequence[Drawing]) -> None:
    """Draw it. Of a run that has ended, its slider moves a line over the charts as well.

    While a run trains there is no slider: what the plane shows is where its curves end.
    Raises AtlasError where the model of a run that has ended is gone.
    """
    key = f"train-plane-{story.run.id}"
    placed = story.run.config.algorithm.amortised
    layers: Layers = "points" if placed else "tiles"
    if story.status.state == "running":
        st.markdown(_MOVES if placed else _DRAWS)
        live_plane(story.run, PlaneView(layers=layers), key=key)
    elif (entry := find_model(f"run:{story.run.id}")) is not None:
        epochs = [each.epoch for each in kept_epochs(entry)]
        st.markdown(_DRAWS if not placed else _REPLAYS if epochs else _RESTS)
        view = view_from({EPOCH: address.first_named(EPOCH), "layers": layers})
        curves = cursor(epochs, story, drawings) if epochs and drawings else None
        latent_plane(entry, view, compact=True, curves=curves, key=key)
