"""A drawn mask: as the pad sends it, as a link holds it, and as pixels that are known."""

import base64
import zlib
from collections.abc import Sequence
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

_LONGEST = 4000  # characters of a link


def known_from_runs(sent: object, height: int, width: int) -> Tensor | None:
    """Known pixels, bool [H, W], from the lengths of runs along the rows: known, missing, known, …

    None where it is something else: it comes from outside.
    """
    pixels = height * width
    if not isinstance(sent, Sequence) or isinstance(sent, str) or len(sent) > pixels + 1:
        return None
    runs = [each for each in sent if isinstance(each, int) and 0 <= each <= pixels]
    if len(runs) != len(sent) or sum(runs) != pixels:
        return None
    flat = np.repeat(np.arange(len(runs)) % 2 == 0, runs)
    return torch.from_numpy(flat).view(height, width)


def runs_of(known: Tensor) -> list[int]:
    """The lengths of runs along the rows, the first of known pixels (it may be 0)."""
    runs = [(value, len(list(group))) for value, group in groupby(known.flatten().tolist())]
    lengths = [length for _, length in runs]
    return [0, *lengths] if runs and not runs[0][0] else lengths


def mask_text(known: Tensor) -> str | None:
    """For a link; None where nothing is missing, or where it would be too long for one."""
    if bool(known.all()):
        return None
    packed = np.packbits(known.numpy().reshape(-1))
    text = base64.urlsafe_b64encode(zlib.compress(packed.tobytes(), 9)).decode().rstrip("=")
    return text if len(text) <= _LONGEST else None


def known_from_text(text: str, height: int, width: int) -> Tensor | None:
    """Known pixels from a link, bool [H, W]; None where it is none, or of another size."""
    size = -(-height * width // 8)
    if len(text) > _LONGEST:
        return None
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        reader = zlib.decompressobj()
        content = reader.decompress(packed, size + 1)
    except (ValueError, zlib.error):
        return None
    if len(content) != size:
        return None
    bits = np.unpackbits(np.frombuffer(content, dtype=np.uint8))[: height * width]
    return torch.from_numpy(bits.astype(bool)).view(height, width)
