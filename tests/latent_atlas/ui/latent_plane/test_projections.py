"""Planes of a latent space of many dimensions: what may be asked for, and what comes."""

import re
import sys
import threading
import time
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from latent_atlas.ui.latent_plane import tsne_sheet
from latent_atlas.ui.latent_plane.encodings import encodings_part, point_order, shown
from latent_atlas.ui.latent_plane.maps import asked_map, judge, map_bytes
from latent_atlas.ui.latent_plane.projections import asked_base, asked_projection
from latent_atlas.ui.latent_plane.served import drawn_map, point_means, points_part
from latent_atlas.ui.latent_plane.tsne_process import tsne_points
from latent_atlas.ui.latent_plane.tsne_sheet import SheetMaker, sheet_bytes
from latent_atlas.ui.latent_plane.view import PlaneView, view_from
from latent_atlas.ui.model_files import open_upload
from tests.latent_atlas.ui.model_fixtures import small_model_bytes, small_vae
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import SupportMeter, activity, encode_images, principal_axes

DIGITS = load_dataset("digits")
VAE = small_vae(5, latent_dim=6)
POINTS = encode_images(VAE, DIGITS.images[point_order(DIGITS)])


def tensors_of(content: bytes | None) -> dict[str, Tensor]:
    assert content is not None
    return read_checkpoint(content).tensors


@pytest.mark.parametrize(
    "text",
    ["", "axis", "axes-1", "axes-1-1", "axes-0-2", "axes-1-7", "axes-01-2", "axes-1-2-3", "PCA"]
    + ["umap", "pca ", "axes-1-9999", "axes-1-²", "../axes", "axes-1-2\n"],
)
def test_any_other_plane_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(AtlasError, match=r"[.]$"):
        asked_projection(text, 6)


def test_a_model_of_two_dimensions_has_no_other_plane() -> None:
    assert asked_projection("axes", 2).axes is None
    for text in ("axes-1-2", "axes-2-1", "pca", "tsne"):
        with pytest.raises(AtlasError, match="all dimensions"):
            asked_projection(text, 2)


@pytest.mark.parametrize(
    "text",
    ["", "1,2", "1,2,3,4,5,x", "1,2,3,4,5,nan", "1e3,0,0,0,0,0", "101,0,0,0,0,0", "1," * 9999],
)
def test_a_base_is_a_number_for_each_dimension(text: str) -> None:
    with pytest.raises(AtlasError, match=r"[.]$"):
        asked_base(text, 6)


def test_points_on_two_axes_are_those_coordinates_and_the_header_tells_of_all() -> None:
    found = read_checkpoint(
        encodings_part(VAE, DIGITS, 0, shown(VAE, DIGITS, asked_projection("axes-6-2", 6)))
    )
    assert torch.allclose(found.tensors["mu"], POINTS.mu[:, [5, 1]], atol=1e-5)
    told = found.metadata
    assert (told["axes"], told["projection"]) == ([5, 1], "axes-6-2")
    expected = activity(POINTS)
    assert told["order"] == expected.order.tolist()
    assert told["rate"] == pytest.approx(expected.rate.tolist(), abs=1e-3)
    assert all(re.fullmatch(r"\d+(\.\d+)? ± <?\d+(\.\d+)?", each) for each in told["told"])
    assert told["dead"] == expected.dead.tolist()


def test_a_plane_of_pca_holds_what_its_coordinates_lift_to_beside_any_base() -> None:
    by = shown(VAE, DIGITS, asked_projection("pca", 6))
    principal = principal_axes(POINTS)
    a, b = principal.components[:2]
    assert torch.allclose(by.plane.directions, torch.stack([a, b]), atol=1e-4)
    base = torch.tensor([0.5, -1.0, 0.0, 2.0, 0.25, -0.5])
    uv = torch.tensor([[0.7, -1.2], [0.0, 0.0]])
    z = by.at(base).lift(uv)
    rest = base - (base @ a) * a - (base @ b) * b
    expected = rest + uv[:, :1] * a + uv[:, 1:] * b
    assert torch.allclose(VAE.decode(z).mean, VAE.decode(expected).mean, atol=1e-4)
    # The coordinates of a point are the same on every plane beside it.
    assert torch.allclose(z @ by.plane.directions.T, uv, atol=1e-5)


def test_under_pca_a_posterior_has_the_covariance_of_its_two_coordinates() -> None:
    by = shown(VAE, DIGITS, asked_projection("pca", 6))
    found = tensors_of(encodings_part(VAE, DIGITS, 0, by))
    D = by.plane.directions
    assert torch.allclose(found["mu"], POINTS.mu @ D.T, atol=1e-5)
    covariance = D @ torch.diag_embed(POINTS.logvar.exp()) @ D.T
    s, r = found["s"], found["correlation"]
    assert torch.allclose(s**2, covariance.diagonal(dim1=1, dim2=2), rtol=1e-4)
    assert torch.allclose(r * s.prod(1), covariance[:, 0, 1], atol=1e-5)


def test_support_of_a_plane_is_log_q_where_all_else_stays_at_the_base() -> None:
    by = shown(VAE, DIGITS, asked_projection("axes-3-1", 6))
    base = torch.tensor([9.0, 0.4, 9.0, -0.3, 0.2, 1.0])  # what is shown does not count
    found = tensors_of(map_bytes(judge(VAE, DIGITS), asked_map("support-z-3"), by, base))
    along = asked_map("support-z-3").coordinates()
    z = torch.tensor([[along[30], 0.4, along[9], -0.3, 0.2, 1.0]])
    expected = SupportMeter(POINTS).log_prob(z)[0]
    assert abs(found["values"][149 - 30, 9] - expected) < 1e-3


def test_what_the_routes_serve_is_kept_by_plane_and_base_and_refused_in_a_sentence() -> None:
    digest = open_upload("d.safetensors", small_model_bytes(31, latent_dim=4)).digest
    first = points_part(digest, "digits", "axes-1-3", 0)
    assert first is points_part(digest, "digits", "axes-1-3", 0)
    assert first is not points_part(digest, "digits", "axes-3-1", 0)
    here = drawn_map(digest, "digits", "pca", "support-z-3", "0.5,0,0,1")
    assert here is drawn_map(digest, "digits", "pca", "support-z-3", "0.5,0,0,1")
    holes = drawn_map(digest, "digits", "pca", "holes-z-3", "0.5,0,0,1")
    assert holes is drawn_map(digest, "digits", "pca", "holes-z-3", None)
    for projection, base in (("tsne", None), ("axes-1-5", None), ("pca", "1,2")):
        with pytest.raises(AtlasError, match=r"[.]$"):
            drawn_map(digest, "digits", projection, "support-z-3", base)
    means = torch.frombuffer(bytearray(point_means(digest, "digits", [7, 3])), dtype=torch.float32)
    images = DIGITS.images[point_order(DIGITS)[[7, 3]]]
    expected = encode_images(small_vae(31, latent_dim=4), images).mu
    assert torch.allclose(means.view(2, 4), expected, atol=1e-5)


def test_a_sheet_has_the_means_that_its_points_decode_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tsne_sheet, "tsne_points", lambda mu: 40 * mu[:, :2] + 7)
    found = read_checkpoint(sheet_bytes(VAE, DIGITS))
    mu, means = found.tensors["mu"], found.tensors["means"]
    assert torch.allclose(means, POINTS.mu[: len(means)], atol=1e-5)
    assert float(mu.abs().max()) == pytest.approx(2.8, abs=1e-4)
    assert found.metadata["total"] == len(mu) == 1797
    scale = (mu[1] - mu[0]) / (means[1, :2] - means[0, :2])
    assert torch.allclose(scale[0], scale[1], rtol=1e-3)  # no axis is stretched


def test_t_sne_in_a_process_of_its_own_keeps_neighbours_side_by_side() -> None:
    g = torch.Generator().manual_seed(0)
    mu = torch.randn(30, 5, generator=g) * 0.1
    mu[15:] += 5
    points = tsne_points(mu)
    within = torch.cdist(points[:15], points[:15]).max()
    assert points.shape == (30, 2)
    assert torch.cdist(points[:15], points[15:]).min() > within / 2


def test_a_process_that_does_not_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(AtlasError, match="could not be arranged"):
        tsne_points(torch.zeros(3, 2))


def wait_for(ask: Callable[[], bytes | None]) -> bytes:
    deadline = time.monotonic() + 20
    while (made := ask()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return made


def test_what_is_being_arranged_is_made_once_and_keeps_nobody_waiting() -> None:
    maker, go, made = SheetMaker(), threading.Event(), []

    def make() -> bytes:
        made.append(1)
        assert go.wait(20)
        return b"points"

    assert [maker.ask("a", make) for _ in range(3)] == [None, None, None]
    for key in ("b", "c", "d"):
        assert maker.ask(key, make) is None
    with pytest.raises(AtlasError, match="in a minute"):
        maker.ask("e", make)
    go.set()
    assert wait_for(lambda: maker.ask("a", make)) == b"points"
    assert wait_for(lambda: maker.ask("d", make)) == b"points"
    assert len(made) == 4


def test_what_could_not_be_arranged_says_so_once_and_may_be_asked_for_again() -> None:
    maker = SheetMaker()

    def fail() -> bytes:
        raise AtlasError("No.")

    with pytest.raises(AtlasError, match=r"No\."):
        wait_for(lambda: maker.ask("a", fail))
    assert wait_for(lambda: maker.ask("a", lambda: b"yes")) == b"yes"


def test_a_link_keeps_plane_and_base_and_drops_what_the_model_has_not() -> None:
    view = PlaneView(dims="axes-6-2", base=(0.5, -1.25, 0.0, 2.0, 0.125, -0.5))
    assert view_from(view.to_query()) == view
    assert view.fitting(6) == view
    assert view.fitting(5) == PlaneView()
    assert view.fitting(2) == PlaneView()
    planes: list[object] = ["axes", "axes-1-1", "umap", "", 3, ["pca"], "axes-1-513"]
    assert [view_from({"dims": each}).dims for each in planes] == [None] * 7
    bases: list[object] = ["1,2", "1,2,nan", "1,2,1e9", "x", {}, "0," * 600]
    assert [view_from({"base": each}).base for each in bases] == [None] * 6
    sheet = PlaneView(dims="tsne", layers="tiles", axis="cdf", background="holes").fitting(6)
    assert sheet == PlaneView(dims="tsne")
