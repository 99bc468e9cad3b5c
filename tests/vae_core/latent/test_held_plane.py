"""The plane of PCA, held still while the encodings change."""

import pytest
import torch
from torch import Tensor

from vae_core.latent import Encodings, HeldPlane, principal_axes
from vae_core.latent.held_plane import procrustes

J = 5


def cloud(spread: tuple[float, ...] = (2.0, 1.0, 0.2, 0.1, 0.1)) -> Tensor:
    noise = torch.randn(300, J, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return noise * torch.tensor(spread, dtype=torch.float64)


def encodings(mu: Tensor) -> Encodings:
    return Encodings(mu, torch.zeros_like(mu))


def turned(seed: int, size: int = J) -> Tensor:
    """A rotation or reflection."""
    noise = torch.randn(size, size, generator=torch.Generator().manual_seed(seed))
    return torch.linalg.qr(noise.double()).Q


def seen(held: HeldPlane, mu: Tensor) -> Tensor:
    """Where the images lie on the map. [N, 2]."""
    directions = held.directions(encodings(mu))
    assert directions is not None
    return mu @ directions.double().T


def test_it_begins_with_the_principal_axes() -> None:
    found = HeldPlane().directions(encodings(cloud()))
    assert found is not None
    torch.testing.assert_close(found, principal_axes(encodings(cloud())).components[:2])


@pytest.mark.parametrize("seed", range(5))
def test_the_same_encodings_turned_in_the_latent_space_are_the_same_map(seed: int) -> None:
    held = HeldPlane()
    before = seen(held, cloud())
    for again in range(3):
        after = seen(held, cloud() @ turned(10 * seed + again))
        torch.testing.assert_close(after, before, atol=1e-6, rtol=0)


@pytest.mark.parametrize("signs", [(-1, 1), (1, -1), (-1, -1)])
def test_nothing_flips_where_the_signs_of_dimensions_change(signs: tuple[int, int]) -> None:
    held = HeldPlane()
    before = seen(held, cloud())
    mirrored = cloud() * torch.tensor([*signs, 1, 1, 1])
    torch.testing.assert_close(seen(held, mirrored), before, atol=1e-6, rtol=0)


def test_axes_that_change_places_within_the_plane_move_it_no_more_than_the_images() -> None:
    held, first = HeldPlane(), cloud((1.2, 1.0, 0.1, 0.1, 0.1))
    before = seen(held, first)
    second = first * torch.tensor([0.7, 1.0, 1, 1, 1])  # now the other one spreads most
    bare = second @ principal_axes(encodings(second)).components[:2].double().T
    moved = float((second - first).norm())
    assert float((bare - before).norm()) > 2 * moved
    assert float((seen(held, second) - before).norm()) < 1.1 * moved


def third_at(size: float) -> Tensor:
    """The third direction spreads `size` times as much as the second one."""
    exact = torch.linalg.qr(cloud() - cloud().mean(0)).Q * 300**0.5
    return exact * torch.tensor([2.0, 1.0, size, 0.1, 0.1])


def test_a_plane_stays_while_no_other_holds_clearly_more() -> None:
    held = HeldPlane()
    before = seen(held, third_at(0.9))
    for nearly in (1.05, 0.95, 1.1):  # variances of 1.10, 0.90 and 1.21 beside 1
        torch.testing.assert_close(seen(held, third_at(nearly)), before, atol=1e-5, rtol=0)


def test_where_another_holds_clearly_more_it_is_that_of_the_principal_axes() -> None:
    held = HeldPlane()
    seen(held, third_at(0.9))
    D = held.directions(encodings(third_at(1.2)))
    assert D is not None
    torch.testing.assert_close(D @ D.T, torch.eye(2))
    axes = principal_axes(encodings(third_at(1.2))).components[:2]
    torch.testing.assert_close(D.T @ D, axes.T @ axes, atol=1e-5, rtol=0)


def test_a_direction_that_comes_back_lies_as_it_lay() -> None:
    held = HeldPlane()
    before = seen(held, third_at(0.8))
    assert float((seen(held, third_at(1.3)) - before).abs().max()) > 1
    torch.testing.assert_close(seen(held, third_at(0.8)), before, atol=1e-5, rtol=0)


def test_encodings_that_are_all_alike_have_some_plane() -> None:
    held = HeldPlane()
    for mu in (torch.zeros(9, J), torch.zeros(9, J), torch.ones(9, J), cloud()[:9]):
        assert seen(held, mu.double()).isfinite().all()


def test_too_few_images_or_dimensions_have_no_plane() -> None:
    assert HeldPlane().directions(encodings(cloud()[:2])) is None
    assert HeldPlane().directions(encodings(cloud()[:, :1])) is None


def test_a_turn_is_found_as_it_was() -> None:
    points, turn = cloud()[:, :2], turned(3, 2)
    torch.testing.assert_close(procrustes(points, points @ turn), turn)
