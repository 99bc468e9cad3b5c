"""Areas under ROC curves, against scikit-learn and a closed form."""

import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch import Generator

from vae_core.latent import midpoints, roc_area


def test_the_area_is_that_of_scikit_learn_with_ties_too() -> None:
    g = Generator().manual_seed(0)
    higher = torch.randint(3, 12, (200,), generator=g).float()
    lower = torch.randint(0, 9, (300,), generator=g).float()
    kinds = torch.cat([torch.ones(200), torch.zeros(300)])
    expected = roc_auc_score(kinds.numpy(), torch.cat([higher, lower]).numpy())
    assert roc_area(higher, lower) == pytest.approx(expected)


def test_all_above_is_one_all_below_is_none_and_alike_is_half() -> None:
    a = torch.arange(5.0)
    assert roc_area(a + 9, a) == 1
    assert roc_area(a, a + 9) == 0
    assert roc_area(a, a) == 0.5


def test_midpoints_are_halfway_between_two_different_points() -> None:
    points = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0]])
    found = {tuple(each) for each in midpoints(points).tolist()}
    assert found == {(1.0, 0.0), (0.0, 2.0), (1.0, 2.0)}
