"""Whether maps agree: against SciPy's Procrustes and scikit-learn's neighbours, and where known."""

import math

import numpy as np
import pytest
import scipy.spatial
import torch
from sklearn.neighbors import NearestNeighbors
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.latent.agreement import align, company


def scattered(n: int, dims: int, seed: int) -> Tensor:
    return torch.randn(n, dims, generator=Generator().manual_seed(seed)) + 3.0


def turned(points: Tensor, seed: int) -> Tensor:
    dims = points.shape[1]
    return points @ torch.linalg.qr(scattered(dims, dims, seed) - 3.0)[0]


@pytest.mark.parametrize(("one", "other"), [(1, 1), (2, 2), (2, 5), (10, 3), (200, 200)])
def test_what_is_left_is_the_disparity_of_scipy(one: int, other: int) -> None:
    a, b = scattered(400, one, 0), scattered(400, other, 1)
    b[:, 0] += 2 * a[:, 0]
    found = align(a, b)
    dims = max(one, other)
    padded = [np.pad(each.numpy(), ((0, 0), (0, dims - each.shape[1]))) for each in (a, b)]
    first, second, disparity = scipy.spatial.procrustes(*padded)
    assert found.residual == pytest.approx(disparity, abs=1e-6)
    assert align(b, a).residual == pytest.approx(disparity, abs=1e-6)
    # SciPy gives both maps at A's size 1, in A's frame: so is ours, put back where A lies.
    size = float((a - a.mean(0)).norm())
    placed = second * size + padded[0].mean(0)
    # In dimensions that A does not have nothing says how B is to be turned.
    np.testing.assert_allclose(found.laid[:, :one].numpy(), placed[:, :one], atol=2e-5)
    gone = np.linalg.norm(placed - padded[0], axis=1)
    np.testing.assert_allclose(found.moved.numpy(), gone, rtol=1e-4, atol=2e-5)
    np.testing.assert_allclose(found.first.numpy(), first * size + padded[0].mean(0), atol=2e-5)


def test_a_map_that_is_moved_turned_mirrored_and_scaled_is_the_same_map() -> None:
    a = scattered(50, 4, 0)
    mirror = torch.diag(torch.tensor([1.0, 1.0, 1.0, -1.0]))
    turn = torch.linalg.matrix_exp(
        torch.triu(torch.ones(4, 4), 1) - torch.tril(torch.ones(4, 4), -1)
    )
    for shape, mirrored in ((torch.eye(4), False), (mirror, True)):
        found = align(a, 0.5 * (a @ turn @ shape) - 7.0)
        assert found.residual == pytest.approx(0.0, abs=1e-9)
        assert found.mirrored is mirrored
        assert found.scale == pytest.approx(2.0, rel=1e-5)
        assert float(found.moved.max()) < 1e-4
        # The pulls are of what is left: of nothing left they are nothing, and so is its error.
        assert float(found.pulls.abs().max()) < 1e-4


def test_the_spread_of_the_pulls_is_that_of_a_bootstrap() -> None:
    generator = Generator().manual_seed(0)
    a = scattered(600, 3, 0)
    b = turned(a, 1) + 0.7 * torch.randn(600, 3, generator=generator)
    found = align(a, b)
    assert float(found.pulls.mean()) == pytest.approx(0.0, abs=1e-9)
    drawn = []
    for _ in range(400):
        index = torch.randint(600, (600,), generator=generator)
        drawn.append(align(a[index], b[index]).residual)
    error = float(found.pulls.std()) / math.sqrt(600)
    assert error == pytest.approx(float(np.std(drawn)), rel=0.15)


@pytest.mark.parametrize(("dims", "k"), [(1, 10), (2, 5), (200, 10)])
def test_neighbours_in_common_are_those_of_scikit_learn(dims: int, k: int) -> None:
    a, b = scattered(300, dims, 0), scattered(300, 3, 1)
    b[:, 0] += 3 * a[:, 0]
    found = company(a, b, k)
    near = [
        NearestNeighbors(n_neighbors=k).fit(each.numpy()).kneighbors(return_distance=False)
        for each in (a, b)
    ]
    shares = [len({*one} & {*other}) / k for one, other in zip(*near, strict=True)]
    np.testing.assert_allclose(found.shares.numpy(), shares)
    assert found.k == k
    assert found.chance == pytest.approx(k / 299)


def test_unrelated_maps_share_as_many_neighbours_as_chance_has_it() -> None:
    shares = torch.cat(
        [company(scattered(200, 2, s), scattered(200, 2, 100 + s)).shares for s in range(20)]
    )
    assert float(shares.mean()) == pytest.approx(10 / 199, abs=0.004)
    assert company(scattered(9, 2, 0), scattered(9, 2, 1)).shares.tolist() == [1.0] * 9


def test_images_in_one_place_are_each_others_neighbours_and_never_their_own() -> None:
    a = torch.zeros(30, 2)
    found = company(a, scattered(30, 2, 0), 5)
    assert not (found.first == torch.arange(30)[:, None]).any()
    with pytest.raises(AtlasError, match="in one place"):
        align(a, scattered(30, 2, 0))


def test_what_lost_its_neighbours_comes_first_and_what_kept_all_is_left_out() -> None:
    a = torch.cat([scattered(40, 2, 0), scattered(40, 2, 1) + 50])
    b = a.clone()
    b[0], b[1] = a[60], a[61] + 0.01  # two go over to the others
    found = company(a, b, 5)
    changed = found.most_changed(align(a, b).moved, 200)
    assert {0, 1} == {*changed[:2].tolist()}
    assert (found.shares[changed] < 1).all()
    assert (found.shares[changed].diff() >= 0).all()
    assert len(company(a, turned(a, 3), 5).most_changed(torch.zeros(80), 200)) == 0


def test_too_few_images_and_maps_of_others_are_refused() -> None:
    for n in (1, 2):
        with pytest.raises(AtlasError, match="always agree"):
            align(scattered(n, 2, 0), scattered(n, 2, 1))
    with pytest.raises(AtlasError, match="different images"):
        company(scattered(5, 2, 0), scattered(6, 2, 1))
