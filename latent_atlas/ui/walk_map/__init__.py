"""A map of latents to walk, of models that make images of them and have no encoder.

A VAE's decoder runs in the browser. Other networks do not: the browser is given a grid of pictures,
and the server draws the one that is pinned.
"""

from pathlib import Path

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.components import component
from latent_atlas.ui.walk_map.view import WalkView, hear_spot
from latent_atlas.ui.whole_runs import have_it_drawn
from vae_core.latent.walk import DRAWS, REACH, walk_map
from vae_core.models import Generates
from vae_core.sentences import counted

_HERE = Path(__file__).parent
MOST_TILES = 19  # a side of the map has
_walk = component(
    "latent_atlas_walk_map",
    "walk_map/walk",
    "createWalk",
    html=(_HERE / "walk.html").read_text(encoding="utf-8"),
    css=(_HERE / "walk.css").read_text(encoding="utf-8"),
)


def walk(model: Generates, digest: str, view: WalkView, width: int, *, key: str) -> None:
    """Show the map of a view; `width` is of an image, in its pixels.

    `digest` is the SHA-256 of the model's file. Where the pin is, the browser knows best: it is
    told of it where the map is put on the page, which it is anew when somebody goes back.
    """
    key = f"{key}-{address.turn()}"
    found = walk_map(model, view.number)
    told = {"at": f"api/models/{digest}/map-{view.number}", "width": width, "most": MOST_TILES}
    shape = {"reach": REACH, "curved": found.radius is not None, "draws": found.draws.tolist()}
    pinned = {"map": view.number, "spot": view.spot}

    def hear() -> None:
        hear_spot((st.session_state.get(key) or {}).get("pinned"))
        have_it_drawn()

    _walk({**told, **shape, **pinned}, key=key, on_pinned_change=hear)


def map_told(model: Generates, seed: int) -> str:
    """What the map is, in a sentence or two."""
    found = walk_map(model, seed)
    if found.radius is None or found.usual is None:
        return "Every spot is a z, from −3 to 3 in each of its dimensions."
    dimensions = counted(found.directions.shape[1], "dimension")
    low, high = found.usual
    return (
        f"Half of a sphere around 0 in the {dimensions} of z, turned so that the directions of "
        f"three draws lie on it: the rings. Every spot is {found.radius:z.1f} from 0, as the "
        f"median of {counted(DRAWS, 'draw')} is; 95 of 100 are between {low:z.1f} and {high:z.1f}."
    )
