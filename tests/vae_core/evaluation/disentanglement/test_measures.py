"""The measures on codes whose scores are known, and against other libraries."""

import math

import numpy as np
import pytest
import torch
from torch import Generator

from tests.vae_core.evaluation.disentanglement.codes import (
    SIDE,
    grid,
    noise,
    perfect,
    rotated,
)
from tests.vae_core.evaluation.disentanglement.disent_scores import disent_scores
from vae_core.data import Factors
from vae_core.errors import AtlasError
from vae_core.evaluation.disentanglement.dci import completeness, disentanglement, importances
from vae_core.evaluation.disentanglement.factors import together, usable
from vae_core.evaluation.disentanglement.information import BINS, binned, information
from vae_core.evaluation.disentanglement.separated import _nearest, separation
from vae_core.evaluation.disentanglement.votes import factor_score


def test_a_perfect_code_scores_one_and_knows_which_dimension_is_which() -> None:
    found = information(perfect(), grid())
    assert found.gap.value == pytest.approx(1)
    assert found.gap.half_width == pytest.approx(0, abs=1e-9)
    assert found.carried == (1, 0)
    assert found.entropy == pytest.approx((math.log(SIDE),) * 2)
    assert factor_score(perfect(), grid()).value == 1
    trees = importances(perfect(), grid())
    for score in (trees.disentanglement, trees.completeness, trees.informativeness):
        assert score.value == pytest.approx(1)
    assert np.allclose(trees.matrix, [[0, 1], [1, 0]])


def test_of_a_perfect_code_sap_is_what_guessing_leaves() -> None:
    found = separation(perfect(), grid()).score
    assert found.best == 1 - 1 / SIDE
    assert found.value == pytest.approx(found.best, abs=max(0.02, found.half_width))


def test_the_nearest_mean_by_thresholds_is_that_by_distances_also_where_means_are_equal() -> None:
    generator = Generator().manual_seed(0)
    codes = torch.randint(-9, 9, (400, 6), generator=generator).double() / 7
    means = torch.randint(-9, 9, (8, 6), generator=generator).double() / 5
    means[3], means[:, 2] = torch.inf, 0.25  # nothing was learned of a level; all are alike
    far = (codes[..., None] - means.T).abs()
    found = _nearest(codes, means)
    assert torch.equal(far.gather(2, found[..., None])[..., 0], far.amin(2))
    assert bool((found[:, 2] == 0).all())


def test_a_code_turned_by_45_degrees_tells_all_and_holds_nothing_apart() -> None:
    """Both dimensions say as much of a factor, so that all gaps are 0, and a vote is for either."""
    code = rotated()
    assert information(code, grid()).gap.value == pytest.approx(0, abs=1e-9)
    sap = separation(code, grid()).score
    assert sap.value == pytest.approx(0, abs=sap.half_width + 0.02)
    votes = factor_score(code, grid())
    assert votes.value == pytest.approx(1 / 2, abs=2 * votes.half_width)
    trees = importances(code, grid())
    assert trees.disentanglement.value == pytest.approx(0, abs=0.02)
    assert trees.completeness.value == pytest.approx(0, abs=0.02)
    assert trees.informativeness.value > 0.95


def test_noise_scores_its_bias_and_is_not_above_chance() -> None:
    code, factors = noise(), grid()
    found = information(code, factors)
    # Plug-in information is too large by (bins − 1)(levels − 1) / 2n; bins at the ends are empty.
    share = np.mean(found.shares)
    bias = (BINS - 1) * (SIDE - 1) / (2 * len(code)) / math.log(SIDE)
    assert found.bias == pytest.approx((bias, bias))
    assert 0.6 * bias < share < 1.2 * bias
    sap, votes = separation(code, factors).score, factor_score(code, factors)
    for score in (found.gap, sap, votes):
        assert not score.above_chance
    assert found.gap.value < 0.03
    assert votes.value == pytest.approx(1 / 2, abs=0.1)


def test_nothing_changes_where_dimensions_are_dealt_turned_round_or_stretched() -> None:
    code = 0.3 * noise(2) + grid().values
    other = torch.stack([-2 * code[:, 1], 5 * code[:, 0] + 1], 1)
    one, two = information(code, grid()), information(other, grid())
    assert one.gap.value == pytest.approx(two.gap.value, abs=0.02)  # an edge may fall elsewhere
    assert separation(code, grid()).score.value == pytest.approx(
        separation(other, grid()).score.value
    )
    assert factor_score(code, grid()).value == factor_score(other, grid()).value


def test_the_half_width_of_the_gap_holds_what_other_images_give() -> None:
    generator = Generator().manual_seed(1)
    values, widths = [], []
    for _ in range(12):
        levels = torch.randint(4, (400, 2), generator=generator)
        code = levels + 0.6 * torch.randn(400, 2, generator=generator)
        gap = information(code, Factors(("a", "b"), (4, 4), levels)).gap
        values.append(gap.value)
        widths.append(gap.half_width)
    assert 0.5 < np.mean(widths) / (2 * np.std(values)) < 2


def test_a_collapsed_dimension_and_an_unknown_level_count_for_nothing() -> None:
    flat = torch.cat([perfect(), torch.full((len(perfect()), 1), 0.3)], 1)
    assert information(flat, grid()).gap.value == pytest.approx(1)
    assert factor_score(flat, grid()).value == 1
    assert factor_score(torch.zeros(len(flat), 2), grid()).value == pytest.approx(1 / 2)
    values = grid().values.clone()
    values[: len(values) // 2, 0] = -1
    some = Factors(("x", "y"), (SIDE, SIDE), values)
    assert information(perfect(), some).gap.value == pytest.approx(1)
    assert factor_score(perfect(), some).value == 1


def test_factors_with_one_level_or_too_many_are_left_out_and_others_lose_empty_levels() -> None:
    values = torch.stack(
        [
            torch.arange(200) % 2 * 5,
            torch.zeros(200).long(),
            torch.arange(200),
            torch.where(torch.arange(200) < 30, torch.arange(200) % 3, -1),
        ],
        1,
    )
    used, left = usable(Factors(("kind", "flat", "number", "rare"), (9, 1, 200, 3), values))
    assert (used.names, used.sizes, left) == (("kind",), (2,), ("flat", "number", "rare"))
    assert used.values.unique().tolist() == [0, 1]


def test_factors_that_go_together_are_named() -> None:
    x = torch.arange(400) % 4
    pair = Factors(("digit", "even", "apart"), (4, 2, 4), torch.stack([x, x % 2, x // 4], 1))
    other = torch.arange(400) // 4 % 4
    pair.values[:, 2] = other
    [found] = together(pair)
    assert (found.first, found.second) == ("digit", "even")
    assert found.share == pytest.approx(1, abs=0.02)
    assert together(grid()) == ()


def test_too_few_images_are_refused_in_a_sentence() -> None:
    few = Factors(("x",), (2,), torch.arange(10)[:, None] % 2)
    with pytest.raises(AtlasError, match="40 images or more"):
        information(torch.randn(10, 2), few)
    with pytest.raises(AtlasError, match="not finite"):
        information(torch.full((len(noise()), 1), math.nan), grid())


def test_information_and_thresholds_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import balanced_accuracy_score, mutual_info_score
    from sklearn.neighbors import NearestCentroid

    code, factors = 0.8 * noise(2) + grid().values, grid()
    found, told = information(code, factors), separation(code, factors).told
    bins = binned(code)
    learns = torch.randperm(len(code), generator=Generator().manual_seed(0)) < len(code) // 2
    for k in range(2):
        levels = factors.values[:, k]
        for j in range(2):
            ours = found.shares[j][k] * found.entropy[k]
            assert ours == pytest.approx(mutual_info_score(bins[:, j], levels))
            nearest = NearestCentroid().fit(code[learns, j : j + 1].double(), levels[learns])
            said = nearest.predict(code[~learns, j : j + 1].double())
            assert told[j][k] == pytest.approx(balanced_accuracy_score(levels[~learns], said))


def test_gap_disentanglement_and_completeness_are_those_of_disent() -> None:
    scores = disent_scores()
    code, factors = 0.8 * noise(2) + grid().values, grid()
    theirs = scores.mig._compute_mig(code.double().T.numpy(), factors.values.T.numpy())
    assert information(code, factors).gap.value == pytest.approx(theirs["mig.discrete_score"])
    matrix = torch.rand(4, 3, generator=Generator().manual_seed(2), dtype=torch.float64)
    assert disentanglement(matrix) == pytest.approx(scores.dci._disentanglement(matrix.numpy()))
    assert completeness(matrix) == pytest.approx(scores.dci._completeness(matrix.numpy()))
