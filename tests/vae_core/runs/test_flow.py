"""A flow as a run: trained, logged in nats and in bits, saved, resumed."""

from pathlib import Path

import pytest
import torch

from vae_core.data import load_dataset
from vae_core.evaluation import measures
from vae_core.models import load_model
from vae_core.models.flow import Flow
from vae_core.quantities import BITS_PER_DIM, LOG_PROB, bits_per_dim
from vae_core.runs import Run, RunStatus, create_run, make_config, pace
from vae_core.runs.commands import Command, leave_command
from vae_core.runs.faults import train_run


def _run(folder: Path, **fields: object) -> Run:
    sizes = {"couplings": 2, "coupling_width": 8, "global_width": 8, "frequency_width": 8}
    rest = {"dataset": "digits", "algorithm": "flow", "batch_size": 200, "threads": 1}
    return create_run(make_config(**rest | sizes | fields), folder / "runs")


def _model(run: Run) -> Flow:
    path = run.model_path()
    assert path is not None
    model = load_model(path).model
    assert isinstance(model, Flow)
    return model


@pytest.mark.parametrize("coupling", ["affine", "spline"])
def test_it_learns_and_its_file_gives_back_the_numbers_that_were_logged(
    tmp_path: Path, coupling: str
) -> None:
    run = _run(tmp_path, coupling=coupling, epochs=8, learning_rate=0.01)
    status = train_run(run)
    assert status.state == "finished"
    points = run.metrics()
    assert {tuple(point.train) for point in points} == {(LOG_PROB.name, BITS_PER_DIM.name)}
    assert points[-1].train["log_prob"] > points[0].train["log_prob"] + 10
    model, images = _model(run), load_dataset("digits").split("test").images
    found = measures(model, images)
    assert found is not None
    assert found.means == status.test
    assert found.half_widths == status.test_half_widths
    nats = torch.tensor([found.means[LOG_PROB.name]])
    assert found.means[BITS_PER_DIM.name] == pytest.approx(bits_per_dim(nats, 64).item(), abs=1e-5)
    assert run.title == "digits · flow"


def test_a_paused_run_resumes_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    undisturbed, run = _run(tmp_path, epochs=2), _run(tmp_path, epochs=2)
    train_run(undisturbed)

    def pause(status: RunStatus) -> None:
        if status.step >= 4 and status.state == "running":
            leave_command(run.commands_path, Command.model_validate({"command": "pause"}))

    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)
    assert train_run(run, pause).state == "paused"
    assert train_run(run).state == "finished"
    one, other = _model(run).state_dict(), _model(undisturbed).state_dict()
    assert all(torch.equal(one[name], other[name]) for name in other)


def test_uniform_levels_cost_eight_bits() -> None:
    assert bits_per_dim(torch.zeros(1), 64).item() == 8
    # One level alone: a density of 256 on its cell costs nothing.
    certain = torch.tensor([64 * torch.tensor(256.0).log().item()])
    assert bits_per_dim(certain, 64).item() == pytest.approx(0, abs=1e-6)
