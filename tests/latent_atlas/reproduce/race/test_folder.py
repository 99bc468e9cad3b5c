"""A race on disk: one at a time, found by whoever looks, and honest about how it ended."""

import os
import signal
import time
from pathlib import Path

import pytest

from latent_atlas.reproduce.race import Course, cancel_race, read_race, start_race
from latent_atlas.reproduce.race.entries import entries
from latent_atlas.reproduce.race.folder import run_here
from latent_atlas.reproduce.race.record import Begun, Entry, append
from tests.browser.server import processes_naming
from vae_core.errors import AtlasError

ENDLESS = Course(samples=10**9, images=100, test_images=5, hidden=4)
SHORT = Course(samples=1100, images=100, test_images=5, hidden=4)


def wait_for(folder: Path, state: str) -> None:
    deadline = time.monotonic() + 60
    while read_race(folder).state != state:
        assert time.monotonic() < deadline, read_race(folder)
        time.sleep(0.05)


def test_a_killed_race_is_noticed_and_another_one_starts_and_is_cancelled(tmp_path: Path) -> None:
    folder = tmp_path / "race"
    assert read_race(folder).state == "never"
    start_race(folder, ENDLESS)
    assert read_race(folder).state == "running"
    with pytest.raises(AtlasError, match="A race is on already"):
        start_race(folder, ENDLESS)
    [process] = processes_naming(folder)
    os.kill(process, signal.SIGKILL)
    wait_for(folder, "interrupted")

    start_race(folder, ENDLESS)
    try:
        deadline = time.monotonic() + 60
        while not read_race(folder).points and time.monotonic() < deadline:
            time.sleep(0.05)
        assert read_race(folder).points
        cancel_race(folder)
        wait_for(folder, "cancelled")
    finally:
        for left in processes_naming(folder):
            os.kill(left, signal.SIGKILL)


def test_a_finished_race_is_read_back_whole_and_a_torn_line_costs_itself_only(
    tmp_path: Path,
) -> None:
    record = tmp_path / "race.jsonl"
    append(record, Begun(course=SHORT, entries=entries()))
    run_here(tmp_path)
    with record.open("ab") as file:
        file.write(b'{"event":"point","racer":"ae')
    race = read_race(tmp_path)
    assert race.state == "finished"
    assert race.course == SHORT
    assert all(points[-1].samples >= SHORT.samples for points in race.points.values())
    assert set(race.points) == {entry.key for entry in race.entries}


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AtlasError, match="The race cannot be kept"):
        start_race(tmp_path / "file" / "race")


def test_a_fault_ends_the_race_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strangers = (Entry(key="x", title="X", algorithm="unheard of"),)
    append(tmp_path / "race.jsonl", Begun(course=SHORT, entries=strangers))
    run_here(tmp_path)
    race = read_race(tmp_path)
    assert race.state == "failed"
    assert "unheard of" in race.reason
    assert "Traceback" in capsys.readouterr().err
