"""Nearest neighbours against sorting all distances."""

import pytest
import torch
from torch import Generator

from tests.vae_core.latent.decoders import scattered
from vae_core.latent import count_within, nearest_encodings, nearest_images
from vae_core.latent import nearest as module


def test_the_k_nearest_encodings_are_the_first_of_all_when_sorted() -> None:
    encodings, z = scattered(400, 3), torch.randn(25, 3)
    every = (z[:, None].double() - encodings.mu.double()).norm(dim=2).sort(1)
    found = nearest_encodings(encodings, z, k=5)
    assert found.index.tolist() == every.indices[:, :5].tolist()
    torch.testing.assert_close(found.distance.double(), every.values[:, :5], rtol=1e-5, atol=0)


def test_k_is_cut_to_what_there_is() -> None:
    assert nearest_encodings(scattered(3, 2), torch.zeros(2, 2), k=9).index.shape == (2, 3)


def test_an_encoding_is_its_own_neighbour_at_no_distance() -> None:
    encodings = scattered(300, 2)
    found = nearest_encodings(encodings, encodings.mu)
    assert found.index[:, 0].tolist() == list(range(300))
    assert float(found.distance.max()) == 0


def test_counts_are_those_of_all_distances() -> None:
    encodings, z = scattered(200, 2), torch.randn(30, 2)
    every = (z[:, None] - encodings.mu).norm(dim=2)
    assert count_within(encodings, z, 0.7).tolist() == (every <= 0.7).sum(1).tolist()


def test_the_nearest_images_are_found_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    g = Generator().manual_seed(0)
    images = torch.randint(0, 256, (90, 1, 4, 5), dtype=torch.uint8, generator=g)
    x = torch.rand(7, 1, 4, 5, generator=g)
    monkeypatch.setattr(module, "_VALUES_AT_ONCE", 20 * 16)
    found = nearest_images(images, x, k=4)
    every = (x[:, None].double() - images.double() / 255).flatten(2).norm(dim=2).sort(1)
    assert found.index.tolist() == every.indices[:, :4].tolist()
    torch.testing.assert_close(found.distance.double(), every.values[:, :4], rtol=1e-5, atol=0)


def test_an_image_of_the_set_is_its_own_nearest() -> None:
    images = torch.randint(0, 256, (20, 3, 4, 4), dtype=torch.uint8)
    found = nearest_images(images, images[[11]] / 255)
    assert found.index.tolist() == [[11]]
    assert float(found.distance) < 1e-6
