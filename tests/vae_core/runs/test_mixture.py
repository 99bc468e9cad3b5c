"""A model that is no VAE, in two files that somebody added: trained, logged, saved and resumed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.mixture import mixture_known
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import measures
from vae_core.models import (
    Bounds,
    Decodes,
    Encodes,
    HasDensity,
    Samples,
    inability,
    load_model,
)
from vae_core.runs import Run, RunStatus, create_run, make_config, pace
from vae_core.runs.commands import Command, leave_command
from vae_core.runs.faults import train_run
from vae_core.runs.run import best_step
from vae_core.runs.snapshots import list_snapshots


@pytest.fixture(autouse=True)
def _mixture(tmp_path: Path) -> Iterator[None]:
    with mixture_known(tmp_path / "added"):
        yield


def _run(folder: Path, **fields: object) -> Run:
    given = {"dataset": "digits", "algorithm": "mixture-ascent", "components": 4}
    rest = {"learning_rate": 0.03, "epochs": 3, "threads": 1}
    return create_run(make_config(**given | rest | fields), folder / "runs")


def _weights(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).model.state_dict()


def test_it_trains_by_the_same_loop_and_streams_the_quantities_that_it_declares(
    tmp_path: Path,
) -> None:
    run = _run(tmp_path)
    status = train_run(run)
    assert status.state == "finished"
    points = run.metrics()
    assert len(points) > 3
    assert {tuple(p.train) for p in points} == {("log_prob",)}
    assert points[-1].train["log_prob"] > points[0].train["log_prob"] + 20
    assert sum(points[-1].vectors["shares"]) == pytest.approx(1, abs=1e-5)
    assert len(points[-1].vectors["shares"]) == 4
    assert run.title == "digits · mixture"


def test_its_file_gives_back_a_model_that_samples_and_has_the_density_that_was_logged(
    tmp_path: Path,
) -> None:
    run = _run(tmp_path)
    status = train_run(run)
    path = run.model_path()
    assert path is not None
    saved = load_model(path)
    assert saved.training.test == status.test
    images = load_dataset("digits").split("test").images
    found = measures(saved.model, images)
    assert found is not None
    assert found.means == status.test
    assert found.half_widths == status.test_half_widths == saved.training.test_half_widths
    assert isinstance(saved.model, Samples)
    drawn = saved.model.sample_images(9, torch.Generator().manual_seed(0))
    assert drawn.shape == (9, 1, 8, 8)
    assert list_snapshots(run.snapshots_path) == []  # there is no decoder to keep pictures of


def test_what_it_cannot_do_is_a_sentence(tmp_path: Path) -> None:
    run = _run(tmp_path, epochs=1)
    train_run(run)
    path = run.model_path()
    assert path is not None
    saved = load_model(path)
    kind = type(saved.model)
    assert inability(kind, Samples, HasDensity) is None
    for ability in (Encodes, Decodes, Bounds):
        clause = inability(kind, ability)
        assert clause is not None
        assert clause.startswith("this is a mixture of Gaussians, and it ")
    with pytest.raises(AtlasError, match=r"^The model cannot do that: this is a mixture of Gauss"):
        _ = saved.vae


def test_a_paused_run_resumes_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LISTEN_EVERY", 0.0)
    undisturbed, run = _run(tmp_path), _run(tmp_path)
    train_run(undisturbed)

    def pause(status: RunStatus) -> None:
        if status.step >= 7 and status.state == "running":
            leave_command(run.commands_path, Command.model_validate({"command": "pause"}))

    monkeypatch.setattr(pace, "MEASURE_EVERY", 0.0)
    assert train_run(run, pause).state == "paused"
    assert train_run(run).state == "finished"
    one, other = _weights(run), _weights(undisturbed)
    assert all(torch.equal(one[name], other[name]) for name in other)


def test_the_best_checkpoint_is_the_one_whose_first_quantity_is_best(tmp_path: Path) -> None:
    run = _run(tmp_path, epochs=1)
    train_run(run)
    [first, _] = run.config.algorithm.reports
    point = run.metrics()[-1]
    points = [
        point.model_copy(update={"step": step, "valid": {"log_prob": value}})
        for step, value in ((1, -5.0), (2, -3.0), (3, -4.0))
    ]
    assert best_step(points, [1, 2, 3], first) == 2
    assert best_step(points, [1, 3], first) == 3


def test_without_its_files_its_model_cannot_be_opened_and_the_sentence_says_why(
    tmp_path: Path,
) -> None:
    run = _run(tmp_path, epochs=1)
    train_run(run)
    path = run.model_path()
    assert path is not None
    content = path.read_bytes().replace(b"mixture", b"unknown")
    with pytest.raises(AtlasError, match=r"a kind that this version does not have \(it has "):
        load_model(content, "m.safetensors")
