"""Disentanglement as an experiment: in miniature to its figure, and what its claims follow from."""

from pathlib import Path

import pytest

from latent_atlas.reports.figures.images import panel_images
from latent_atlas.reproduce.cells import answered
from latent_atlas.reproduce.claims.disentanglement import JUDGED, Objective, claims
from latent_atlas.reproduce.disentanglement_cells import STEPS, WALKS, Apart, ApartCell, Told
from latent_atlas.reproduce.experiment import Options
from latent_atlas.reproduce.experiments import disentanglement
from latent_atlas.reproduce.figure import BarsPanel, ImagesPanel
from latent_atlas.reproduce.jobs import with_needs

WAYS = (disentanglement.PLAIN, *disentanglement.WAYS)


def test_the_whole_experiment_ends_in_its_charts_walks_and_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disentanglement, "QUICK_IMAGES", 500)  # trees take the most of it
    options = Options(seeds=(0,), samples=1_000, quick=True)
    todo = with_needs(disentanglement.cells(options))
    told = disentanglement.figure(options, {cell.name: answered(cell, tmp_path) for cell in todo})
    charts, walks = told.panels[: len(disentanglement.SHOWN)], told.panels[-len(WAYS) :]
    assert len(told.panels) == len(charts) + len(walks)
    for chart, name in zip(charts, disentanglement.SHOWN, strict=True):
        assert isinstance(chart, BarsPanel)
        assert chart.title == name
        assert [bar.label for bar in chart.bars] == [way.title for way in WAYS]
        assert all(0 <= value <= 1 for bar in chart.bars for value in bar.values)
        assert all(0 <= reference.value <= 1 for reference in chart.references)
    for sheet, way in zip(walks, WAYS, strict=True):
        assert isinstance(sheet, ImagesPanel)
        assert sheet.title == f"{way.title}, seed 0"
        assert panel_images(sheet).shape[:2] == (WALKS, STEPS)
    assert [claim.verdict for claim in told.claims] == ["cannot be said"] * 4  # of one seed


def test_every_objective_sees_as_many_images_and_learns_from_the_same_starts() -> None:
    cells = disentanglement.cells(Options(seeds=(0, 1), samples=700))
    assert len({cell.name for cell in cells}) == len(cells) == 2 * len(WAYS)
    for cell in cells:
        assert isinstance(cell, ApartCell)
        assert cell.trained.asked.marks == (700,)


@pytest.mark.parametrize(
    ("gained", "verdict"),
    [
        ((0.20, 0.21, 0.22), "holds"),
        ((-0.20, -0.21, -0.22), "does not hold"),
        ((0.3, -0.2, 0.05), "cannot be said"),
    ],
)
def test_an_objective_is_judged_seed_by_seed_against_the_plain_bound(
    gained: tuple[float, ...], verdict: str
) -> None:
    plain = (0.3, 0.5, 0.4)  # seeds differ by more than what is gained
    better = tuple(one + more for one, more in zip(plain, gained, strict=True))
    [claim] = claims(_objective("plain", plain), [_objective("other", better)])
    assert (claim.key, claim.verdict) == ("disentanglement-other", verdict)


def _objective(name: str, values: tuple[float, ...]) -> Objective:
    empty = ImagesPanel(
        key="a", title="a", rows=0, columns=0, channels=1, height=1, width=1, pixels=""
    )
    found = tuple(
        Apart(
            scores={JUDGED: Told(value=value, half_width=0.0, chance=0.0)},
            owned=(),
            active=10,
            rate=20.0,
            walks=empty,
        )
        for value in values
    )
    return Objective(name, name, "somebody", "something", found)
