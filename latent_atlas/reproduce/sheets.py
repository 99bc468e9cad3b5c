"""Pictures as a panel of a figure: small enough to be stored with the numbers."""

import base64
import zlib

from torch import Tensor

from latent_atlas.reproduce.figure import ImagesPanel

SIDE = 10  # of a sheet
_LEVELS = 16  # grey levels of a sheet, so that it is small


def grid_of(key: str, title: str, pictures: Tensor) -> ImagesPanel:
    """Rows of pictures, uint8 [rows, columns, C, H, W], as they are. `key` is the panel's."""
    rows, columns, channels, height, width = pictures.shape
    content = zlib.compress(pictures.contiguous().numpy().tobytes(), 9)
    return ImagesPanel(
        key=key,
        title=title,
        rows=rows,
        columns=columns,
        channels=channels,
        height=height,
        width=width,
        pixels=base64.b64encode(content).decode("ascii"),
    )


def sheet_of(key: str, title: str, pictures: Tensor) -> ImagesPanel:
    """The first of them, uint8 [N, C, H, W]: ``SIDE`` × ``SIDE`` at most, in few grey levels."""
    side = min(SIDE, int(len(pictures) ** 0.5))
    return grid_of(key, title, few_levels(pictures[: side * side]).unflatten(0, (side, side)))


def few_levels(pictures: Tensor) -> Tensor:
    """The same, uint8 of any shape, in sixteen grey levels."""
    step = 255 / (_LEVELS - 1)
    return pictures.float().div(step).round().mul(step).round().byte()
