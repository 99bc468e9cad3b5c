"""Blur as an experiment: in miniature from cells to figure, and what its claims follow from."""

from pathlib import Path

import pytest

from latent_atlas.reports.figures.images import panel_images
from latent_atlas.reproduce.blur_cells import MEANS, REBUILT, SAMPLES, BlurCell, Softness
from latent_atlas.reproduce.cells import answered
from latent_atlas.reproduce.claims.blur import Likely, claims
from latent_atlas.reproduce.experiment import Options
from latent_atlas.reproduce.experiments import blur
from latent_atlas.reproduce.figure import BarsPanel, ImagesPanel
from latent_atlas.reproduce.jobs import with_needs
from latent_atlas.reproduce.rivals_answers import Sharp


def test_the_whole_experiment_ends_in_its_charts_sheets_and_verdicts(tmp_path: Path) -> None:
    options = Options(seeds=(0,), samples=2_000, quick=True)
    todo = with_needs(blur.cells(options))
    told = blur.figure(options, {cell.name: answered(cell, tmp_path) for cell in todo})
    means, rebuilt, samples, *sheets = told.panels
    assert isinstance(means, BarsPanel)
    assert isinstance(rebuilt, BarsPanel)
    assert isinstance(samples, BarsPanel)
    # Means have no noise, samples have it; of two thousand images no stroke is learned yet.
    assert all(0 < value < 1 for bar in (*means.bars, *rebuilt.bars) for value in bar.values)
    assert all(value > 1 for bar in samples.bars for value in bar.values)
    assert [bar.label for bar in samples.bars] == [way.title for way in blur.WAYS if way.of_levels]
    for sheet, way in zip(sheets, blur.WAYS, strict=True):
        assert isinstance(sheet, ImagesPanel)
        assert sheet.title == f"{way.title}: means, seed 0"
        assert panel_images(sheet).shape[:2] == (10, 10)
    assert {claim.verdict for claim in told.claims} == {"cannot be said"}  # of one seed


def test_every_likelihood_sees_as_many_images_and_learns_from_the_same_starts() -> None:
    options = Options(seeds=(0, 1), samples=700)
    cells = blur.cells(options)
    assert len({cell.name for cell in cells}) == len(cells) == 2 * len(blur.WAYS)
    for cell in cells:
        assert isinstance(cell, BlurCell)
        assert cell.trained.asked.marks == (700,)


@pytest.mark.parametrize(
    ("means", "verdict"),
    [
        ((0.5, 0.52, 0.48), "holds"),
        ((1.5, 1.52, 1.48), "does not hold"),
        ((0.5, 1.6, 1.1), "cannot be said"),
    ],
)
def test_pictures_are_soft_where_every_likelihoods_are(
    means: tuple[float, ...], verdict: str
) -> None:
    other = _likely((0.3, 0.31, 0.32), samples=(8.0, 8.1, 8.2))
    found = _likely(means, samples=(8.0, 8.1, 8.2))
    said = {each.key: each.verdict for each in claims(other, found, [other, found])}
    assert said["blur-means"] == said["blur-reconstructions"] == verdict
    assert said["blur-samples"] == "holds"


def test_a_learned_noise_sharpens_where_the_paired_factor_says_so() -> None:
    squared = _likely((0.30, 0.31, 0.32), samples=(8.0, 8.1, 8.2))
    for factor, verdict in ((1.4, "holds"), (0.8, "does not hold")):
        learned = _likely(
            tuple(factor * each for each in squared.ratios(MEANS)), samples=(0.8, 0.81, 0.82)
        )
        said = {each.key: each.verdict for each in claims(squared, learned, [squared, learned])}
        assert said["blur-noise"] == verdict
        assert said["blur-samples"] == "does not hold"  # one of them has none


def _likely(means: tuple[float, ...], samples: tuple[float, ...]) -> Likely:
    empty = ImagesPanel(
        key="a", title="a", rows=0, columns=0, channels=1, height=1, width=1, pixels=""
    )

    def soft(value: float) -> Sharp:
        return Sharp(value=value, low=value, high=value)

    found = tuple(
        Softness(of={MEANS: soft(mean), REBUILT: soft(mean), SAMPLES: soft(sample)}, sheet=empty)
        for mean, sample in zip(means, samples, strict=True)
    )
    return Likely("a", "A", of_levels=True, found=found)
