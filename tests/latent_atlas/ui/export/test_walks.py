"""Walks as files: strips, films, videos, tables."""

import csv
import io

import av
import numpy as np
import pytest
import torch
from PIL import Image

from latent_atlas.ui.catalog import ModelEntry
from latent_atlas.ui.export.endpoints import PIN, WalkContext
from latent_atlas.ui.export.walks import WAYS, DrawnPath, Traversal, Walk, side_by_side
from latent_atlas.ui.latent_plane import PlaneView
from latent_atlas.ui.latent_plane.paths import Slice, frames_along
from latent_atlas.ui.model_files import list_models, load_by_digest, open_upload
from tests.latent_atlas.ui.model_fixtures import small_model_bytes
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import Plane, SupportMeter, encode_images, support_level

PATH = (0.5, -1.0, -1.25, 0.5, 0.0, 2.0)


def shipped(name: str = "digits-2d") -> ModelEntry:
    return next(each for each in list_models() if each.key == f"shipped:{name}")


def test_a_walk_begins_and_ends_where_it_was_told_along_line_and_circle() -> None:
    here = WalkContext(shipped(), PlaneView(z=(0.5, -1.0)), None)
    for way in ("line", "slerp"):
        path = Walk(here.entry, 5, here, PIN, "-1, 0.5", way).path()
        assert path.shape == (5, 2)
        assert torch.allclose(path[[0, -1]], torch.tensor([[0.5, -1.0], [-1.0, 0.5]]), atol=1e-5)


def test_a_path_that_was_drawn_is_taken_away_in_the_way_it_was_drawn() -> None:
    entry = shipped()
    vae = load_by_digest(entry.digest).vae
    shown, stops = Slice(vae, Plane.of_axes(2)), torch.tensor(PATH).view(-1, 2)
    for way in WAYS:
        found = DrawnPath(entry, 9, PlaneView(path=PATH, way=way)).path()
        assert torch.equal(found, frames_along(shown, way, stops, 9))

    drawn, expected = (
        DrawnPath(entry, 9, PlaneView(path=PATH)),
        frames_along(shown, "line", stops, 9),
    )
    rows = list(csv.DictReader(io.StringIO(drawn.table().decode())))
    assert list(rows[0]) == ["frame", "z1", "z2", "near", "share", "supported"]
    z = torch.tensor([[float(row["z1"]), float(row["z2"])] for row in rows])
    assert torch.allclose(z, expected, atol=1e-5)
    meter = SupportMeter(encode_images(vae, load_dataset("digits").images))
    assert [int(row["near"]) for row in rows] == meter.measure(expected).neighbours.tolist()
    for row in rows:  # as the meter has it: one rule
        supported = support_level(float(row["share"])) > 0
        assert row["supported"] == str(int(supported))

    for content, kind in ((drawn.strip(), "PNG"), (drawn.film("GIF"), "GIF")):
        with Image.open(io.BytesIO(content)) as read:
            assert read.format == kind
    with av.open(io.BytesIO(drawn.video()), "r") as file:
        frames = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
    assert len(frames) == 2 * 9 - 2
    assert frames[0].shape == (256, 256)
    with torch.no_grad():
        levels = 255 * vae.decode(expected).mean[4, 0].numpy().repeat(32, 0).repeat(32, 1)
    assert np.abs(frames[4] - levels).mean() < 4


def test_a_drawn_path_lies_in_the_plane_of_its_view() -> None:
    base = tuple(0.5 for _ in range(10))
    view = PlaneView(path=PATH, dims="axes-3-7", base=base)
    path = DrawnPath(shipped("mnist-10d"), 4, view).path()
    assert (path[:, [0, 1, 3, 4, 5, 7, 8, 9]] == 0.5).all()
    assert torch.allclose(path[[0, -1]][:, [2, 6]], torch.tensor([PATH[:2], PATH[-2:]]))


def test_in_ten_dimensions_shares_are_told_and_a_frame_amid_the_images_is_supported() -> None:
    path = DrawnPath(shipped("mnist-10d"), 3, PlaneView(path=(0.0, 0.0, 7.0, 7.0), dims="axes-3-7"))
    rows = list(csv.DictReader(io.StringIO(path.table().decode())))
    assert list(rows[0])[-3:] == ["z10", "share", "supported"]
    assert [row["supported"] for row in rows[::2]] == ["1", "0"]
    assert float(rows[0]["share"]) > 0.1
    assert float(rows[-1]["share"]) == 0
    assert path.strip()


@pytest.mark.parametrize("path", [None, (1.0, 2.0), (1.0, 2.0, 3.0)])
def test_no_path_is_one_sentence(path: tuple[float, ...] | None) -> None:
    with pytest.raises(AtlasError, match="set two stops"):
        DrawnPath(shipped(), 4, PlaneView(path=path)).path()


def test_a_traversal_turns_every_dimension_at_once_each_in_its_own_picture() -> None:
    entry = open_upload("a.safetensors", small_model_bytes(21, latent_dim=3))
    animation = Traversal(entry, 5, PlaneView())
    order = animation.dimensions()
    assert sorted(order) == [0, 1, 2]
    images = animation.images()
    assert images.shape == (5, 1, 17, 17)  # two rows of two, and a line between them
    vae = load_by_digest(entry.digest).vae
    z = torch.zeros(3)
    z[order[2]] = 1.5
    with torch.no_grad():
        expected = vae.decode(z[None]).mean[0]
    torch.testing.assert_close(images[3, :, 9:, :8], expected)
    # The fourth place is empty.
    assert images[:, :, 9:, 9:].unique().tolist() == pytest.approx([0.4])


def test_one_film_beside_none_is_itself() -> None:
    film = torch.rand(1, 4, 3, 5, 6)
    assert torch.equal(side_by_side(film), film[0])
