"""What a running run shows of itself to those who look: one file, replaced again and again.

Whoever looks marks the run as watched. While somebody does, the worker writes a frame, in the form
of a snapshot, at a pace that leaves nearly all of its time to training; nothing of it is kept.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from torch import Tensor

from vae_core.latent import HeldPlane
from vae_core.models import VAE
from vae_core.runs.snapshots import SnapshotRecord, snapshot_bytes

WATCHED_FOR = 5.0  # seconds after the last look
LARGE = 2_000_000  # bytes: larger frames come at longer intervals, in proportion
_AT_MOST_EVERY = 0.4  # seconds
_AT_LEAST_EVERY = 2.0  # for frames that are not large
_AGED = 100.0  # seconds of training after which a map has come to move so slowly
_LOOK_EVERY = 0.2
_SHARE = 0.05  # of the worker's time
_IMAGES = 1_000


def watch(run_path: Path) -> None:
    """Mark a run as looked at. Raises OSError where its folder cannot be written."""
    mark = _mark(run_path)
    mark.touch()


def is_watched(run_path: Path) -> bool:
    """Whether somebody has looked at a run in the last seconds."""
    try:
        looked = _mark(run_path).stat().st_mtime
    except OSError:
        return False
    return time.time() - looked < WATCHED_FOR


def unwatch(run_path: Path) -> None:
    """Take the mark away: a run that has ended shows nothing any more."""
    with suppress(OSError):
        _mark(run_path).unlink(missing_ok=True)


def frame_path(run_path: Path) -> Path:
    """Where the newest frame of a run is, if there is one."""
    return run_path / "live.safetensors"


def pace(size: int, age: float = 0.0) -> float:
    """Seconds from one frame of so many bytes to the next, at least, after `age` seconds.

    A map changes about as much while a training doubles its age: an old one need not hurry.
    """
    aged = min(_AT_LEAST_EVERY, max(_AT_MOST_EVERY, _AT_LEAST_EVERY * age / _AGED))
    return max(aged, _AT_MOST_EVERY * size / LARGE)


class LiveFrames:
    """Writes frames of a run while it is watched.

    Of more than two dimensions a frame has the plane of principal axes too. It is held still here,
    by the one that makes all frames: whoever looks, and whenever they came, sees the same.

    Args:
        run_path: the run's folder.
        probe: images to encode, uint8 [P, C, H, W]; the first thousand are shown. None where the
            encoder infers nothing.
        dataset: the name of their dataset.
        images: how many it has.
    """

    def __init__(
        self, run_path: Path, vae: VAE, probe: Tensor | None, *, dataset: str, images: int
    ) -> None:
        self._path, self._vae = run_path, vae
        self._probe = None if probe is None else probe[:_IMAGES]
        self._dataset, self._images = dataset, images
        self._began = time.monotonic()
        self._held = HeldPlane() if vae.architecture.latent_dim > 2 else None
        self._next = 0.0

    def offer(self, step: int, epoch: float) -> None:
        """Write a frame if one is due; one that cannot be written is not seen, and no more."""
        now = time.monotonic()
        if now < self._next:
            return
        if not is_watched(self._path):
            self._next = now + _LOOK_EVERY
            return
        record = SnapshotRecord(
            step=step,
            epoch=epoch,
            dataset=self._dataset,
            images=self._images,
            weights="float16",
        )
        content = snapshot_bytes(self._vae, self._probe, record, self._held)
        target = frame_path(self._path)
        temporary = target.with_name(f".{target.name}.tmp")
        with suppress(OSError):  # a full disk ends a run at a checkpoint, where nothing is lost
            temporary.write_bytes(content)
            os.replace(temporary, target)
        cost = time.monotonic() - now
        self._next = now + max(pace(len(content), now - self._began), cost / _SHARE)

    def end(self) -> None:
        """Nothing is shown any more: what there is to see is the model itself."""
        unwatch(self._path)
        with suppress(OSError):
            frame_path(self._path).unlink(missing_ok=True)


def _mark(run_path: Path) -> Path:
    return run_path / "watched"
