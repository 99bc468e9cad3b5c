"""Sheets of samples that a run draws of itself while it learns: of the same chance every time.

For models that have no plane to show. Each number that a sample is drawn from stays as it was, so
that what changes from sheet to sheet is what the model has learned. A sheet is one file: the images
as bytes, and the step that they were drawn at. Some are kept, ever further apart, as snapshots are;
while somebody looks (``vae_core.runs.live``) the newest is replaced again and again.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch import Generator, Tensor

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint, read_metadata
from vae_core.errors import AtlasError
from vae_core.models import Decodes, Encodes, HasDensity, Model, Samples, ShowsMeans, inability
from vae_core.runs.keeping import USUAL, spread_steps
from vae_core.runs.live import is_watched, pace, unwatch
from vae_core.runs.snapshots import Snapshot, epoch_file, list_snapshots
from vae_core.runs.unchanged import Unchanged
from vae_core.sentences import counted

SEED = 0
MOST_IMAGES = 100  # in a file that is read
EPOCH_DIGIT = 1e-6  # the last of an epoch in the name of a file

_IMAGES = "images"
_HEADER = "samples"
_NEWEST = "newest.safetensors"
_SHARE = 0.05  # of the worker's time, for what is shown and again for what is kept
_SLOW = 1.0  # seconds: of models that take longer a sheet has fewer samples
_TRIAL = 4  # samples that tell how long a sheet would take
_AT_REST = 2.0  # seconds that whoever asked for a rest may wait for its sheet
_LOOK_EVERY = 0.2  # seconds


class SheetRecord(BaseModel):
    """What the header of a sheet tells: when it was drawn."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    step: int = Field(ge=0)
    epoch: float = Field(ge=0)


@dataclass(frozen=True)
class SampleSheet:
    """Samples of a model as it was after a step; ``images`` are uint8 [N, C, H, W]."""

    step: int
    epoch: float
    images: Tensor


def only_samples(model: type[Model] | Model) -> bool:
    """Whether a model, or a kind of model, makes images and has no plane that shows them."""
    kind = model if isinstance(model, type) else type(model)
    return issubclass(kind, Samples) and inability(model, Encodes, ShowsMeans) is not None


def sample_bytes(model: Model, count: int, seed: int = SEED) -> Tensor:
    """Samples as uint8 [count, C, H, W]: one seed gives the same chance whatever was learned.

    Leaves everything else as it was: no layer takes this for training, and no random stream moves.
    Raises AtlasError where the model makes no images.
    """
    if not isinstance(model, Samples):
        raise AtlasError(f"The model cannot do that: {inability(model, Samples)}.")
    with torch.no_grad(), _resting(model), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # for distributions that take no generator
        found = model.sample_images(count, Generator().manual_seed(seed))
    return as_bytes(found)


def as_bytes(images: Tensor) -> Tensor:
    """Images in [0, 1] as bytes; what lies beyond is black or white."""
    return (images.nan_to_num(0).clamp(0, 1) * 255).round().to(torch.uint8)


def affordable_count(model: Model) -> int:
    """How many samples a sheet has, a square number.

    They are fewer where images are large, or where a few of them have taken long to draw.
    """
    side = max(model.image_shape[1:])
    count = 36 if side <= 32 else 16 if side <= 64 else 9
    began = time.monotonic()
    sample_bytes(model, _TRIAL)
    expected = (time.monotonic() - began) * count / _TRIAL
    return count if expected <= _SLOW else min(count, 16)


def what_is_drawn(model: Model) -> str:
    """What a model's sheet shows, for a sentence: samples, or means, which are smoother."""
    means = inability(model, ShowsMeans) is None
    told = samples_told(type(model), means=means)
    return f"{told}, which are smoother than samples" if means else told


def samples_told(kind: type[Model], *, means: bool) -> str:
    """What the pictures are of a kind of model, and whether they are means of each code."""
    if means:
        return "means E[x|z] of codes z ~ p(z)"
    if issubclass(kind, Decodes):
        return "samples x ~ p(x|z) of codes z ~ p(z)"
    return "samples x ~ p(x)" if issubclass(kind, HasDensity) else "samples"


def sheet_bytes(images: Tensor, step: int, epoch: float) -> bytes:
    """The content of a file with these samples, uint8 [N, C, H, W]."""
    record = SheetRecord(step=step, epoch=epoch)
    return checkpoint_bytes({_IMAGES: images.contiguous()}, {_HEADER: record.model_dump()})


def read_sheet(source: Path | bytes, name: str | None = None) -> SampleSheet:
    """A sheet, read and checked. Raises AtlasError: it is missing, or no sound sheet."""
    name = name or (source.name if isinstance(source, Path) else "the sheet")
    file = read_checkpoint(source, name)
    images = file.tensors.get(_IMAGES)
    try:
        record = SheetRecord.model_validate(file.metadata.get(_HEADER))
    except ValidationError as error:
        raise AtlasError(f"{name} is no sheet of samples that this version can read.") from error
    sound = images is not None and images.dtype == torch.uint8 and images.ndim == 4
    if images is None or not sound or images.shape[1] not in (1, 3) or not images.numel():
        raise AtlasError(f"{name} contradicts itself: it holds no images.")
    if len(images) > MOST_IMAGES:
        raise AtlasError(f"{name} holds {counted(len(images), 'sample')}, more than any sheet has.")
    return SampleSheet(record.step, record.epoch, images)


def newest_path(folder: Path) -> Path:
    """Where the newest sheet of a run is, if one was shown."""
    return folder / _NEWEST


def list_sheets(folder: Path) -> list[Snapshot]:
    """The files with a run's sheets, earliest first: those kept, and what was shown after them."""
    kept, newest = list_snapshots(folder), newest_path(folder)
    shown = _records(str(newest))
    if shown is not None and (not kept or shown.epoch > kept[-1].epoch):
        kept.append(Snapshot(shown.epoch, newest))
    return kept


class SampleSheets:
    """Draws, shows and keeps the sheets of a run as it goes.

    Args:
        run_path: the run's folder; its sheets are in ``samples``.
        total_steps: of the whole run.
        epoch: where it stands. What was kept after that, by a worker that was killed, is dropped.
    """

    def __init__(self, run_path: Path, model: Model, *, total_steps: int, epoch: float) -> None:
        self._run_path, self._model = run_path, model
        self._folder = run_path / "samples"
        self._last = total_steps
        self._steps = frozenset(spread_steps(total_steps, USUAL))
        self._began = time.monotonic()
        self._due = False
        self._keep_from = self._show_from = self._look_at = 0.0
        self._cost = 0.0  # seconds that the last sheet took
        self._shown = -1  # the step of the newest file
        self._count: int | None = None
        for each in list_sheets(self._folder):
            if each.epoch > epoch + EPOCH_DIGIT:
                each.path.unlink(missing_ok=True)
            else:  # as many as before are of the same chance
                with suppress(AtlasError):
                    self._count = len(read_sheet(each.path).images)

    def keep(self, step: int, epoch: float) -> None:
        """Keep the sheet of this step, if one is due. Raises OSError.

        One that is due waits while its time would be more than a small share of the training's;
        the first and the last do not.
        """
        self._due = self._due or step in self._steps
        if not self._due or (step not in (0, self._last) and time.monotonic() < self._keep_from):
            return
        self._due = False
        content = self._draw(step, epoch)
        self._keep_from = time.monotonic() + self._cost / _SHARE
        if content is not None:
            _write(self._folder / epoch_file(epoch), content)

    def offer(self, step: int, epoch: float) -> None:
        """Show the sheet of this step, if somebody looks and one is due."""
        now = time.monotonic()
        if now < max(self._show_from, self._look_at):
            return
        if not is_watched(self._run_path):
            self._look_at = now + _LOOK_EVERY
            return
        self._show(step, epoch)

    def rest(self, step: int, epoch: float) -> None:
        """Leave what there is to see while the run rests, unless that would take long."""
        if step not in (self._shown, self._last) and self._cost < _AT_REST:
            self._show(step, epoch)

    def end(self) -> None:
        """Nobody is shown anything new any more."""
        unwatch(self._run_path)

    def _show(self, step: int, epoch: float) -> None:
        content = self._draw(step, epoch)
        if content is not None:
            self._shown = step
            with suppress(OSError):  # a full disk ends a run at a checkpoint, where nothing is lost
                _write(newest_path(self._folder), content)
        now = time.monotonic()
        wait = pace(len(content or b""), now - self._began)
        self._show_from = now + max(wait, self._cost / _SHARE)

    def _draw(self, step: int, epoch: float) -> bytes | None:
        """The sheet of the model as it is now; None of one that has come to draw no numbers."""
        try:
            if self._count is None:
                self._count = affordable_count(self._model)
            began = time.monotonic()
            images = sample_bytes(self._model, self._count)
        except (RuntimeError, ValueError):
            # Weights that are no numbers have no samples: the training itself tells of them.
            return None
        self._cost = time.monotonic() - began
        return sheet_bytes(images, step, epoch)


@contextmanager
def _resting(model: Model) -> Iterator[None]:
    """While it lasts no layer is training: what it has counted of batches stays."""
    modes = [(each, each.training) for each in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for each, training in modes:
            each.training = training


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    temporary.write_bytes(content)
    os.replace(temporary, target)


def _read_record(path: Path) -> SheetRecord | None:
    try:
        return SheetRecord.model_validate(read_metadata(path).get(_HEADER))
    except (AtlasError, ValidationError):
        return None


_records = Unchanged(_read_record)
