"""Small pictures of the decoder through time, for looking back at how it learned."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from vae_core.models import VAE, Architecture, decoder_bytes, read_decoder

_NAME = re.compile(r"epoch-([1-9][0-9]{0,8})\.safetensors")
_DENSE_UNTIL = 10  # every epoch at first, when most happens; then ever further apart


@dataclass(frozen=True)
class Snapshot:
    """The decoder as it was after an epoch, in a file of its own."""

    epoch: int
    path: Path


def list_snapshots(folder: Path) -> list[Snapshot]:
    """The snapshots in a folder, earliest first, by their names alone; none where it is missing."""
    try:
        names = [(path, _NAME.fullmatch(path.name)) for path in folder.iterdir()]
    except OSError:
        return []
    found = [Snapshot(int(name[1]), path) for path, name in names if name]
    return sorted(found, key=lambda snapshot: snapshot.epoch)


def read_snapshot(snapshot: Snapshot, architecture: Architecture) -> bytes:
    """Its content, as ``decoder_bytes`` gives it, once checked against the run's architecture.

    Raises:
        AtlasError: the file is missing, not sound, or of another architecture.
    """
    return read_decoder(snapshot.path, architecture)


def snapshot_due(epoch: int) -> bool:
    """Whether this epoch is kept: 1–10, then 12, 14, …, 20, 24, …, 40, 48 and so on."""
    if epoch <= _DENSE_UNTIL:
        return epoch >= 1
    stride = 2 ** max(1, (epoch - 1) // _DENSE_UNTIL).bit_length()
    return epoch % stride == 0


def save_snapshot(folder: Path, epoch: int, vae: VAE) -> None:
    """Write ``epoch-N.safetensors`` (the decoder alone) if this epoch is one to keep."""
    if not snapshot_due(epoch):
        return
    folder.mkdir(exist_ok=True)
    target = folder / f"epoch-{epoch}.safetensors"
    temporary = folder / f".{target.name}.tmp"
    temporary.write_bytes(decoder_bytes(vae))
    os.replace(temporary, target)
