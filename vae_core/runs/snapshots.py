"""Small pictures of the decoder through time, for looking back at how it learned."""

import os
from pathlib import Path

from vae_core.models import VAE, decoder_bytes

_DENSE_UNTIL = 10  # every epoch at first, when most happens; then ever further apart


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
