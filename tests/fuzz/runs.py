"""What reads the folders of runs and races, and the figures made of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latent_atlas.reproduce.cells import Answer
from latent_atlas.reproduce.figure import read_figure
from latent_atlas.reproduce.race import Course, read_race
from latent_atlas.reproduce.race.entries import entries
from latent_atlas.reproduce.race.record import Begun, Ended, Point
from latent_atlas.ui.sweeps.reading import KnownSweep, look_at
from latent_atlas.ui.sweeps.words import states, title
from tests.fuzz.commands import told
from tests.fuzz.parser import Parser, as_file
from tests.latent_atlas.reports.figure_documents import curves_panel, images_panel
from tests.latent_atlas.reports.figure_documents import document as figure_document
from vae_core.runs import RunConfig
from vae_core.runs.commands import take_commands
from vae_core.runs.config import RunDocument
from vae_core.runs.environment import this_environment
from vae_core.runs.log_reader import read_events
from vae_core.runs.status import RunStatus
from vae_core.sweeps import make_runs, open_sweep, sweep_command, tables


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


def _sweep() -> bytes:
    trials = [{"run": f"digits-{k}", "values": {"beta": 1.0, "seed": k}} for k in range(2)]
    given = {"dataset": "digits", "hidden": [8], "epochs": 1}
    told = {"version": 1, "created": 1.7e9, "given": given, "trials": trials, "made": False}
    return json.dumps(told).encode()


def _swept(content: bytes, folder: Path) -> object:
    """The record of a sweep, as the page and the command line read it, and the runs made of it."""
    (folder / "sweeps").mkdir(exist_ok=True)
    (folder / "sweeps" / "mine.json").write_bytes(content)
    known = KnownSweep(open_sweep(folder, "mine"), open_sweep(folder, "mine").document)
    sweep_command(known.document)
    title(known)
    states(look_at(known))
    found = make_runs(known.sweep)
    assert all(run.path.parent == folder for run in found)
    return tables(found)


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
    Parser("command", lambda: [b'{"command": "change", "beta": 2.0}'], _command, is_json=True),
    Parser("sweep", lambda: [_sweep()], _swept, is_json=True),
    Parser("sweep-bytes", lambda: [_sweep()], _swept),
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
