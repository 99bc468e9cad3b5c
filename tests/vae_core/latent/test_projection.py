"""Principal axes against the covariance, and t-SNE on clusters that cannot be missed."""

import pytest
import torch
from torch import Generator

from tests.vae_core.latent.decoders import scattered
from vae_core.errors import AtlasError
from vae_core.latent import Encodings, principal_axes, tsne


def _stretched(n: int = 400) -> Encodings:
    g = Generator().manual_seed(0)
    mu = torch.randn(n, 4, generator=g) * torch.tensor([0.1, 3.0, 1.0, 0.5]) + 2
    turn = torch.linalg.qr(torch.randn(4, 4, generator=g)).Q
    return Encodings(mu @ turn, torch.zeros(n, 4))


def test_principal_axes_are_the_eigenvectors_of_the_covariance() -> None:
    encodings = _stretched()
    axes = principal_axes(encodings)
    covariance = encodings.mu.double().T.cov(correction=0).float()
    torch.testing.assert_close(
        axes.components @ covariance @ axes.components.T, axes.variance.diag(), atol=1e-5, rtol=1e-5
    )
    assert axes.variance.tolist() == sorted(axes.variance.tolist(), reverse=True)
    torch.testing.assert_close(axes.explained.sum(), torch.tensor(1.0))
    torch.testing.assert_close(
        axes.explained[0] / axes.explained[1], torch.tensor(9.0), rtol=0.3, atol=0
    )


def test_points_of_a_principal_plane_map_back_to_where_they_came_from() -> None:
    axes = principal_axes(_stretched())
    on_plane = torch.randn(7, 2)
    z = axes.plane((0, 2)).lift(on_plane)
    torch.testing.assert_close(axes.project(z)[:, [0, 2]], on_plane, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(axes.project(z)[:, [1, 3]], torch.zeros(7, 2), atol=1e-5, rtol=0)


def test_axes_point_the_same_way_when_the_images_come_in_another_order() -> None:
    encodings = _stretched()
    again = principal_axes(Encodings(encodings.mu.flip(0), encodings.logvar))
    torch.testing.assert_close(
        again.components, principal_axes(encodings).components, atol=1e-5, rtol=1e-4
    )


def test_fewer_images_than_dimensions_have_as_many_axes() -> None:
    assert principal_axes(scattered(3, 8)).components.shape == (3, 8)


def test_tsne_keeps_clusters_apart_and_finds_the_encoding_under_a_point() -> None:
    g = Generator().manual_seed(0)
    group = torch.arange(60) % 3
    mu = 20 * torch.eye(5)[group] + torch.randn(60, 5, generator=g)
    encodings = Encodings(mu, torch.zeros(60, 5))
    embedding = tsne(encodings, limit=45, perplexity=8)
    assert embedding.points.shape == (45, 2)
    placed = group[embedding.index]
    apart = (embedding.points[:, None] - embedding.points).norm(dim=2)
    apart.fill_diagonal_(float("inf"))
    assert torch.equal(placed[apart.argmin(1)], placed)
    found = embedding.nearest(embedding.points[[7]] + 1e-4)
    assert int(found.index) == int(embedding.index[7])
    assert torch.equal(tsne(encodings, limit=45, perplexity=8).points, embedding.points)


def test_too_few_encodings_for_tsne_are_refused_with_a_way_out() -> None:
    with pytest.raises(AtlasError, match="principal axes"):
        tsne(scattered(9, 3))
