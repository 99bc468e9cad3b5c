"""The results that come with the program: what they rest on, and that they come out again."""

from pathlib import Path

import pytest

from vae_core.data import available_datasets
from vae_core.experiments import figure2
from vae_core.experiments.cells import answered, points_of
from vae_core.experiments.figure import CurvesPanel, FigureData, read_figure
from vae_core.experiments.registry import EXPERIMENTS

FOLDER = Path(__file__).parents[1] / "results" / "paper"
RESULTS = sorted(FOLDER.glob("*.json"))


def _stored(name: str) -> FigureData:
    return read_figure(FOLDER / f"{name}.json")


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_stored_results_rest_on_a_million_samples_and_say_where_they_come_from(path: Path) -> None:
    figure = read_figure(path)
    assert figure.name == path.stem
    assert figure.name in EXPERIMENTS
    provenance = figure.provenance
    assert provenance.samples >= 1_000_000
    assert len(provenance.seeds) >= 3
    assert not provenance.quick
    assert provenance.command.startswith(f"python -m vae_core reproduce {figure.name}")
    assert figure.claims


def test_a_stored_cell_comes_out_again(tmp_path: Path) -> None:
    """Trains figure 2's first cell to its first mark: the same model, seed and measurement."""
    present = {info.name: info for info in available_datasets()}["mnist"]
    if not present.present:
        pytest.skip("the full MNIST is not here: LATENT_ATLAS_DATA names no folder that has it")
    stored = _stored("figure2")
    panel = stored.panels[0]
    assert isinstance(panel, CurvesPanel)
    curves = {curve.label: curve for curve in panel.curves}
    cell = figure2.cell(panel.key, "aevb", stored.provenance.seeds[0], stored.provenance.samples)
    [mark, *_] = cell.asked.marks
    first = type(cell)(cell.asked.model_copy(update={"marks": (mark,)}))
    [point] = points_of(answered(first, tmp_path))
    assert point.samples == curves["AEVB (test)"].x[0]
    # Bit for bit on the machine it was computed on; another processor adds in another order.
    assert point.test.value == pytest.approx(curves["AEVB (test)"].y[0][0], abs=1.0)
    assert point.train.value == pytest.approx(curves["AEVB (train)"].y[0][0], abs=1.0)
