"""Corrupt and recover: what each model makes of damaged images, and where that helps."""

from collections.abc import Callable
from functools import partial

# As in `paper/figure.py`: Plotly asks pandas about all that it draws once it finds it.
import pandas  # noqa: F401
import streamlit as st
import torch
from torch import Generator, Tensor

from latent_atlas.reports.colours import QUIET_DARK, QUIET_LIGHT
from latent_atlas.ui import address
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct.bar import letter
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.corrupt import choices, words
from latent_atlas.ui.reconstruct.corrupt.board import board, board_data
from latent_atlas.ui.reconstruct.corrupt.choices import Damage
from latent_atlas.ui.reconstruct.corrupt.curves import Curves, curves
from latent_atlas.ui.reconstruct.corrupt.figure import curve_data, curve_figure
from latent_atlas.ui.reconstruct.corrupt.mask_pad import mask_pad
from latent_atlas.ui.reconstruct.corrupt.masks import known_from_text, mask_text
from latent_atlas.ui.reconstruct.corrupt.recoveries import (
    STEPS,
    Recovered,
    at_once,
    step_by_step,
)
from latent_atlas.ui.reconstruct.finding import NOTHING_MEANT, found
from latent_atlas.ui.reconstruct.parameters import (
    Parameter,
    choose,
    counter,
    image,
    one_of,
    segments,
    whole,
)
from latent_atlas.ui.reconstruct.search import FIND, search_field
from latent_atlas.ui.reconstruct.state import number, shuffle
from latent_atlas.ui.reconstruct.view import Kept, View
from latent_atlas.ui.reconstruct.waited_for import Key, answers
from vae_core.evaluation import Watch
from vae_core.evaluation.corruption import CORRUPTIONS, Corrupted, corrupted, rectangle
from vae_core.evaluation.denoising import Recovery
from vae_core.sentences import counted

ROWS = 6
SQUARES, NATS = "squares", "nats"
_ERROR, _ERRORS = "error", {SQUARES: "Squared error", NATS: "Nats"}
_MASK, _STEP = "mask", "step"
_CHART_HEIGHT = 340  # pixels


def title(comparison: Comparison) -> str:
    """What is asked."""
    whose = "a model" if len(comparison.columns) == 1 else "each model"
    return f"What {whose} makes of a damaged image"


def draw(comparison: Comparison) -> Kept:
    """The choices, the images, and the curves below."""
    split = comparison.split
    said = st.container(gap="xsmall")
    controls = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
    recovery: Recovery = "once"
    start = "prior"
    with controls:
        name = choices.corruption_picker()
        strength = 1.0 if name == choices.MASK else choices.strength_picker(name)
        searched = search_field()
        st.button("Shuffle", icon=":material/shuffle:", key="corrupt-shuffle", on_click=shuffle)
    if choices.may_hide(name):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            recovery, start = choices.recovery_picker()
    st.caption(choices.said_of(name))
    indices, selected = _chosen_images(comparison, searched)
    if not len(indices):
        said.info(NOTHING_MEANT)
        return {"image": None}

    # ---- What is done to them --------------------------------------------------------------------
    mask = None
    if name == choices.MASK:
        _, height, width = comparison.data.image_shape
        linked = known_from_text(address.first_named(_MASK) or "", height, width)
        middle = rectangle(height, width, height // 4, width // 4, -(-height // 2), -(-width // 2))
        beginning = middle if linked is None else linked
        key = f"mask-pad-{address.turn()}-{height}x{width}"
        mask = mask_pad(split.images[selected], beginning, key)
        text = mask_text(mask)
        damage = Damage(choices.drawn_mask(mask), 1.0, recovery, start, f"mask {text}")
    else:
        corruption = CORRUPTIONS[name]
        damage = Damage(corruption, strength, recovery, start, name)
    clean = split.images[indices].float() / 255
    damaged = corrupted(clean, damage.corruption, damage.strength, numbers=indices)

    # ---- Image by image --------------------------------------------------------------------------
    stage = st.container()
    made = _recovered(comparison, damage, indices, clean, damaged)
    titles = _titles(comparison)
    step = min(number(_STEP), STEPS)
    content = board_data(
        split,
        indices,
        clean,
        damaged,
        titles,
        made,
        class_names=comparison.class_names,
        selected=selected,
        step=step,
    )
    board_key = f"corrupt-board-{address.turn()}"
    with stage:
        board(
            content,
            key=board_key,
            changed=partial(_choose, board_key, "selected", "image"),
            stepped=partial(_choose, board_key, "step", _STEP),
        )

    # ---- All strengths, on many images -----------------------------------------------------------
    whole = mask is not None and bool(mask.all())
    if whole:
        said.info("Nothing is missing: paint over what is to be.")
    measured = None if whole else curves(comparison, damage)
    if measured is not None and measured.models:
        with said:
            plain = [column.title for column in comparison.columns]
            sentence = words.verdict_sentence(measured, damage, plain)
            st.markdown(escaped(sentence))
            st.caption(f"{counted(measured.images, 'image')} of the split. {words.RULE}")
        _show_curves(comparison, damage, measured)
    return {
        "image": str(selected) if number("image", -1) == selected else None,
        _MASK: None if mask is None else mask_text(mask),
        _STEP: str(step) if step and damage.recovery != "once" else None,
        **choices.kept_choices(damage),
    }


def _chosen_images(comparison: Comparison, searched: str) -> tuple[Tensor, int]:
    """Which images are shown, int64 [n], and the one of them that is selected."""
    split = comparison.split
    among = found(searched, comparison.data, split)
    order = torch.randperm(len(split), generator=Generator().manual_seed(number("seed")))
    if among is not None:
        order = order[torch.isin(order, among)]
    shown = order[:ROWS]
    selected = number("image", -1)
    if not 0 <= selected < len(split) or (among is not None and selected not in among):
        return shown, int(shown[0]) if len(shown) else -1
    if selected not in shown:
        shown = torch.cat([torch.tensor([selected]), shown[: ROWS - 1]])
    return shown, selected


def _recovered(
    comparison: Comparison, damage: Damage, indices: Tensor, clean: Tensor, damaged: Corrupted
) -> list[list[Recovered] | None]:
    """Of each model what it makes of the images; None while that is being computed."""
    whole = damaged.known is None or bool(damaged.known.all())
    if whole or damage.recovery == "once":
        return [at_once(column.vae, clean, damaged) for column in comparison.columns]
    shown = tuple(indices.tolist())
    where = (comparison.data.name, comparison.split.name, damage.key, damage.strength)
    keys: list[Key] = [
        ("chain", column.entry.digest, *where, damage.recovery, damage.start, shown)
        for column in comparison.columns
    ]
    wanted: dict[Key, Callable[[Watch], list[Recovered]]] = {
        key: partial(step_by_step, column.vae, clean, damaged, damage.recovery, damage.start)
        for key, column in zip(keys, comparison.columns, strict=True)
    }
    here = answers(wanted, "Step by step", "images", len(indices))
    return [here.get(key) for key in keys]


def _titles(comparison: Comparison) -> list[str]:
    titles = [column.title for column in comparison.columns]
    if len(titles) == 1:
        return titles
    return [f"{letter(place)} {each}" for place, each in enumerate(titles)]


def _show_curves(comparison: Comparison, damage: Damage, measured: Curves) -> None:
    names = dict(zip([c.title for c in comparison.columns], _titles(comparison), strict=True))
    strengths = measured.nothing.strengths
    if len(strengths) > 2:
        own = ""
        if damage.recovery != "once":
            own = " At 0 stands the model’s own error, for nothing is missing and put back there."
        st.markdown(
            "**Error against strength**  \n:small[:gray[How far what comes back is from the clean "
            "image. The dotted line is the strength shown above; ± in 95 of 100 cases, over "
            f"images.{own}]]"
        )
        kind = segments(_ERROR, "Error", _ERRORS)
        shown = measured
        if kind == NATS:
            comparable = comparison.comparable
            pairs = [pair for pair in measured.models if pair[0] in comparable]
            shown = Curves(pairs, measured.nothing, measured.images, measured.complete)
        titles = [names[column.title] for column, _ in shown.models]
        data = curve_data(shown, titles, damage.corruption.strength, nats=kind == NATS)
        figure = curve_figure(data, damage.strength)
        _ink(figure["layout"])
        st.plotly_chart(
            figure,
            height=_CHART_HEIGHT,
            key=f"curves-{damage.corruption.name}",
            config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
            alt=f"Error of each model against the strength of {damage.corruption.label.lower()}",
        )
    here = "error with it" if damage.drawn else f"error at {damage.strength:g}"
    head = f"| | {here} | error at 0 | difference from doing nothing |\n|:--|--:|--:|--:|"
    rows = [
        f"| {escaped(names.get(name, name))} | {here} | {own} | {less} |"
        for name, here, own, less in words.table_rows(measured, damage)
    ]
    st.markdown("\n".join([head, *rows]))


def _ink(layout: dict[str, dict[str, object]]) -> None:
    """Words in a colour that can be read on the page."""
    ink = QUIET_DARK if st.context.theme.type == "dark" else QUIET_LIGHT
    layout["font"] = {"color": ink, "size": 13}
    layout["legend"] |= {"font": {"color": ink}}
    for name in ("xaxis", "yaxis"):
        layout[name] |= {"tickfont": {"color": ink}}


def _choose(key: str, state: str, name: str) -> None:
    """Callback: the board has sent something that the address is to hold."""
    value = st.session_state[key].get(state)
    if isinstance(value, int | float) and 0 <= value < 1e9:
        choose(name, str(int(value)))


def _written_mask(text: str, comparison: Comparison) -> str | None:
    """A mask that fits the images."""
    _, height, width = comparison.data.image_shape
    known = known_from_text(text, height, width)
    return None if known is None else mask_text(known)


VIEW = View(
    "corrupt",
    "Corrupt and recover",
    50,
    title,
    draw,
    (
        image("image"),
        FIND,
        counter("seed"),
        *choices.PARAMETERS,
        one_of(_ERROR, _ERRORS),
        Parameter(_MASK, _written_mask),
        whole(_STEP, lambda comparison: STEPS + 1),
    ),
)
