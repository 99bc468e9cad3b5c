import torch

from latent_atlas.ui.reconstruct.order import Ranks, arranged, page_holding, page_of

COSTS = torch.tensor([5.0, 9.0, 1.0, 9.0, 3.0])
ONE = Ranks(5, [COSTS], rate=torch.tensor([1.0, 2.0, 3.0, 3.0, 0.0]))


def test_worst_descends_and_best_ascends_with_ties_in_the_order_of_the_data() -> None:
    assert arranged("worst", ONE).tolist() == [1, 3, 0, 4, 2]
    assert arranged("best", ONE).tolist() == [2, 4, 0, 1, 3]
    assert arranged("rate", ONE).tolist() == [2, 3, 1, 0, 4]
    assert arranged("listed", ONE).tolist() == [0, 1, 2, 3, 4]


def test_those_that_are_wanted_alone_are_kept_in_the_order() -> None:
    assert arranged("worst", ONE, torch.tensor([4, 1, 3])).tolist() == [1, 3, 4]
    assert arranged("best", ONE, torch.tensor([0, 2])).tolist() == [2, 0]
    assert arranged("best", ONE, torch.tensor([], dtype=torch.int64)).tolist() == []


def test_shuffled_is_a_permutation_that_its_seed_decides() -> None:
    ranks = Ranks(100, [torch.zeros(100)], torch.zeros(100))
    first = arranged("shuffled", ranks, seed=1)
    assert sorted(first.tolist()) == list(range(100))
    assert torch.equal(first, arranged("shuffled", ranks, seed=1))
    assert not torch.equal(first, arranged("shuffled", ranks, seed=2))


def test_models_that_differ_most_come_first() -> None:
    other = COSTS + torch.tensor([0.5, -7.0, 2.0, 0.0, -3.0])
    assert arranged("differ", Ranks(5, [COSTS, other], COSTS)).tolist() == [1, 4, 2, 0, 3]


def test_what_is_nearest_to_the_chosen_image_comes_first() -> None:
    near = Ranks(5, [COSTS], COSTS, distance=torch.tensor([2.0, 0.0, 5.0, 1.0, 3.0]))
    assert arranged("near", near).tolist() == [1, 3, 0, 4, 2]


def test_outliers_are_those_of_the_lowest_log_p_among_the_measured() -> None:
    ranks = Ranks(5, [COSTS], COSTS, log_p=torch.tensor([-90.0, -300.0, -120.0]))
    assert arranged("unlikely", ranks).tolist() == [1, 2, 0]
    assert "unlikely" in ranks.orders()
    assert "unlikely" not in ONE.orders()


def test_only_orders_that_mean_something_are_offered() -> None:
    assert not {"differ", "near"} & {*ONE.orders()}
    assert {"differ", "near"} <= {*Ranks(5, [COSTS, COSTS], COSTS, COSTS).orders()}


def test_what_is_not_measured_yet_is_shuffled_and_waits() -> None:
    unknown = Ranks(5, [])
    assert unknown.waits("worst")
    assert not unknown.waits("listed")
    assert torch.equal(arranged("worst", unknown, seed=3), arranged("shuffled", unknown, seed=3))


def test_a_page_outside_the_list_is_the_nearest_one() -> None:
    indices = torch.arange(10)
    assert page_of(indices, 2, 4).tolist() == [4, 5, 6, 7]
    assert page_of(indices, 99, 4).tolist() == [8, 9]
    assert page_of(indices, 0, 4).tolist() == [0, 1, 2, 3]
    assert page_of(indices[:0], 1, 4).tolist() == []


def test_the_page_that_holds_an_image_is_found() -> None:
    indices = torch.tensor([7, 3, 9, 1])
    assert [page_holding(indices, image, 2) for image in (7, 3, 9, 1, 5)] == [1, 1, 2, 2, 1]
