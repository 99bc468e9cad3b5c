"""Rows of pictures as HTML: samples of a dataset, and originals beside what the model sees."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import streamlit as st

from latent_atlas.ui.images import data_uri, image_uri
from latent_atlas.ui.markdown import escaped, escaped_message
from vae_core.data import Dataset, load_dataset
from vae_core.data.own import Sight
from vae_core.errors import AtlasError
from vae_core.sentences import counted

SAMPLES = 12
LINE = "1px solid color-mix(in srgb, currentColor 24%, transparent)"
BARS = 12  # classes that are shown one by one


@st.cache_data(max_entries=64, show_spinner=False)
def samples(name: str, where: str) -> tuple[list[str], tuple[int, int], str]:
    """Data URIs of a dataset's samples, (H, W), and its provenance; kept, for files do not change.

    Raises AtlasError when the dataset cannot be read.
    """
    data = load_dataset(name)
    uris = [image_uri(data.images[i].numpy()) for i in sample_indices(data)]
    return uris, data.image_shape[1:], data.provenance


def sample_strip(name: str, title: str, where: str) -> None:
    """Draw a dataset's samples in one line, and say where it comes from."""
    try:
        uris, size, provenance = samples(name, where)
    except AtlasError as problem:
        st.caption(escaped_message(str(problem)))
        return
    st.html(image_row(uris, size, f"Samples of {title}"))
    st.caption(escaped(provenance))


def sample_indices(data: Dataset) -> list[int]:
    """Twelve images that show as many classes as there are, or are far apart."""
    if data.labels is None:
        return sorted({i * len(data.images) // SAMPLES for i in range(SAMPLES)})
    labels = data.labels.numpy()
    kinds = np.unique(labels)
    kinds = kinds[np.linspace(0, len(kinds) - 1, min(SAMPLES, len(kinds))).astype(int)]
    rounds = -(-SAMPLES // len(kinds))
    turns = [_apart(np.flatnonzero(labels == kind), rounds) for kind in kinds]
    chosen = [turn[k] for k in range(rounds) for turn in turns if k < len(turn)][:SAMPLES]
    return sorted(chosen, key=lambda i: (labels[i], i))


def _apart(members: np.ndarray, count: int) -> list[int]:
    """Up to `count` of these, as far apart as can be: neighbours are often alike."""
    return sorted({int(members[k * len(members) // count]) for k in range(count)})


def image_row(uris: Sequence[str], size: tuple[int, int], alt: str) -> str:
    """Images beside each other at a whole multiple of their pixels; what does not fit is cut."""
    height, width, smooth = shown_size(size, 56)
    style = f"height:{height}px;width:{width}px;{smooth}border-radius:2px;outline:{LINE}"
    images = "".join(f'<img src="{uri}" alt="" style="{style}">' for uri in uris)
    return (
        f'<div role="img" aria-label="{escape(alt)}" style="display:flex;flex-wrap:wrap;gap:8px;'
        f'height:{height + 2}px;overflow:hidden;padding:1px">{images}</div>'
    )


def shown_size(size: tuple[int, int], about: int) -> tuple[int, int, str]:
    """Height and width in CSS pixels of an image shown at a whole multiple near `about`.

    An image larger than half as much again is shrunk, smoothly.
    """
    height, width = size
    longest = max(height, width)
    if longest > about * 1.5:
        scale = about * 1.5 / longest
        return round(height * scale), round(width * scale), ""
    times = max(1, about // longest)
    return height * times, width * times, "image-rendering:pixelated;"


def sight_pairs(found: Sequence[Sight]) -> str:
    """Each original beside what the model sees of it, under the name of its class."""
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:16px 24px">'
        + "".join(_sight(each) for each in found)
        + "</div>"
    )


def _sight(each: Sight) -> str:
    height, width, smooth = shown_size((each.image.shape[1], each.image.shape[2]), 128)
    seen = f"height:{height}px;width:{width}px;{smooth}border-radius:2px;outline:{LINE}"
    original = (
        f"height:{height}px;max-width:192px;object-fit:contain;border-radius:2px;outline:{LINE}"
    )
    name = escape(each.class_name or each.name.rsplit("/", 1)[-1])
    shown = f"<bdi>{name}</bdi>"
    return (
        '<figure style="margin:0">'
        '<div style="display:flex;gap:8px;align-items:center">'
        f'<img src="{data_uri(each.original)}" alt="original of {name}" style="{original}">'
        f'<img src="{image_uri(each.image)}" alt="{name} as the model sees it" style="{seen}">'
        "</div>"
        '<figcaption style="font-size:12px;opacity:.75;margin-top:4px;max-width:288px;'
        f'overflow:hidden;text-overflow:ellipsis;white-space:nowrap">{shown}</figcaption>'
        "</figure>"
    )


def class_bars(counts: Mapping[str, int]) -> str:
    """How many pictures each class has, as bars; beyond twelve the rest is summed up in words."""
    most = max(counts.values())
    shown = list(counts.items())[: BARS if len(counts) > BARS + 1 else len(counts)]
    bar = (
        "height:8px;border-radius:2px;background:color-mix(in srgb, currentColor 40%, transparent)"
    )
    lines = "".join(
        f'<div style="overflow:hidden;text-overflow:ellipsis;white-space:nowrap">'
        f"<bdi>{escape(name)}</bdi></div>"
        f'<div style="{bar};width:{max(1, round(100 * count / most))}%"></div>'
        f'<div style="text-align:right;font-variant-numeric:tabular-nums">{count:,}</div>'
        for name, count in shown
    )
    rest = len(counts) - len(shown)
    left = counted(rest, "class", "classes")
    more = f'<div style="font-size:12px;opacity:.75">and {left} more</div>' if rest else ""
    return (
        '<div style="display:grid;grid-template-columns:minmax(48px,max-content) 1fr max-content;'
        f'gap:4px 16px;align-items:center;font-size:14px;max-width:480px">{lines}</div>{more}'
    )
