"""kill -9 at any instant loses only the steps since the last checkpoint and corrupts nothing."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vae_core.models import load_model
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.checkpoints import steps
from vae_core.runs.metrics import ResumeEvent

STEPS = 60  # 4 epochs of the small digits

_random = random.Random(20131220)
INSTANTS = (
    [("step", _random.randrange(1, STEPS)) for _ in range(9)]
    + [("before fsync", _random.randrange(1, 40)) for _ in range(5)]
    + [("after fsync", _random.randrange(1, 40)) for _ in range(3)]
    + [("before rename", _random.randrange(1, 7)) for _ in range(3)]
    + [("after rename", _random.randrange(1, 7)) for _ in range(2)]
    + [("before replace", _random.randrange(3, 12)) for _ in range(2)]
    + [("torn line", _random.randrange(1, 6)) for _ in range(2)]
)


class Lab:
    """The process of kill_lab.py, asked line by line."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("kill_lab.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
            env={"PYTHONPATH": str(Path(__file__).parents[3]), "OMP_NUM_THREADS": "1"},
        )

    def train(self, run: Run, at: str | None = None, count: int = 0) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        die: dict[str, Any] | None = {"at": at, "count": count} if at else None
        self._process.stdin.write(json.dumps({"run": str(run.path), "die": die}) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    laboratory = Lab()
    yield laboratory
    laboratory.close()


def _new_run(folder: Path) -> Run:
    config = make_config(dataset="digits", hidden=(24,), epochs=4, threads=1, binarize="dynamic")
    return create_run(config, folder)


def _weights(run: Run) -> bytes:
    path = run.model_path()
    assert path is not None
    tensors = load_model(path).vae.state_dict()
    return b"".join(tensors[name].numpy().tobytes() for name in sorted(tensors))


@pytest.fixture(scope="module")
def undisturbed(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    run = _new_run(tmp_path_factory.mktemp("undisturbed"))
    assert lab.train(run) == "exit 0"
    assert run.status().step == STEPS
    return _weights(run)


@pytest.mark.parametrize(("at", "count"), INSTANTS)
def test_a_killed_run_resumes_and_ends_with_the_undisturbed_weights(
    at: str, count: int, lab: Lab, undisturbed: bytes, tmp_path: Path
) -> None:
    run = _new_run(tmp_path)
    assert lab.train(run, at, count) == "killed"

    assert run.status().state in ("interrupted", "queued")  # queued: before it began to train
    present = steps(run.checkpoints_path)
    for step in present:
        load_model(run.checkpoints_path / f"step-{step}" / "model.safetensors")
    began = bool(run.events()) or bool(present)

    assert lab.train(run) == "exit 0"
    assert run.status().state == "finished"
    assert _weights(run) == undisturbed
    resumes = [event.step for event in run.events() if isinstance(event, ResumeEvent)]
    assert resumes == ([present[-1] if present else 0] if began else [])
    measured = [event.step for event in run.metrics()]
    assert measured == sorted(set(measured))
    assert measured[-1] == STEPS
    assert not [path for path in run.path.rglob("*") if path.name.endswith((".tmp", ".old"))]


def test_a_run_killed_again_and_again_still_ends_with_the_undisturbed_weights(
    lab: Lab, undisturbed: bytes, tmp_path: Path
) -> None:
    run = _new_run(tmp_path)
    for at, count in [("step", 20), ("before rename", 1), ("step", 9), ("after fsync", 8)]:
        assert lab.train(run, at, count) == "killed"
    assert lab.train(run) == "exit 0"
    assert _weights(run) == undisturbed
