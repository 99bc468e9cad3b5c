"""The whole split: what all its images cost under every model, who wins them, and by how much."""

from dataclasses import replace

import streamlit as st
from torch import Tensor

from latent_atlas.places import PAGES
from latent_atlas.reports.colours import LINE_COLOURS
from latent_atlas.ui import address
from latent_atlas.ui.catalog import companion_names, loaded
from latent_atlas.ui.latent_plane.view import PlaneView
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.palette import CLASS_COLOURS
from latent_atlas.ui.reconstruct.comparison import Comparison, letter
from latent_atlas.ui.reconstruct.on_plane import picked_text
from latent_atlas.ui.reconstruct.parameters import Parameter, choose
from latent_atlas.ui.reconstruct.selection import (
    SELECTION,
    Brush,
    chosen,
    in_words,
    picked,
    written_names,
)
from latent_atlas.ui.reconstruct.split import sheets, words
from latent_atlas.ui.reconstruct.split.brush import brush
from latent_atlas.ui.reconstruct.split.classes import class_table
from latent_atlas.ui.reconstruct.split.log_p import log_p
from latent_atlas.ui.reconstruct.split.pixels import pixels
from latent_atlas.ui.reconstruct.split.standing import (
    Standing,
    comparable_places,
    standing,
    watch,
)
from latent_atlas.ui.reconstruct.view import Kept, View
from vae_core.evaluation import over_images
from vae_core.evaluation.paired import paired
from vae_core.numerals import with_error
from vae_core.sentences import counted

_SENTENCES = 3  # of more models a table says it
_PAIR = "pair"  # in the address: the letters of two models
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
Pair = tuple[int, int]


def title(comparison: Comparison) -> str:
    """How many images are looked at, and what is asked of them."""
    images = counted(len(comparison.split), "image")
    if len(comparable_places(comparison)) > 1:
        return f"Which of these models keeps more of {images}"
    if len(comparison.split) == 1:
        return "What this image costs"
    return f"What {images} cost, and which cost most"


def draw(comparison: Comparison) -> Kept:
    """Charts to brush, then who is better, by class, pixel by pixel, and by log p."""
    now, pair = standing(comparison), _pair(comparison)
    said = st.container(gap="xsmall")
    watch(now)
    brush(_brushed_data(now, pair), lambda text: choose(_PAIR, text))
    if now.images:
        with said:
            _say(now)
        _say_selected(now, pair)
    if not now.active and now.images:
        class_table(now, pair)
        st.markdown("##### Are the pixels what the models say that they are?")
        pixels(comparison)
        st.markdown("##### How far is the bound from log p(x)?")
        log_p(comparison)
    return {}


def _pair(comparison: Comparison) -> Pair:
    """The two models that the address names, else the first two; one model twice if it is alone."""
    places = comparable_places(comparison)
    named = _named_pair(address.first_named(_PAIR) or "", comparison)
    return named or (places[0], places[min(1, len(places) - 1)])


def _named_pair(text: str, comparison: Comparison) -> Pair | None:
    known = {letter(place): place for place in comparable_places(comparison)}
    if len(text) != 2 or text[0] == text[1] or not set(text) <= set(known):
        return None
    return known[text[0]], known[text[1]]


def _written_pair(text: str, comparison: Comparison) -> str | None:
    places = comparable_places(comparison)
    named = _named_pair(text, comparison)
    return None if named is None or named == tuple(places[:2]) else text


def _brushed_data(now: Standing, pair: Pair) -> dict[str, object]:
    """What `split/brush.js` is told, beside the numbers that it fetches."""
    comparison = now.comparison
    split = comparison.split
    sheet = sheets.Sheet(comparison.data.name, now.jobs, split.labels, len(split))
    name = sheets.put(now.keys, sheet)
    first = now.found(0)
    latent_dim = comparison.columns[0].vae.architecture.latent_dim
    axes = (0, 1) if first is None or latent_dim <= 2 else first.axes
    names = [f"z{str(axis + 1).translate(_BELOW)}" for axis in axes]
    return {
        "sheet": f"api/split/{name}",
        "active": now.active,
        "titles": [column.title for column in comparison.columns],
        "letters": [letter(place) for place in range(len(comparison.columns))],
        "comparable": comparable_places(comparison),
        "pair": list(pair),
        "picked": SELECTION.asked(comparison) or "",
        "colours": list(LINE_COLOURS),
        "classColours": list(CLASS_COLOURS),
        "classNames": list(comparison.class_names),
        "axes": names if latent_dim > 1 else [names[0], "its rate in nats"],
    }


def _say(now: Standing) -> None:
    """Who is better than the first, and by how much."""
    comparison, count = now.comparison, now.images
    first, *others = comparable_places(comparison)
    one = now.found(first)
    if one is None:
        return
    if not others:
        cost = -one.bounds.elbo[:count]
        mean = with_error(cost.double().mean().item(), over_images(cost))
        st.markdown(f"An image costs **{mean} nats** (−ELBO; less is better).")
        return
    told, rows = [], []
    for place in others:
        if (other := now.found(place)) is None:
            continue
        a, b = (f"{letter(k)} {escaped(comparison.columns[k].title)}" for k in (first, place))
        variance = one.draw_variances[:count] + other.draw_variances[:count]
        found = paired(one.bounds.elbo[:count], other.bounds.elbo[:count], variance)
        told.append(f"{words.verdict(a, b, found)} {words.within_draws(found)}".strip())
        rows.append(words.row(b, found))
    if len(told) > _SENTENCES:
        a = f"{letter(first)} {escaped(comparison.columns[first].title)}"
        st.markdown("\n".join([*words.head(a), *rows]))
    else:
        st.markdown("  \n".join(told))
    so_far = f"Of the first {counted(count, 'image')} so far. " if now.active else ""
    st.caption(so_far + words.HOW_SURE)


def _say_selected(now: Standing, pair: Pair) -> None:
    """What was brushed, and what these images cost."""
    comparison = now.comparison
    brushes = picked(comparison)
    wanted = set().union(*(each.columns for each in brushes)) | set(pair)
    numbers = {place: found for place in wanted if (found := now.found(place)) is not None}
    if not brushes or len(numbers) < len(wanted):
        return
    among = chosen(brushes, numbers, comparison.split.labels)
    count = int(among.sum())
    by = in_words(brushes, written_names(comparison.class_names))
    told = f"**{counted(count, 'image')} selected**, {by}"
    if count:
        means = []
        for place in dict.fromkeys(pair):
            cost = -numbers[place].bounds.elbo[: len(among)][among]
            means.append(
                f"{letter(place)} {with_error(cost.double().mean().item(), over_images(cost))}"
            )
        told += f". They cost {' and '.join(means)} nats an image."
        if any(each.by_cost for each in brushes):
            told += " They were selected by these very numbers, so who is better is not asked here."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(told)
        if not now.active:
            _to_plane(now, brushes, among)


def _to_plane(now: Standing, brushes: list[Brush], among: Tensor) -> None:
    """The way to the plane of the first model, where these images stand out."""
    comparison = now.comparison
    column = comparison.columns[0]
    if comparison.data.name not in companion_names(loaded(column.entry))[:1]:
        st.caption(f"The plane of {escaped(column.title)} shows other data, and so none of these.")
        return
    text = picked_text(comparison, brushes, among)
    if text is None:
        return
    view = PlaneView(picked=text)
    first = now.found(0)
    if first is not None and column.vae.architecture.latent_dim > 2:
        view = replace(view, dims=f"axes-{first.axes[0] + 1}-{first.axes[1] + 1}")
    st.page_link(
        PAGES / "explore.py",
        label="See them on the plane",
        icon=":material/scatter_plot:",
        query_params={"model": column.entry.key, **view.to_query()},
    )


VIEW = View(
    "split", "The whole split", 20, title, draw, (Parameter(_PAIR, _written_pair), SELECTION)
)
