"""Collapse as an experiment: its cells in miniature, and what its claims follow from."""

from pathlib import Path

import pytest

from latent_atlas.reproduce.cells import Place, TrainingCell, answered
from latent_atlas.reproduce.claims.collapse import claims
from latent_atlas.reproduce.collapse_cells import InUse, InUseCell
from latent_atlas.reproduce.experiment import Options
from latent_atlas.reproduce.experiments import collapse
from latent_atlas.reproduce.figure import CurvesPanel
from latent_atlas.reproduce.jobs import with_needs
from latent_atlas.reproduce.questions import Question
from vae_core.evaluation import Watch
from vae_core.runs import make_config


def test_a_small_linear_model_is_held_against_its_forecast(tmp_path: Path) -> None:
    config = make_config(
        dataset="digits", hidden=(), latent_dim=6, likelihood="gaussian-linear", scale=0.5,
        beta=2.0, samples=9_000, learning_rate=2e-2, learning_rate_schedule="cosine",
    )  # fmt: skip
    asked = Question(name="small", config=config, marks=(9_000,), measured_images=20)
    answered(TrainingCell(asked), tmp_path)
    cell = InUseCell(TrainingCell(asked), images=1_497)
    found = InUse.model_validate(cell.find_out(Place(tmp_path, cell.name), Watch()))
    assert found.threshold == 0.5
    kept = [max(0.0, 1 - 0.5 / each) if each else 0.0 for each in found.eigenvalues]
    assert found.foretold == pytest.approx(kept)
    assert sum(each > 0 for each in kept) == 3
    assert found.distance < 0.2  # after a hundredth of what the experiment sees


def test_every_cell_has_a_training_of_its_own_and_reads_no_more_than_it_is_told() -> None:
    options = Options(seeds=(0, 1), samples=700)
    cells = collapse.cells(options)
    assert len({cell.name for cell in cells}) == len(cells) == 12
    assert collapse.SHOWN in collapse.BETAS
    for cell in cells:
        assert isinstance(cell, InUseCell)
        assert cell.trained.asked.marks == (700,) == (cell.trained.asked.config.samples,)


def test_the_whole_experiment_ends_in_its_charts_and_verdicts(tmp_path: Path) -> None:
    options = Options(seeds=(0,), samples=300, quick=True)
    todo = with_needs(collapse.cells(options))
    told = collapse.figure(options, {cell.name: answered(cell, tmp_path) for cell in todo})
    assert [panel.key for panel in told.panels] == ["by-rank", "in-use", "rates"]
    ranks, *_ = told.panels
    assert isinstance(ranks, CurvesPanel)
    assert all(
        0 <= a < 1 for curve in ranks.curves if curve.label == "foretold" for a in curve.y[0]
    )
    # One seed tells no spread, and 300 images teach nothing.
    assert {claim.verdict for claim in told.claims} == {"cannot be said"}
    assert told.provenance.samples == 300


def test_claims_hold_where_all_seeds_are_near_and_fail_where_they_are_far() -> None:
    near, far = (_found(a, rate=0.1) for a in (0.5, 0.7))
    said = [each.verdict for each in claims({1.0: near, 4.0: near}, near, _found(0.5, rate=8.1))]
    assert said == ["holds"] * 3
    said = [each.verdict for each in claims({1.0: near, 4.0: far}, _found(0.5, rate=9.5), far)]
    assert said == ["does not hold"] * 3


def _found(variance: float, rate: float) -> tuple[InUse, ...]:
    return tuple(
        InUse(variance=(variance + k / 1000, 0.0), rate=rate + k / 100, active=1, foretold=(0.5, 0))
        for k in range(3)
    )
