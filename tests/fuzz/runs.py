"""What reads the folders of runs and races, and the figures made of them."""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import torch

from latent_atlas.reproduce.cells import Answer
from latent_atlas.reproduce.figure import read_figure
from latent_atlas.reproduce.race import Course, read_race
from latent_atlas.reproduce.race.entries import entries
from latent_atlas.reproduce.race.record import Begun, Ended, Point
from tests.fuzz.commands import told
from tests.fuzz.parser import Parser, as_file
from tests.latent_atlas.reports.figure_documents import curves_panel, images_panel
from tests.latent_atlas.reports.figure_documents import document as figure_document
from vae_core.models import VAE
from vae_core.runs import (
    Annotations,
    RunConfig,
    all_runs,
    annotate,
    annotations_problem,
    checkpoints,
    create_run,
    export_runs,
    import_runs,
    make_config,
)
from vae_core.runs.commands import take_commands
from vae_core.runs.config import RunDocument
from vae_core.runs.environment import this_environment
from vae_core.runs.log_reader import read_events
from vae_core.runs.snapshots import SnapshotRecord, write_snapshot
from vae_core.runs.status import RunStatus


def _status() -> bytes:
    status = RunStatus(
        state="finished", total_steps=10, total_samples=1000, samples=900, seconds=3.0, step=9,
        epochs=2, epoch=1.8, created=1.7e9, queued=1.7e9, updated=1.7e9, reason="It is so.",
        test={"elbo": -100.0}, test_half_widths={"elbo": 1.5}, images_per_second=1000.0,
    )  # fmt: skip
    return status.model_dump_json().encode()


def _config() -> bytes:
    document = RunDocument(
        config=RunConfig(dataset="digits", name="mine", data_dir="/nowhere"),
        environment=this_environment(1),
    )
    return document.model_dump_json().encode()


_EVENTS = [
    {"event": "standards", "untrained": -500.0, "mean_image": -200.0},
    {
        "event": "metrics", "step": 5, "samples": 500, "epoch": 1.0, "seconds": 2.0,
        "train": {"elbo": -150.0, "rate": 3.0, "distortion": 147.0}, "test": {"elbo": -151.0},
        "train_half_widths": {"elbo": 1.0}, "vectors": {"rate_per_dim": [1.0, 2.0]},
        "gradient_norm": 1.0, "learning_rate": 0.001, "images_per_second": 900.0,
    },
    {"event": "change", "step": 5, "learning_rate": 0.01},
    {"event": "resume", "step": 5, "note": "so"},
]  # fmt: skip


def _events() -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in _EVENTS)


def _in_a_run(file: str) -> Callable[[bytes, Path], object]:
    """The list of runs where one has this as its `file`; a sound one beside it has to be in it."""

    def read(content: bytes, folder: Path) -> object:
        runs = folder / "runs"
        for name in ("sound", "odd"):
            (runs / name).mkdir(parents=True, exist_ok=True)
            (runs / name / "status.json").write_bytes(_status())
            (runs / name / "config.json").write_bytes(_config())
            (runs / name / "metrics.jsonl").write_bytes(_events())
        (runs / "odd" / file).write_bytes(content)
        listed = told(["runs", "--runs-dir", str(runs)])
        assert "sound" in listed, listed
        as_json = json.loads(told(["runs", "--json", "--runs-dir", str(runs)]).split("\n")[0])
        assert "sound" in [each["run"] for each in as_json]
        return read_events(runs / "odd" / "metrics.jsonl")

    return read


def _annotated(content: bytes, folder: Path) -> object:
    """Read with a list of runs, and written to."""
    _in_a_run("annotations.json")(content, folder)
    odd = folder / "runs" / "odd"
    annotations_problem(odd)
    return annotate(odd, starred=True)


@cache
def _archive() -> bytes:
    """A ZIP with a run that has all that a run can have, though it was never trained."""
    with tempfile.TemporaryDirectory() as folder:
        config = make_config(dataset="digits", hidden=(3,), threads=1)
        run = create_run(config, Path(folder), run_id="one")
        annotate(run.path, title="Mine", add_tags=["thesis"])
        run.metrics_path.write_bytes(_events())
        model = VAE(config.architecture((1, 8, 8)))
        record = config.record(1.0, 100, None)
        settings = {"learning_rate": 0.001, "beta": 1.0, "seconds": 2.0}
        checkpoints.save(run.checkpoints_path, 5, model, record, {"x": torch.ones(3)}, settings)
        kept = SnapshotRecord(step=3, dataset="digits", images=9, weights="float16")
        write_snapshot(run.snapshots_path, 0.5, model, None, kept)
        target = io.BytesIO()
        export_runs([run], target)
    return target.getvalue()


def _imported(content: bytes, folder: Path) -> object:
    """Whatever comes in is sound, is all that there is, and lies in the folder of runs."""
    beside = folder / "beside"
    beside.write_bytes(b"")
    runs = folder / "runs"
    try:
        result = import_runs(io.BytesIO(content), runs)
        assert all(str(each).endswith(".") for each in result.problems), result.problems
        return result
    finally:
        assert set(folder.iterdir()) <= {runs, beside}
        there, damaged = all_runs(runs)
        assert not damaged
        lock = {".import.lock"}
        assert {path.name for path in runs.glob("*")} - lock == {run.id for run in there}
        for run in there:
            checkpoints.load_latest(run.checkpoints_path)
            run.events()


def _imported_with(name: str) -> Callable[[bytes, Path], object]:
    """The same of a sound ZIP in which one file was changed and packed again."""

    def read(content: bytes, folder: Path) -> object:
        target = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(_archive())) as sound,
            zipfile.ZipFile(target, "w") as changed,
        ):
            for each in sound.namelist():
                changed.writestr(each, content if each == f"one/{name}" else sound.read(each))
        return _imported(target.getvalue(), folder)

    return read


def _packed_file(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(_archive())) as archive:
        return archive.read(f"one/{name}")


_STATE = "checkpoints/step-5/state.safetensors"


def _race() -> bytes:
    point = Point(racer="aevb", samples=2_000, seconds=1.5, log_p=-120.5, half_width=1.0)
    lines = [Begun(course=Course(), entries=entries()), point, Ended(state="finished")]
    return b"".join(each.model_dump_json().encode() + b"\n" for each in lines)


def _raced(content: bytes, folder: Path) -> object:
    (folder / "race.jsonl").write_bytes(content)
    return read_race(folder)


def _command(content: bytes, folder: Path) -> object:
    (folder / "commands").mkdir()
    (folder / "commands" / "1.json").write_bytes(content)
    return take_commands(folder / "commands")


def _or_invalid(kind: Any, content: bytes) -> object:
    from pydantic import ValidationError

    try:
        return kind.model_validate_json(content)
    except ValidationError:
        return None


PARSERS = [
    Parser("status", lambda: [_status()], _in_a_run("status.json"), is_json=True),
    Parser("status-bytes", lambda: [_status()], _in_a_run("status.json")),
    Parser("config", lambda: [_config()], _in_a_run("config.json"), is_json=True),
    Parser("config-bytes", lambda: [_config()], _in_a_run("config.json")),
    Parser("events", lambda: [_events()], _in_a_run("metrics.jsonl")),
    Parser(
        "annotations",
        lambda: [Annotations(title="Mine", tags=("thesis",)).model_dump_json().encode()],
        _annotated,
        is_json=True,
    ),
    Parser("runs-zip", lambda: [_archive()], _imported),
    Parser(
        "runs-zip-config",
        lambda: [_packed_file("config.json")],
        _imported_with("config.json"),
        is_json=True,
    ),
    Parser("runs-zip-state", lambda: [_packed_file(_STATE)], _imported_with(_STATE)),
    Parser("command", lambda: [b'{"command": "change", "beta": 2.0}'], _command, is_json=True),
    Parser(
        "answer",
        lambda: [json.dumps({"question": {}, "result": [], "environment": {}}).encode()],
        lambda content, folder: _or_invalid(Answer, content),
        is_json=True,
    ),
    Parser("race", lambda: [_race()], _raced),
    Parser(
        "figure",
        lambda: [figure_document(curves_panel(), images_panel()).json_text().encode()],
        as_file(read_figure),
        is_json=True,
    ),
]
