import math
from pathlib import Path

import pytest
import torch

from latent_atlas.ui.reconstruct.ledger import account, adding_up, level_floor
from vae_core.data import load_dataset
from vae_core.evaluation import ImageBounds
from vae_core.numerals import decimal


def bounds(distortion: float, rates: list[float]) -> ImageBounds:
    per_dimension = torch.tensor([rates])
    rate = per_dimension.sum(1)
    cost = torch.tensor([distortion])
    return ImageBounds(elbo=-(rate + cost), rate=rate, distortion=cost, rate_per_dim=per_dimension)


def test_printed_parts_add_up_to_the_printed_total() -> None:
    assert adding_up([0.35, 0.35, 0.35], 1) == [0.4, 0.3, 0.3]  # 1.05 rounds to 1.0
    assert adding_up([1.26, 1.26], 1) == [1.3, 1.2]  # 2.52: not 1.3 + 1.3 = 2.6
    assert adding_up([2.0, 0.0], 2) == [2.0, 0.0]
    assert adding_up([1.0, 1.0], 1, total=2.1) == [1.1, 1.0]
    assert adding_up([1.0, 1.0], 1, total=1.9) == [0.9, 1.0]


def test_no_part_is_off_by_a_whole_unit() -> None:
    parts = torch.rand(40, generator=torch.Generator().manual_seed(0)).tolist()
    rounded = adding_up(parts, 2)
    assert round(sum(rounded), 9) == round(sum(parts), 2)
    assert max(abs(a - b) for a, b in zip(parts, rounded, strict=True)) < 0.01


def test_the_account_adds_up_at_every_level() -> None:
    rates = [0.113, 2.004, 0.0, 1.336] + [0.011] * 20
    entry = account(bounds(101.237, rates), 0)
    assert entry.total == round(entry.distortion + entry.rate, 2)
    assert entry.total == round(101.237 + sum(rates), 2)
    printed = sum(nats for _, nats in entry.dimensions) + entry.others[1]
    assert round(printed, 2) == entry.rate
    assert entry.brief[0] == round(entry.brief[1] + entry.brief[2], 1)


def test_dimensions_come_largest_first_and_are_counted_from_one() -> None:
    entry = account(bounds(1.0, [0.1, 2.0, 0.5]), 0)
    assert [axis for axis, _ in entry.dimensions] == [2, 3, 1]
    assert entry.others == (0, 0.0)


def test_black_and_white_images_have_no_floor_and_mid_grey_pays_log_2_a_pixel() -> None:
    sharp = torch.tensor([[[0, 255], [255, 0]]], dtype=torch.uint8)
    assert decimal(level_floor(sharp), 2) == "0.00"
    level = 51 / 255  # exactly one fifth
    entropy = -(level * math.log(level) + (1 - level) * math.log(1 - level))
    assert level_floor(torch.full((1, 3, 3), 51, dtype=torch.uint8)) == pytest.approx(9 * entropy)


def test_the_floor_is_the_cross_entropy_of_a_perfect_copy() -> None:
    image = torch.randint(0, 256, (1, 8, 8), generator=torch.Generator().manual_seed(1))
    x = image.double() / 255
    copy = torch.nn.functional.binary_cross_entropy(x, x, reduction="sum")
    assert level_floor(image.byte()) == pytest.approx(float(copy), abs=1e-9)


def test_mnist_test_images_have_a_mean_floor_of_45_5_nats(mnist_data: Path) -> None:
    images = load_dataset("mnist", mnist_data).split("test").images
    assert level_floor(images) / len(images) == pytest.approx(45.5, abs=0.05)
