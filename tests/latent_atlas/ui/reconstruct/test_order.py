import torch

from latent_atlas.ui.reconstruct.order import arranged, page_holding, page_of

COSTS = torch.tensor([5.0, 9.0, 1.0, 9.0, 3.0])
LABELS = torch.tensor([0, 1, 0, 1, 1])


def test_worst_descends_and_best_ascends_with_ties_in_the_order_of_the_data() -> None:
    assert arranged("worst", [COSTS]).tolist() == [1, 3, 0, 4, 2]
    assert arranged("best", [COSTS]).tolist() == [2, 4, 0, 1, 3]


def test_the_class_filter_keeps_that_class_alone_and_the_order() -> None:
    assert arranged("worst", [COSTS], LABELS, wanted=1).tolist() == [1, 3, 4]
    assert arranged("best", [COSTS], LABELS, wanted=0).tolist() == [2, 0]
    assert arranged("best", [COSTS], LABELS, wanted=7).tolist() == []


def test_shuffled_is_a_permutation_that_its_seed_decides() -> None:
    costs = torch.zeros(100)
    first = arranged("shuffled", [costs], seed=1)
    assert sorted(first.tolist()) == list(range(100))
    assert torch.equal(first, arranged("shuffled", [costs], seed=1))
    assert not torch.equal(first, arranged("shuffled", [costs], seed=2))


def test_models_that_differ_most_come_first() -> None:
    other = COSTS + torch.tensor([0.5, -7.0, 2.0, 0.0, -3.0])
    assert arranged("differ", [COSTS, other]).tolist() == [1, 4, 2, 0, 3]


def test_a_page_outside_the_list_is_the_nearest_one() -> None:
    indices = torch.arange(10)
    assert page_of(indices, 2, 4).tolist() == [4, 5, 6, 7]
    assert page_of(indices, 99, 4).tolist() == [8, 9]
    assert page_of(indices, 0, 4).tolist() == [0, 1, 2, 3]
    assert page_of(indices[:0], 1, 4).tolist() == []


def test_the_page_that_holds_an_image_is_found() -> None:
    indices = torch.tensor([7, 3, 9, 1])
    assert [page_holding(indices, image, 2) for image in (7, 3, 9, 1, 5)] == [1, 1, 2, 2, 1]
