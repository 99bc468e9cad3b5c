"""Who owns a run on a shared folder, by clocks that the tests set."""

from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import create_run, make_config, owner, remove_run
from vae_core.runs.owner import STALE_AFTER, Disowned, Ownership, owner_elsewhere
from vae_core.runs.queue import next_queued, requeue


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _on(machine: str, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(owner, "this_machine", lambda: machine)


def _settled(seconds: float) -> None:
    """Nobody else wrote meanwhile."""


def test_a_fresh_owner_is_refused_with_a_sentence_and_a_stale_one_is_taken_over(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _on("here", monkeypatch)
    first = Ownership(tmp_path, clock)
    first.take()
    _on("there", monkeypatch)
    second = Ownership(tmp_path, clock)
    clock.now += STALE_AFTER - 1
    with pytest.raises(AtlasError, match=r"is trained on .* with a sign of life 59 s ago"):
        second.take(_settled)
    clock.now += 1
    second.take(_settled)
    assert first.check() is False
    first.beat()  # of a machine that was only away: it sees that the run is not its own any more
    with pytest.raises(Disowned):
        first.check()
    _on("here", monkeypatch)
    assert owner_elsewhere(tmp_path, clock) is not None
    first.release()  # which leaves the other's record
    assert owner_elsewhere(tmp_path, clock) is not None
    second.release()
    assert owner_elsewhere(tmp_path, clock) is None


def test_a_beat_keeps_a_run_and_the_lock_decides_within_one_machine(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _on("here", monkeypatch)
    first = Ownership(tmp_path, clock)
    first.take()
    clock.now += STALE_AFTER
    first.beat()
    assert owner_elsewhere(tmp_path, clock) is None
    _on("there", monkeypatch)
    assert owner_elsewhere(tmp_path, clock) is not None
    _on("here", monkeypatch)
    Ownership(tmp_path, clock).take()  # the process before is dead: its lock was free


def test_of_two_who_take_over_at_once_the_last_to_write_has_the_run(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _on("gone", monkeypatch)
    Ownership(tmp_path, clock).take()
    clock.now += STALE_AFTER
    _on("one", monkeypatch)
    one = Ownership(tmp_path, clock)

    def other_writes(seconds: float) -> None:
        other = Ownership(tmp_path, clock)
        other._write()

    with pytest.raises(AtlasError, match="is trained on"):
        one.take(other_writes)


def test_a_run_of_another_machine_is_neither_queued_nor_removed_nor_called_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    _on("there", monkeypatch)
    Ownership(run.path).take()
    _on("here", monkeypatch)
    assert next_queued(tmp_path) is None
    run.write_status(run.stored_status().model_copy(update={"state": "running"}))
    assert run.status().state == "running"
    with pytest.raises(AtlasError, match="nothing to resume"):
        requeue(run)
    with pytest.raises(AtlasError, match="is trained on"):
        remove_run(run)
