"""What the browser fetches of a map of latents: a grid, and any spot of it exactly."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import torch
from torch import Generator, Tensor

from latent_atlas.ui.walk_map import map_routes, map_told
from tests.latent_atlas.ui.test_routes import Get, get
from tests.node import called
from vae_core.latent.walk import REACH, map_spots, walk_map
from vae_core.runs.sample_sheets import as_bytes, read_sheet

__all__ = ["get"]


class Maker:
    """Makes images of eight numbers, and that is all."""

    label = "a maker"
    image_shape = (1, 30, 30)

    def generate(self, z: Tensor) -> Tensor:
        return z.sigmoid().repeat_interleave(900 // 8 + 1, 1)[:, :900].reshape(-1, 1, 30, 30)

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        return torch.randn(count, 8, generator=generator)


@pytest.fixture(autouse=True)
def maker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    made = Maker()
    found = {"maker": SimpleNamespace(model=made)}
    monkeypatch.setattr(map_routes, "load_by_digest", found.__getitem__)
    yield made
    map_routes.map_tiles.cache_clear()


def test_the_tile_of_a_spot_is_what_the_spot_is(get: Get, maker: Maker) -> None:
    side = 7
    answer = get(f"/api/models/maker/map-5/tiles-{side}.safetensors")
    assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
    tiles = torch.frombuffer(bytearray(answer.content[-side * side * 900 :]), dtype=torch.uint8)
    u, v = map_spots(side)
    exact = as_bytes(maker.generate(walk_map(maker, 5).places(u, v)))
    assert torch.equal(tiles.reshape(-1, 1, 30, 30), exact)
    at = f"{float(u[40]):.6f},{float(v[40]):.6f}"
    spot = read_sheet(get(f"/api/models/maker/map-5/spot.safetensors?at={at}").content)
    assert int((spot.images[0].int() - exact[40].int()).abs().max()) <= 1


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("tiles-21.safetensors", "no such map of this model"),
        ("spot.safetensors", "no spot of the map"),
        ("spot.safetensors?at=1,2,3", "no spot of the map"),
        ("spot.safetensors?at=nan,0", "lies outside of the map"),
        (f"spot.safetensors?at={REACH + 1},0", "lies outside of the map"),
    ],
)
def test_what_is_not_on_the_map_is_refused_in_a_sentence(
    get: Get, path: str, sentence: str
) -> None:
    answer = get(f"/api/models/maker/map-0/{path}")
    assert answer.status_code == 404
    assert sentence in answer.text


@pytest.mark.parametrize("seed", range(5))
def test_the_map_says_how_far_its_spots_and_most_draws_are_from_the_origin(
    maker: Maker, seed: int
) -> None:
    found = walk_map(maker, seed)
    norms = maker.sample_latents(4_000, Generator().manual_seed(99)).norm(dim=1)
    told = map_told(maker, seed)
    assert "in the 8 dimensions of z" in told
    assert f"Every spot is {found.radius:.1f} from 0" in told
    low, high = map(float, re.findall(r"between ([\d.]+) and ([\d.]+)\.", told)[0])
    assert float(((norms > low) & (norms < high)).float().mean()) == pytest.approx(0.95, abs=0.02)


def test_a_ring_is_where_the_draw_is(maker: Maker) -> None:
    (u, v), *_ = walk_map(maker, 1).draws.tolist()
    [found] = called("walk_map/walk.js", "partsOf", [u, v, REACH])
    assert (2 * found["x"] - 1) * REACH == pytest.approx(u)
    assert (1 - 2 * found["y"]) * REACH == pytest.approx(v)
