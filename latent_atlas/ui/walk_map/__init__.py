"""A map of latents to walk, of models that make images of them but give no image a place.

A VAE's decoder runs in the browser. Other networks do not: the browser is given a grid of pictures,
and the server draws the one that is pinned.
"""

from pathlib import Path

from latent_atlas.ui.components import component
from vae_core.latent.walk import REACH, walk_map
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


def walk(model: Generates, digest: str, seed: int, width: int, *, key: str) -> None:
    """Show the map through three draws of a seed; `width` is of an image, in its pixels.

    `digest` is the SHA-256 of the model's file.
    """
    curved = walk_map(model, seed).radius is not None
    told = {"at": f"api/models/{digest}/walk-{seed}", "width": width, "most": MOST_TILES}
    _walk({**told, "reach": REACH, "curved": curved}, key=key)


def map_told(model: Generates, seed: int) -> str:
    """What the map is, in a sentence."""
    found = walk_map(model, seed)
    if found.radius is None:
        return "Every spot is a z, from −3 to 3 in each of its dimensions."
    dimensions = counted(found.directions.shape[1], "dimension")
    return (
        f"A piece of a sphere through three draws of z in {dimensions}. Every spot is "
        f"as far from 0 as those draws ({found.radius:z.1f}): it has learned from no others."
    )
