"""What a run shows of itself while it trains: only to those who look, and without any effect."""

import os
import time
from pathlib import Path

import pytest
import torch

from vae_core.data import fair_order, load_dataset
from vae_core.latent import encode_images
from vae_core.models import VAE, load_model
from vae_core.runs import Run, Snapshot, create_run, make_config, read_snapshot
from vae_core.runs import live as live_module
from vae_core.runs.faults import train_run
from vae_core.runs.live import LARGE, WATCHED_FOR, LiveFrames, frame_path, watch


def _run(folder: Path, **fields: object) -> Run:
    given = {"dataset": "digits", "hidden": (16,), "epochs": 2, "threads": 1} | fields
    return create_run(make_config(**given), folder)


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(live_module.time, "monotonic", clock)
    return clock


def _frames(run: Run, images: int = 1797) -> LiveFrames:
    vae = _vae(run)
    digits = load_dataset("digits").images
    probe = digits[fair_order(len(digits))]
    return LiveFrames(run.path, vae, probe, dataset="digits", images=images)


def _vae(run: Run) -> VAE:
    if run.model_path() is None:
        train_run(run)
    path = run.model_path()
    assert path is not None
    return load_model(path).vae


def test_a_frame_is_the_decoder_and_the_encodings_of_the_first_thousand(
    tmp_path: Path, clock: Clock
) -> None:
    run = _run(tmp_path)
    frames = _frames(run)
    watch(run.path)
    frames.offer(7, 0.5)
    vae = _vae(run)
    content = read_snapshot(Snapshot(0, frame_path(run.path)), vae.architecture)
    assert content.record is not None
    assert (content.record.step, content.record.epoch) == (7, 0.5)
    digits = load_dataset("digits").images
    exact = encode_images(vae, digits[fair_order(len(digits))[:1000]])
    assert content.encodings is not None
    torch.testing.assert_close(content.encodings.mu, exact.mu, atol=1e-3, rtol=1e-3)


def test_nothing_is_written_while_nobody_looks(tmp_path: Path, clock: Clock) -> None:
    run = _run(tmp_path)
    frames = _frames(run)
    frames.offer(1, 0.1)
    assert not frame_path(run.path).exists()
    watch(run.path)
    long_ago = time.time() - WATCHED_FOR - 1
    os.utime(run.path / "watched", (long_ago, long_ago))
    clock.now += 1
    frames.offer(2, 0.2)
    assert not frame_path(run.path).exists()
    watch(run.path)
    clock.now += 1
    frames.offer(3, 0.3)
    assert frame_path(run.path).exists()


def test_frames_come_at_a_pace_and_large_ones_more_slowly(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(tmp_path)

    def shown(size: int, seconds: float, age: float = 0) -> int:
        """How many frames of so many bytes come in so many seconds."""
        frames = _frames(run)
        watch(run.path)
        clock.now += age
        made: list[int] = []

        def content(*_: object) -> bytes:
            made.append(size)
            return b"x" * size

        monkeypatch.setattr(live_module, "snapshot_bytes", content)
        end = clock.now + seconds
        while clock.now < end:
            frames.offer(1, 0.1)
            clock.now += 0.01
        return len(made)

    assert 2 * 10 <= shown(1_000, 10) <= 3 * 10
    assert shown(4 * LARGE, 16) <= 0.3 * shown(LARGE, 16)
    assert 9 <= shown(1_000, 10, age=45) <= 22
    assert 4 <= shown(1_000, 10, age=120) <= 6  # a map that is old moves little


def test_a_frame_that_cannot_be_written_ends_nothing(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(tmp_path)
    frames = _frames(run)
    watch(run.path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(live_module.os, "replace", full)
    frames.offer(1, 0.1)
    assert not frame_path(run.path).exists()


def test_a_run_that_is_watched_learns_the_same_to_the_last_bit_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "_AT_MOST_EVERY", 0.0)
    monkeypatch.setattr(live_module, "_AT_LEAST_EVERY", 0.0)
    monkeypatch.setattr(live_module, "_LOOK_EVERY", 0.0)
    monkeypatch.setattr(live_module, "_SHARE", 1e9)
    made = []
    genuine = live_module.snapshot_bytes

    def counted(*given: object) -> bytes:
        made.append(given)
        return genuine(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(live_module, "snapshot_bytes", counted)
    alone, watched = _run(tmp_path / "alone"), _run(tmp_path / "watched")
    monkeypatch.setattr(live_module, "WATCHED_FOR", 600)  # however slow this machine is
    train_run(alone)
    assert not made
    watch(watched.path)
    train_run(watched)
    assert len(made) == 31  # the untrained model, and each step
    a, b = (_vae(run).state_dict() for run in (alone, watched))
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not frame_path(watched.path).exists()
    assert not (watched.path / "watched").exists()
