"""The board: each image clean, corrupted and recovered by each model; a chain can be played."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.components.v2.bidi_component.state import ComponentResult
from torch import Tensor

from latent_atlas.reports import data_words
from latent_atlas.reports.pixels import image_bytes, pixel_scale
from latent_atlas.ui.components import component
from latent_atlas.ui.images import data_uri, error_uri, image_uri
from latent_atlas.ui.reconstruct.corrupt.recoveries import Recovered
from vae_core.data import Split
from vae_core.evaluation.corruption import Corrupted

# A missing pixel is no level of grey: it has this colour in the picture of a corrupted image.
_MISSING = (214, 154, 60)

_board = component(
    "latent_atlas_corrupt_board",
    "reconstruct/corrupt/board",
    "createBoard",
    html='<div class="board buttons"></div>\n',
    css=Path(__file__).with_name("board.css").read_text(encoding="utf-8"),
)


def board(
    data: dict[str, Any], *, key: str, changed: Callable[[], None], stepped: Callable[[], None]
) -> ComponentResult:
    """Show the data of `board_data`; `changed` hears of another image, `stepped` of a step."""
    return _board(data, key=key, on_selected_change=changed, on_step_change=stepped)


def board_data(
    split: Split,
    indices: Tensor,
    clean: Tensor,
    found: Corrupted,
    titles: Sequence[str],
    recovered: Sequence[Sequence[Recovered] | None],
    *,
    class_names: tuple[str, ...],
    selected: int,
    step: int,
) -> dict[str, Any]:
    """The component's data for images of `split` at `indices`.

    `recovered` has an entry for each model: one for each image, or None while it is computed.
    """
    _, _, height, width = clean.shape
    states = max([len(each[0].told) for each in recovered if each], default=1)
    return {
        "width": width,
        "height": height,
        "scale": pixel_scale(height, width),
        "states": states,
        "step": min(step, states - 1),
        "selected": selected,
        "split": split.name,
        "titles": list(titles),
        "errorRamp": error_uri(np.linspace(-1, 1, 201)[None, None]),
        "errorEnds": data_words.ERROR_ENDS,
        "hides": found.known is not None,
        "rows": [
            {
                "id": int(index),
                "label": _label(split, int(index), class_names),
                "clean": image_uri(clean[place]),
                "corrupted": _corrupted_uri(found, place),
                "cells": [_cell(each[place]) if each else None for each in recovered],
            }
            for place, index in enumerate(indices)
        ],
    }


def _label(split: Split, index: int, class_names: tuple[str, ...]) -> str:
    return "" if split.labels is None else class_names[int(split.labels[index])]


def _corrupted_uri(found: Corrupted, place: int) -> str:
    """With missing pixels in a colour of their own."""
    levels = image_bytes(found.images[place])
    if found.known is None:
        return data_uri(levels)
    colours = levels if levels.ndim == 3 else np.stack([levels] * 3, axis=-1)
    missing = ~found.known[place].numpy()
    return data_uri(np.where(missing[..., None], np.array(_MISSING, dtype=np.uint8), colours))


def _cell(one: Recovered) -> dict[str, Any]:
    return {
        "shown": one.shown,
        "error": one.error,
        "told": one.told,
        "nearness": one.nearness,
        "means": one.means,
        "exact": one.exact,
        "spread": one.spread,
    }
