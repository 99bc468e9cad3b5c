"""What the title of a gap says where one image has most of it, and where none has."""

from dataclasses import replace

import pytest
import torch

from latent_atlas.reports.diagnosis.chapters.gap import title
from latent_atlas.reports.diagnosis.sections.gap import GapFinding
from tests.latent_atlas.reports.diagnosis.made_up import made_up_gap


def found(*shortfalls: float) -> GapFinding:
    """Gaps of five images, in nats."""
    made_up = made_up_gap()
    test = made_up.splits[0]
    log_p = test.gaps.evidence.joined.log_p
    bounds = dict(test.gaps.bounds) | {
        "encoder": log_p - torch.tensor(shortfalls, dtype=torch.float64)
    }
    return replace(made_up, splits=(replace(test, gaps=replace(test.gaps, bounds=bounds)),))


def test_a_gap_that_one_image_has_most_of_is_told_by_the_middle_and_the_largest() -> None:
    assert title(found(1.0, 1.2, 0.8, 1.1, 30.0)).startswith(
        "The bound is 1.1 nats or less below log p(x) on half of the images, and 30.0 on one"
    )


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_a_gap_that_all_images_have_is_told_by_its_mean(spread: float) -> None:
    told = title(found(*(2.0 + spread * k for k in range(-2, 3))))
    assert told.startswith("The bound is 2.0")
    assert "nats below log p(x)" in told
