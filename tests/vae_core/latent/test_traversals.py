"""Traversals, activity and attribute vectors."""

import pytest
import torch
from torch import Generator

from tests.vae_core.latent.decoders import scattered
from vae_core.errors import AtlasError
from vae_core.latent import Encodings, activity, attribute_vector, traversals


def test_a_traversal_changes_one_dimension_and_leaves_the_others() -> None:
    at = torch.tensor([0.5, -1.0, 2.0])
    z = traversals(at, steps=5)
    assert z.shape == (3, 5, 3)
    assert z[1, :, 1].tolist() == [-3.0, -1.5, 0.0, 1.5, 3.0]
    assert bool((z[1][:, [0, 2]] == at[[0, 2]]).all())


def test_dead_and_collapsed_dimensions_are_told_from_active_ones() -> None:
    g = Generator().manual_seed(0)
    noise = torch.randn(1000, 3, generator=g)
    # Active; silent but with a narrow posterior that costs 0.3 nats; the prior itself.
    mu = noise * torch.tensor([1.0, 0.05, 0.01])
    logvar = torch.tensor([-3.0, -1.0, 0.0]).expand(1000, 3)
    found = activity(Encodings(mu, logvar))
    assert found.dead.tolist() == [False, True, True]
    assert found.collapsed.tolist() == [False, False, True]
    assert found.order.tolist() == [0, 1, 2]
    torch.testing.assert_close(found.variance, mu.var(0, correction=0))
    kl = 0.5 * ((mu**2).mean(0) + logvar[0].exp() - 1 - logvar[0])
    torch.testing.assert_close(found.rate, kl)


def test_one_image_in_fifty_that_speaks_keeps_a_dimension_from_being_collapsed() -> None:
    mu = torch.zeros(100, 1)
    mu[:2] = 0.5
    assert not bool(activity(Encodings(mu, torch.zeros(100, 1))).collapsed)
    mu[1:] = 0
    assert bool(activity(Encodings(mu, torch.zeros(100, 1))).collapsed)


def test_an_attribute_is_the_difference_of_two_means_by_index_or_by_mask() -> None:
    encodings, chosen = scattered(10, 4), torch.tensor([1, 4, 7])
    mask = torch.zeros(10, dtype=torch.bool)
    mask[chosen] = True
    expected = encodings.mu[chosen].mean(0) - encodings.mu[~mask].mean(0)
    torch.testing.assert_close(attribute_vector(encodings, mask, ~mask), expected)
    others = (~mask).nonzero()[:, 0]
    torch.testing.assert_close(attribute_vector(encodings, chosen, others), expected)


def test_an_attribute_of_nothing_is_refused() -> None:
    none = torch.zeros(10, dtype=torch.bool)
    with pytest.raises(AtlasError, match="without the attribute is empty"):
        attribute_vector(scattered(10, 2), ~none, none)
