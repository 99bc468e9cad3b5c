"""Where the browser fetches maps of latents, and single spots of them."""

import math
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import torch
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from torch import Tensor

from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.route_answers import binary, in_a_sentence, in_turn
from latent_atlas.ui.route_numbers import register_numbers
from latent_atlas.ui.walk_map import MOST_TILES
from vae_core.errors import AtlasError
from vae_core.latent.walk import REACH, map_spots, walk_map
from vae_core.models import Generates, inability
from vae_core.runs.sample_sheets import as_bytes, sheet_bytes

_DRAWING = ThreadPoolExecutor(1, "walking")
_AT_ONCE = 64


@lru_cache(maxsize=16)
def map_tiles(digest: str, seed: int, side: int) -> bytes:
    """A map's grid of side × side images. Raises AtlasError: the model has no such map."""
    if not 1 <= side <= MOST_TILES:
        raise AtlasError("There is no such map of this model: reload the page.")
    return sheet_bytes(_images(digest, seed, *map_spots(side)), 0, 0)


def map_spot(digest: str, seed: int, at: str) -> bytes:
    """The image of one spot, `0.5,-1` in radians. Raises AtlasError: it lies on no map."""
    try:
        u, v = (float(each) for each in at.split(","))
    except ValueError as error:
        raise AtlasError("This is no spot of the map: reload the page.") from error
    if not all(math.isfinite(each) and abs(each) <= REACH + 1e-3 for each in (u, v)):
        raise AtlasError("This spot lies outside of the map: reload the page.")
    return sheet_bytes(_images(digest, seed, torch.tensor([u]), torch.tensor([v])), 0, 0)


@torch.no_grad()
def _images(digest: str, seed: int, u: Tensor, v: Tensor) -> Tensor:
    model = load_by_digest(digest).model
    if not isinstance(model, Generates):
        raise AtlasError(f"There is no map of this model: {inability(model, Generates)}.")
    places = walk_map(model, seed).places(u, v)
    return as_bytes(torch.cat([model.generate(some) for some in places.split(_AT_ONCE)]))


@in_turn(_DRAWING)
@in_a_sentence
def tiles(request: Request) -> Response:
    """The grid of a map."""
    asked = request.path_params
    return binary(map_tiles(asked["digest"], asked["seed"], asked["side"]))


@in_turn(_DRAWING)
@in_a_sentence
def spot(request: Request) -> Response:
    """One spot of a map, `?at=0.5,-1`."""
    asked = request.path_params
    return binary(map_spot(asked["digest"], asked["seed"], request.query_params.get("at", "")))


register_numbers()
MAP_ROUTES = [
    Route("/api/models/{digest}/map-{seed:number}/tiles-{side:number}.safetensors", tiles),
    Route("/api/models/{digest}/map-{seed:number}/spot.safetensors", spot),
]
