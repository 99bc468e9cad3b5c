"""How sure means over batches are: what the half widths promise, held against many draws."""

import torch

from vae_core.evaluation.intervals import Neighbours, over_images


def misses(batches: list[int], drift: float, draws: int = 2000) -> float:
    """In which part of many windows the mean of images of variance 1 lies farther off than its ±.

    Batch after batch the images are better by `drift`.
    """
    generator = torch.Generator().manual_seed(0)
    spread, total = Neighbours(), torch.zeros(draws, dtype=torch.float64)
    for i, images in enumerate(batches):
        drawn = torch.randn(draws, images, dtype=torch.float64, generator=generator)
        means = drawn.mean(1)
        spread.add({"bound": drift * i + means}, images)  # a number for each of the windows
        total += images * means
    half_widths = torch.as_tensor(spread.half_widths(sum(batches))["bound"])
    return float(((total / sum(batches)).abs() > half_widths).double().mean())


def test_a_mean_over_batches_lies_within_its_half_width_in_95_of_100_windows() -> None:
    for batches in ([20] * 2, [20] * 3, [20] * 8, [20] * 40, [20, 20, 20, 3], [1, 9, 30, 5] * 3):
        assert 0.03 < misses(batches, drift=0.0) < 0.07, batches


def test_what_is_learned_from_batch_to_batch_is_not_taken_for_chance() -> None:
    """Forty batches that improve by ten times their spread in all: a plain variance sees that."""
    generator = torch.Generator().manual_seed(0)
    spread, means = Neighbours(), []
    for i in range(40):
        drawn = torch.randn(100, dtype=torch.float64, generator=generator)
        means.append(i / 4 + drawn.mean().item())
        spread.add({"bound": means[-1]}, 100)
    half_width, plain = float(spread.half_widths(4000)["bound"]), over_images(torch.tensor(means))
    assert plain is not None
    assert half_width < 0.15 * plain
    assert 0.7 < half_width / (1.96 / 4000**0.5) < 2.5


def test_a_window_begins_beside_the_last_batch_of_the_one_before() -> None:
    spread = Neighbours()
    spread.add({"rates": torch.tensor([1.0, 2.0])}, 10)
    assert spread.half_widths(10) == {}
    spread.begin()
    spread.add({"rates": torch.tensor([2.0, 2.0])}, 10)
    # One pair: a variance of one degree of freedom, (1 − 2)² / (1/10 + 1/10).
    expected = 12.706 * torch.tensor([5.0, 0.0]).sqrt() / 10**0.5
    torch.testing.assert_close(torch.as_tensor(spread.half_widths(10)["rates"]), expected)
