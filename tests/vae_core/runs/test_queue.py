"""The queue with real worker processes: one at a time, oldest first, nobody forgotten."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import (
    Run,
    create_run,
    make_config,
    queue,
    request_change,
    request_pause,
    request_resume,
    request_stop,
    submit,
)
from vae_core.runs.commands import Command, leave_command, take_commands
from vae_core.runs.lock import FileLock
from vae_core.runs.queue import ensure_worker, next_queued, training_lock_path


def _wait(run: Run, until: Callable[[Run], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not until(run):
        assert time.monotonic() < deadline, (run.status(), run.log_tail())
        time.sleep(0.05)


def _endless(folder: Path) -> Run:
    return submit(make_config(dataset="digits", hidden=(8,), epochs=100_000, threads=1), folder)


def test_runs_train_one_after_the_other_in_the_order_of_asking(tmp_path: Path) -> None:
    config = make_config(dataset="digits", hidden=(8,), epochs=1, threads=1)
    first, second = submit(config, tmp_path), submit(config, tmp_path)
    _wait(second, lambda run: run.status().state == "finished")
    assert first.status().state == "finished"
    first_end, second_end = first.status().updated, second.status().updated
    assert first_end <= second_end - second.status().seconds
    assert first.log_tail() == second.log_tail() == ""


def test_a_worker_obeys_pause_change_resume_and_stop_and_survives_a_kill(tmp_path: Path) -> None:
    run = _endless(tmp_path)
    _wait(run, lambda r: r.status().state == "running" and len(r.metrics()) > 1)
    request_change(run, learning_rate=0.002)
    _wait(run, lambda r: r.metrics()[-1].learning_rate == 0.002)
    request_pause(run)
    _wait(run, lambda r: r.status().state == "paused")
    paused_at = run.status().step

    request_resume(run)
    _wait(run, lambda r: r.status().state == "running" and r.status().step > paused_at)
    os.kill(queue._workers[-1].pid, signal.SIGKILL)
    _wait(run, lambda r: r.status().state == "interrupted")

    request_resume(run)
    _wait(run, lambda r: r.status().state == "running")
    request_stop(run)
    _wait(run, lambda r: r.status().state == "stopped")
    assert run.status().step >= paused_at
    assert run.model_path() is not None


def test_a_queued_run_is_paused_stopped_and_resumed_without_a_worker(tmp_path: Path) -> None:
    lock = FileLock(training_lock_path(tmp_path))
    assert lock.acquire()  # as if another run were training
    run = submit(make_config(dataset="digits"), tmp_path)
    assert run.status().state == "queued"
    request_pause(run)
    assert run.status().state == "paused"
    request_resume(run)
    assert run.status().state == "queued"
    request_stop(run)
    assert run.status().state == "stopped"
    with pytest.raises(AtlasError, match="nothing to pause"):
        request_pause(run)
    request_change(run, learning_rate=0.1)
    request_resume(run)
    assert run.pending() == {"learning_rate": 0.1}  # a change waits for the first batch
    lock.release()


def test_a_pause_that_was_asked_for_twice_does_not_pause_the_resumed_run(tmp_path: Path) -> None:
    lock = FileLock(training_lock_path(tmp_path))
    assert lock.acquire()  # as if another run were training
    run = submit(make_config(dataset="digits"), tmp_path)
    request_pause(run)
    leave_command(run.commands_path, Command(command="pause"))
    request_resume(run)
    assert run.status().state == "queued"
    assert take_commands(run.commands_path) == []
    lock.release()


@pytest.mark.parametrize(
    ("request_it", "command"), [(request_pause, "pause"), (request_stop, "stop")]
)
def test_a_run_that_is_about_to_train_finds_the_request_when_it_does(
    tmp_path: Path, request_it: Callable[[Run], None], command: Literal["pause", "stop"]
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    lock = FileLock(run.lock_path)
    assert lock.acquire()  # as a worker does before it says that it trains
    request_it(run)
    assert run.stored_status().state == "queued"
    assert take_commands(run.commands_path) == [Command(command=command)]
    lock.release()


def test_a_run_that_just_came_to_rest_is_resumed_once_its_lock_is_free(tmp_path: Path) -> None:
    training = FileLock(training_lock_path(tmp_path))
    assert training.acquire()
    run = submit(make_config(dataset="digits"), tmp_path)
    request_pause(run)
    lock = FileLock(run.lock_path)
    assert lock.acquire()  # the worker has said so, and still holds it
    freed = threading.Timer(1.5, lock.release)
    freed.start()
    request_resume(run)
    assert run.status().state == "queued"
    freed.join()
    training.release()


def test_the_oldest_waiting_run_is_next_unless_somebody_holds_it(tmp_path: Path) -> None:
    runs = [create_run(make_config(dataset="digits"), tmp_path) for _ in range(3)]
    found = next_queued(tmp_path)
    assert found is not None
    assert found.id == runs[0].id
    lock = FileLock(runs[0].lock_path)
    assert lock.acquire()
    found = next_queued(tmp_path)
    assert found is not None
    assert found.id == runs[1].id
    lock.release()


def test_nothing_starts_while_another_run_trains_or_none_waits(tmp_path: Path) -> None:
    ensure_worker(tmp_path / "absent")
    lock = FileLock(training_lock_path(tmp_path))
    assert lock.acquire()
    run = create_run(make_config(dataset="digits"), tmp_path)
    ensure_worker(tmp_path)
    assert not (run.path / "worker.log").exists()
    lock.release()
