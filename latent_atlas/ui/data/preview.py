"""The preview: how to see the pictures, what the model will see, and what to know beforehand."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import streamlit as st

from latent_atlas.ui.data.pictures import class_bars, sight_pairs
from latent_atlas.ui.data.words import (
    classes_title,
    inspected_line,
    keep_label,
    scale_name,
    upload_summary,
    warnings,
)
from latent_atlas.ui.markdown import escaped
from vae_core.data.own import ENDS, UNLABELLED, Choice, Fit, Ground, Mode, Source, Survey, look
from vae_core.numerals import size as size_text

SIDES = (28, 32, 48, 64, 96, 128)
COLOURS: dict[Mode, str] = {"grey": "Grey", "rgb": "RGB"}
FITS: dict[Fit, str] = {"crop": "Crop", "pad": "Pad"}
GROUNDS: dict[Ground, str] = {"white": "White", "black": "Black"}
PARTS = {True: "As they came", False: "New"}
Made = TypeVar("Made")


def preview(
    source: Source,
    upload: Hashable,
    found: Survey,
    keep: Callable[[Choice, str], None],
    *,
    unreadable: bool = False,
) -> None:
    """Draw all of it; `keep` is called with the choice and the title. AtlasError as `look`.

    `unreadable` says that an import has met pictures that cannot be read.
    """
    st.markdown(upload_summary(found))
    st.caption(escaped(inspected_line(found)))
    told = [f":material/info: {escaped(warning)}" for warning in warnings(found)]
    if told:
        st.caption("  \n".join(told))  # of one paragraph: what is to choose stays in sight
    choice = _controls(found, hash(upload), keep, unreadable=unreadable or bool(found.unreadable))
    st.markdown(
        "**What the model will see**  \n"
        ":small[:gray[left the picture, right what the model gets of it]]"
    )
    seen = kept_in_session(
        "own-look", (upload, choice), lambda: look(source, choice, found.samples)
    )
    st.html(sight_pairs(seen))
    counts = found.counts if choice.label is None else found.labels[choice.label]
    labelled = {kind: count for kind, count in counts.items() if kind != UNLABELLED}
    if labelled:
        st.markdown(f"**{classes_title(labelled)}**")
        if len(set(counts.values())) > 1:  # bars of one length tell nothing
            st.html(class_bars(counts))


def kept_in_session(name: str, key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` returned for this key the last time, if that was the last key."""
    known = st.session_state.get(name)
    if known is None or known[0] != key:
        known = (key, make())
        st.session_state[name] = known
    made: Made = known[1]
    return made


def _controls(
    found: Survey, turn: int, keep: Callable[[Choice, str], None], *, unreadable: bool
) -> Choice:
    proposed = found.proposal
    sizes = list(dict.fromkeys([proposed.size, *((side, side) for side in SIDES)]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.selectbox(
            "Size",
            sizes,
            format_func=size_text,
            key=f"own-size-{turn}",
            width=136,
            help="Height × width of an image, in pixels. Larger shows more and trains slower.",
        )
        mode = _one_of("Colour", COLOURS, proposed.mode, f"own-mode-{turn}")
        fit = _one_of(
            "Proportions",
            FITS,
            proposed.fit,
            f"own-fit-{turn}",
            told="Where a picture is too long: cut both ends off, or show all of it on paper of "
            "its border's colour.",
        )
        chosen = {
            **_of_values(found, turn),
            **_of_parts(found, turn),
            **_of_labels(found, turn),
        }
        if unreadable:
            chosen["leave_out"] = st.checkbox(
                "Leave out what cannot be read", key=f"own-leave_out-{turn}"
            )
        st.text_input("Name", found.title, max_chars=60, key=f"own-title-{turn}", width=240)
        choice = replace(proposed, size=size, mode=mode, fit=fit, **chosen)
        st.button(
            keep_label(found, choice),
            type="primary",
            icon=":material/save:",
            key=f"own-keep-{turn}",
            on_click=_keep,
            args=(turn, found, keep),
        )
    return choice


def _of_values(found: Survey, turn: int) -> dict[str, Any]:
    """The controls of what numbers and transparency mean, where there are such."""
    proposed = found.proposal
    chosen: dict[str, Any] = {}
    if proposed.scale is not None:
        chosen["scale"] = st.selectbox(
            "Scale",
            list(ENDS),
            index=list(ENDS).index(proposed.scale),
            format_func=scale_name,
            key=f"own-scale-{turn}",
            width=224,
            help="Which numbers are black and which white.",
        )
    if proposed.ground is not None:
        chosen["ground"] = _one_of(
            "Ground", GROUNDS, proposed.ground, f"own-ground-{turn}", told="Below transparency."
        )
    chosen["inverted"] = st.checkbox("Swap black and white", key=f"own-inverted-{turn}")
    return chosen


def _of_parts(found: Survey, turn: int) -> dict[str, Any]:
    """The control of the source's own parts, where it has some."""
    if not found.parts:
        return {}
    kept = _one_of(
        "Train and test",
        PARTS,
        True,
        f"own-own_parts-{turn}",
        told="Keep the parts that the source is divided into, or draw new ones: nine tenths to "
        "train, one tenth to test.",
    )
    return {"own_parts": kept}


def _of_labels(found: Survey, turn: int) -> dict[str, Any]:
    """The control of what classes are, where images have several labels."""
    if len(found.labels) < 2:
        return {}
    column = st.selectbox(
        "Classes",
        list(found.labels),
        key=f"own-label-{turn}",
        width=176,
        help="Which labels are the classes, of which train and test get equal shares. The others "
        "are kept, too: Explore colours by any of them.",
    )
    return {"label": column}


def _one_of(
    label: str, names: Mapping[Made, str], proposed: Made, key: str, *, told: str | None = None
) -> Made:
    """A choice among a few, one of which is always made."""
    return st.segmented_control(
        label,
        list(names),
        format_func=names.__getitem__,
        default=proposed,
        required=True,
        key=key,
        help=told,
    )


def _keep(turn: int, found: Survey, keep: Callable[[Choice, str], None]) -> None:
    """Callback: as the controls say now. One may have changed since they were drawn."""
    names = [each.name for each in fields(Choice)]
    keys = {name: f"own-{name}-{turn}" for name in names}
    said = {name: st.session_state[key] for name, key in keys.items() if key in st.session_state}
    title = st.session_state[f"own-title-{turn}"] or found.title
    keep(replace(found.proposal, **said), title)
