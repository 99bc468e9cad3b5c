"""Whether a model can be learned in the memory that there is, and its files be read again."""

import os
from contextlib import suppress
from pathlib import Path

import torch

from vae_core.checkpoint import LARGEST_FILE
from vae_core.errors import AtlasError
from vae_core.runs.config import RunConfig

_NUMBER = 4  # bytes of a float32
# Of a weight while it is learned: itself, its gradient, and two moments of Adam's.
_BYTES = 4 * _NUMBER
_SMALLER = "narrower layers, fewer of them, or smaller images."
_OF_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def refuse_too_large(config: RunConfig, image_shape: tuple[int, int, int]) -> None:
    """Refuse a model whose weights alone, while they are learned, need more than there is.

    What a batch takes comes on top, so a model that is let through may still be too large. Refused
    is also whose checkpoints would be larger than files that are read: it could not be resumed.

    Args:
        config: what is to be trained.
        image_shape: (C, H, W) of its data.

    Raises:
        AtlasError: with both numbers.
    """
    there_is = memory_bytes()
    count = weights(config, image_shape)
    if there_is is not None and count * _BYTES > there_is:
        raise AtlasError(
            f"This model would have {count:,} weights. To learn them takes at least "
            f"{_gigabytes(count * _BYTES)} of memory, and there are {_gigabytes(there_is)}. "
            f"Choose {_SMALLER}"
        )
    largest = count * _NUMBER * _kept(config)
    if largest > LARGEST_FILE:
        raise AtlasError(
            f"This model would have {count:,} weights. A checkpoint of it takes "
            f"{_gigabytes(largest)}, and no file above {_gigabytes(LARGEST_FILE)} is read again. "
            f"Choose {_SMALLER}"
        )


def _kept(config: RunConfig) -> int:
    """Numbers for each weight in the larger file of a checkpoint, the one beside the model's.

    Adam's two moments; where weights are averaged, those that learn besides.
    """
    return 3 if "averaging" in type(config.algorithm).model_fields else 2


def weights(config: RunConfig, image_shape: tuple[int, int, int]) -> int:
    """How many numbers the model learns. Nothing is allocated for them."""
    kind = config.algorithm.trains
    with torch.device("meta"):
        model = kind(kind.describe(image_shape, config.settings()))
    return sum(each.numel() for each in model.parameters() if each.requires_grad)


def memory_bytes() -> int | None:
    """Of this machine, or what its container leaves us. None where it does not tell."""
    found = []
    if hasattr(os, "sysconf"):
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    with suppress(OSError, ValueError):  # no container, or one that says "max"
        found.append(int(_OF_CONTAINER.read_text(encoding="ascii")))
    return min(found, default=None)


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:z,.1f} GB"
