"""Between two images: a blend of pixels, a straight line of the latent space, and a geodesic."""

from collections.abc import Callable
from functools import partial

import streamlit as st
import torch
from torch import Generator

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct.bar import letter
from latent_atlas.ui.reconstruct.between import words
from latent_atlas.ui.reconstruct.between.drawing import strips_html, sums_html
from latent_atlas.ui.reconstruct.between.ways import (
    Sum,
    Ways,
    latent_sum,
    pixel_sum,
    ways_between,
)
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.parameters import choose, counter, image, one_of, segments
from latent_atlas.ui.reconstruct.state import number
from latent_atlas.ui.reconstruct.view import Kept, View
from latent_atlas.ui.reconstruct.waited_for import Key, answers
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.data import Split
from vae_core.evaluation import Cancelled, Watch
from vae_core.numerals import grouped

TWO, THREE = "two", "sum"
_WAYS, _KINDS = "ways", {TWO: "Between two", THREE: "a − b + c"}
# What the address calls the images a, b and c.
_NAMES = ("image", "other", "third")


def title(comparison: Comparison) -> str:
    """What is asked."""
    return "From one image to another, and what lies between"


def draw(comparison: Comparison) -> Kept:
    """The images to choose, then for each model the ways between them or their sum."""
    split = comparison.split
    if len(split) < 2:
        st.info("There is one image here, and a way needs two: choose another split.")
        return {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        kind = segments(_WAYS, "What is between", _KINDS)
        asked = _NAMES if kind == THREE else _NAMES[:2]
        chosen = _chosen(split)
        for name, mark, image in zip(asked, "abc", chosen, strict=False):
            _image_picker(name, mark, image, len(split))
        st.button(
            "Others", icon=":material/shuffle:", key="other-images", on_click=_others, args=(split,)
        )
        st.button(
            "Swap", icon=":material/swap_horiz:", key="swap-images", on_click=_swap, args=(split,)
        )
    if kind == THREE:
        _sums(comparison, chosen)
    else:
        _ways(comparison, chosen[0], chosen[1])
    return {name: None for name in _NAMES if name not in asked}


def _ways(comparison: Comparison, a: int, b: int) -> None:
    if a == b:
        st.info("Both are the same image: choose another one.")
        return
    images = comparison.split.images
    where = (comparison.data.name, comparison.split.name)
    keys: list[Key] = [
        ("between", column.entry.digest, *where, a, b) for column in comparison.columns
    ]
    wanted: dict[Key, Callable[[Watch], Ways]] = {
        key: partial(ways_between, column, where, images, a, b)
        for key, column in zip(keys, comparison.columns, strict=True)
    }
    found = answers(wanted, "Ways between", "models", 1)
    for name, key in zip(_titles(comparison), keys, strict=True):
        if key in found:
            st.markdown(f"**{escaped(name)}** · {escaped(words.ways_sentence(found[key]))}")
            st.html(strips_html(found[key]))
    if found:
        st.caption(words.RULE)


def _sums(comparison: Comparison, chosen: tuple[int, int, int]) -> None:
    images, split = comparison.split.images, comparison.split
    where = (comparison.data.name, split.name)
    keys: list[Key] = [
        ("sum", column.entry.digest, *where, chosen) for column in comparison.columns
    ]
    pixels: Key = ("sum", "pixels", *where, chosen)
    columns = [None, *comparison.columns]
    wanted: dict[Key, Callable[[Watch], Sum]] = {
        key: partial(_sum_of, column, comparison, chosen)
        for key, column in zip([pixels, *keys], columns, strict=True)
    }
    found = answers(wanted, "Sums", "models", 1)
    names = dict(zip([pixels, *keys], ["Pixels", *_titles(comparison)], strict=True))
    a, b, c = (images[each] for each in chosen)
    for key, name in names.items():
        if key not in found:
            continue
        one = found[key]
        of_class = _class_of(comparison, one.nearest)
        st.markdown(f"**{escaped(name)}** · {escaped(words.sum_sentence(one, chosen, of_class))}")
        st.html(
            sums_html(
                [
                    ("", a, f"a: {grouped(chosen[0])}"),
                    ("−", b, f"b: {grouped(chosen[1])}"),
                    ("+", c, f"c: {grouped(chosen[2])}"),
                    ("=", one.picture, "the sum"),
                    ("≈", images[one.nearest], f"nearest: {grouped(one.nearest)}"),
                ]
            )
        )
    st.caption(
        "A sum of pixels is cut to black (0) and white (1); a model adds up the means of z, and "
        "draws the result. The nearest image is the one of this split whose pixels are least off "
        "(root mean square); a, b and c are among them."
    )


def _sum_of(
    column: Column | None, comparison: Comparison, chosen: tuple[int, int, int], watch: Watch
) -> Sum:
    if watch.cancelled():
        raise Cancelled
    images = comparison.split.images
    if column is None:
        return pixel_sum(images, chosen)
    return latent_sum(column, (comparison.data.name, comparison.split.name), images, chosen)


def _class_of(comparison: Comparison, image: int) -> str:
    labels = comparison.split.labels
    return "" if labels is None else comparison.class_names[int(labels[image])]


def _titles(comparison: Comparison) -> list[str]:
    titles = [column.title for column in comparison.columns]
    if len(titles) == 1:
        return titles
    return [f"{letter(place)} {each}" for place, each in enumerate(titles)]


def _chosen(split: Split) -> tuple[int, int, int]:
    """a, b and c as the address names them; without a name, images of other classes."""
    count = len(split)
    a = number("image", 0) if number("image", 0) < count else 0
    usual = _unlike(split, (a,))
    b = number("other", usual) if number("other", usual) < count else usual
    usual = _unlike(split, (a, b))
    c = number("third", usual) if number("third", usual) < count else usual
    return a, b, c


def _unlike(split: Split, others: tuple[int, ...]) -> int:
    """The first image of another class than those; without classes, the first other image."""
    if split.labels is not None:
        taken = split.labels[list(others)]
        free = (~torch.isin(split.labels, taken)).nonzero()[:, 0]
        if len(free):
            return int(free[0])
    return next((n for n in range(len(split)) if n not in others), 0)


def _image_picker(name: str, mark: str, image: int, count: int) -> None:
    key = f"between-{name}"
    put(key, image)
    st.number_input(
        f"Image {mark}",
        0,
        count - 1,
        image,
        key=key,
        on_change=on_choice(key, lambda: choose(name, str(st.session_state[key]))),
        width=136,
    )


def _others(split: Split) -> None:
    """Callback: other images, drawn by the next seed."""
    seed = number("seed") + 1
    choose("seed", str(seed))
    drawn = torch.randperm(len(split), generator=Generator().manual_seed(seed)).tolist()
    for name, one in zip(_NAMES, drawn, strict=False):
        choose(name, str(one))


def _swap(split: Split) -> None:
    """Callback: there and back, of the images that are chosen by now."""
    a, b, _ = _chosen(split)
    choose("image", str(b))
    choose("other", str(a))


VIEW = View(
    "between",
    "Between two images",
    70,
    title,
    draw,
    (one_of(_WAYS, _KINDS), *map(image, _NAMES), counter("seed")),
)
