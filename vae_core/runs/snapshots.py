"""What a run keeps of itself while it learns: its weights, and where its encoder puts some images.

A snapshot is one file: the decoder's weights, rounded, q(z|x) of the same few images each time, and
the rest of the model, unless that is too large: ``snapshot_model`` makes the model of them. Runs of
earlier versions kept no encoder, and before that the decoder alone, in float32.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch import Tensor

from vae_core.checkpoint import Checkpoint, checkpoint_bytes, read_checkpoint, read_metadata
from vae_core.errors import AtlasError
from vae_core.latent import Encodings, HeldPlane, encode_images
from vae_core.models import (
    VAE,
    Architecture,
    SavedModel,
    TrainingRecord,
    checked_decoder,
    decoder_tensors,
    load_model,
)
from vae_core.models.rounding import halved, rounded, unrounded
from vae_core.runs.keeping import Keeping, Weights, keeping
from vae_core.runs.unchanged import Unchanged

PROBE_IMAGES = 2_000
_PROBE_NUMBERS = 100_000  # of latents wide enough there are fewer images, but not below:
_FEWEST_IMAGES = 500

_WIDE: dict[Weights, int] = {"float16": 2, "int8": 1}  # bytes of a weight
_NAME = re.compile(r"epoch-((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,9})?)\.safetensors")
_PROBE = "probe."
_MU, _LOGVAR, _PLANE = f"{_PROBE}mu", f"{_PROBE}logvar", f"{_PROBE}plane"
REST = "rest."  # before the names of what a model has besides what ``decoder_tensors`` takes


class SnapshotRecord(BaseModel):
    """What the header of a snapshot tells besides the architecture.

    `images` is how many the dataset has: the probe are the first of them in `fair_order`. `epoch`
    is in the name of a file that is kept, and told by one that is not. `bits` is how many a weight
    has where it has fewer than it is written in. `encoder` is whether the rest of the model is
    there, too.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    step: int = Field(ge=0)
    epoch: float | None = Field(default=None, ge=0)
    dataset: str = Field(max_length=200)
    images: int = Field(ge=0)
    weights: Weights
    bits: int | None = Field(default=None, ge=2, le=8)
    note: str | None = Field(default=None, max_length=200)
    encoder: bool = False


@dataclass(frozen=True)
class Snapshot:
    """The model as it was after an epoch, or a part of one, in a file of its own."""

    epoch: float
    path: Path


@dataclass(frozen=True)
class SnapshotContent:
    """What is in a snapshot: `decoder` is the content of a file as `decoder_bytes` gives it.

    Its weights are float16, or float32 where they were kept in 8 bits or whole. `encodings` are
    those of the probe, and `record` tells which images these are; both are None where an earlier
    version wrote the file, `encodings` also where the run's encoder infers nothing. `plane` has the
    directions [2, J] of a plane of principal axes that is held still, None where none was.
    """

    decoder: bytes
    record: SnapshotRecord | None
    encodings: Encodings | None
    plane: Tensor | None = None


def list_snapshots(folder: Path) -> list[Snapshot]:
    """The snapshots in a folder, earliest first, by their names alone; none where it is missing."""
    try:
        names = [(path, _NAME.fullmatch(path.name)) for path in folder.iterdir()]
    except OSError:
        return []
    found = [Snapshot(float(name[1]), path) for path, name in names if name]
    return sorted(found, key=lambda snapshot: snapshot.epoch)


def read_snapshot(snapshot: Snapshot, architecture: Architecture) -> SnapshotContent:
    """Its content, once checked against the run's architecture.

    Raises:
        AtlasError: the file is missing, not sound, or of another architecture.
    """
    name = snapshot.path.name
    checkpoint = read_checkpoint(snapshot.path, name)
    tensors = {k: t for k, t in checkpoint.tensors.items() if not k.startswith(REST)}
    mu, logvar, plane = (tensors.pop(each, None) for each in (_MU, _LOGVAR, _PLANE))
    metadata = {k: each for k, each in checkpoint.metadata.items() if k != "training"}
    decoder = checked_decoder(Checkpoint(tensors, metadata), architecture, name)
    record = _record(checkpoint.metadata.get("snapshot"), name)
    if record is None or (mu is None and logvar is None):
        return SnapshotContent(decoder, record, None)
    if plane is not None and plane.shape != (2, architecture.latent_dim):
        raise AtlasError(f"{name} contradicts itself: its plane has other dimensions.")
    encodings = _encodings(mu, logvar, architecture, name)
    return SnapshotContent(decoder, record, encodings, None if plane is None else plane.float())


def snapshot_model(path: Path) -> SavedModel:
    """The whole model as it was then, its weights rounded as they are kept.

    Raises:
        AtlasError: the file is missing or not sound, or the encoder was not kept in it.
    """
    checkpoint = read_checkpoint(path, path.name)
    if not any(name.startswith(REST) for name in checkpoint.tensors):
        raise AtlasError(
            f"{path.name} is no whole model: its encoder was not kept. Choose the model itself, or "
            "train it again."
        )
    kept = {k: t for k, t in checkpoint.tensors.items() if not k.startswith(_PROBE)}
    tensors = {k.removeprefix(REST): t for k, t in unrounded(kept).items()}
    whole = {k: t.float() if t.dtype == torch.float16 else t for k, t in tensors.items()}
    return load_model(checkpoint_bytes(whole, checkpoint.metadata), path.name)


def snapshot_record(path: Path) -> SnapshotRecord | None:
    """What the header of a snapshot tells; None where it does not, or is not sound."""
    return _records(str(path))


def probe_size(latent_dim: int) -> int:
    """How many images are encoded for each snapshot."""
    return min(PROBE_IMAGES, max(_FEWEST_IMAGES, _PROBE_NUMBERS // latent_dim))


def snapshot_plan(vae: VAE, probe: Tensor | None, total_steps: int) -> Keeping:
    """Which steps of a run are kept, so that all of them together take no more than their share."""
    decoder = _sizes(vae, probe, decoder_tensors(vae)[0])
    whole = _sizes(vae, probe, vae.state_dict())
    return keeping(total_steps, decoder["float16"], decoder["int8"], whole)


class SnapshotKeeper:
    """Keeps a run's snapshots as it goes.

    Args:
        folder: where they are kept.
        probe: the images to encode, uint8 [P, C, H, W]: the first of `fair_order`; None where the
            encoder infers nothing.
        dataset: the name of their dataset.
        images: how many it has.
        plan: which steps are kept.
        training: what is known of the training so far; kept where the encoder is.
    """

    def __init__(
        self,
        folder: Path,
        vae: VAE,
        probe: Tensor | None,
        *,
        dataset: str,
        images: int,
        plan: Keeping,
        training: Callable[[], TrainingRecord] = TrainingRecord,
    ) -> None:
        self._folder, self._vae, self._probe = folder, vae, probe
        self._training = training
        self._dataset, self._images, self._plan = dataset, images, plan
        self._steps = frozenset(plan.steps)

    def keep(self, step: int, epoch: float) -> None:
        """Write the snapshot of this step, if it is one to keep. Raises OSError."""
        if step not in self._steps:
            return
        record = SnapshotRecord(
            step=step,
            dataset=self._dataset,
            images=self._images,
            weights=self._plan.weights,
            note=self._plan.note,
            encoder=self._plan.encoder,
        )
        training = self._training() if record.encoder else None
        write_snapshot(self._folder, epoch, self._vae, self._probe, record, training)


def write_snapshot(
    folder: Path,
    epoch: float,
    vae: VAE,
    probe: Tensor | None,
    record: SnapshotRecord,
    training: TrainingRecord | None = None,
) -> None:
    """Write ``epoch-N.safetensors``, whole or not at all. Raises OSError."""
    folder.mkdir(exist_ok=True)
    target = folder / epoch_file(epoch)
    temporary = folder / f".{target.name}.tmp"
    temporary.write_bytes(snapshot_bytes(vae, probe, record, training=training))
    os.replace(temporary, target)


def snapshot_bytes(
    vae: VAE,
    probe: Tensor | None,
    record: SnapshotRecord,
    held: HeldPlane | None = None,
    training: TrainingRecord | None = None,
) -> bytes:
    """The content of a snapshot of the model as it is now; see ``write_snapshot``.

    With `held` it has the plane of the probe's principal axes too. It has the encoder where
    `record` says so, and then tells of the `training`.
    """
    tensors, metadata = decoder_tensors(vae)
    if record.encoder:
        tensors |= {f"{REST}{k}": t for k, t in vae.state_dict().items() if k not in tensors}
        if training is not None:
            metadata["training"] = training.model_dump(mode="json", exclude_none=True)
    written = halved(tensors) if record.weights == "float16" else rounded(tensors)
    if probe is not None:
        found = encode_images(vae, probe)
        written |= {_MU: found.mu.half(), _LOGVAR: found.logvar.half()}
        if held is not None and (plane := held.directions(found)) is not None:
            written[_PLANE] = plane
    told: dict[str, Any] = {"snapshot": record.model_dump(mode="json", exclude_none=True)}
    return checkpoint_bytes(written, metadata | told)


def _sizes(vae: VAE, probe: Tensor | None, tensors: Mapping[str, Tensor]) -> dict[Weights, int]:
    """Bytes of a snapshot with these tensors, to within its header."""
    numbers = sum(tensor.numel() for tensor in tensors.values())
    points = 0 if probe is None else len(probe)
    probed = 4 * points * vae.architecture.latent_dim
    return {weights: wide * numbers + probed for weights, wide in _WIDE.items()}


def _read_record(path: Path) -> SnapshotRecord | None:
    try:
        return _record(read_metadata(path).get("snapshot"), path.name)
    except AtlasError:
        return None  # whoever asks for its content is told


_records = Unchanged(_read_record)


def epoch_file(epoch: float) -> str:
    """How the file of an epoch, or a part of one, is called: of 3, or of 0.0427."""
    number = f"{epoch:z.6f}".rstrip("0").rstrip(".")
    return f"epoch-{number}.safetensors"


def _record(told: object, name: str) -> SnapshotRecord | None:
    if told is None:
        return None
    try:
        return SnapshotRecord.model_validate(told)
    except ValidationError as error:
        raise AtlasError(
            f"{name} does not describe itself as a snapshot that this version can read. "
            "Train the run again, or update Latent Atlas."
        ) from error


def _encodings(
    mu: Tensor | None, logvar: Tensor | None, architecture: Architecture, name: str
) -> Encodings:
    shape = None if mu is None else mu.shape
    for tensor in (mu, logvar):
        sound = tensor is not None and tensor.dtype == torch.float16 and tensor.shape == shape
        if not sound or shape is None or shape[1:] != (architecture.latent_dim,):
            raise AtlasError(f"{name} contradicts itself: its encodings have other dimensions.")
    assert mu is not None
    assert logvar is not None
    return Encodings(mu.float(), logvar.float())
