"""What the address remembers beside the bound widgets: seeds, selected image, models compared."""

from collections import Counter

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry, list_models

RIVALS = 2
_WITH = "reconstruct-with"


def number(name: str, default: int = 0) -> int:
    """A whole number from the address bar; `default` when it is missing or is not one."""
    text = address.first_named(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default


def remember(name: str, value: int | str) -> None:
    """Put a value into the address bar; an empty text takes it out."""
    address.write(name, *([] if value == "" else [str(value)]))


def rivals(entry: ModelEntry) -> list[ModelEntry]:
    """Draw the control that picks up to `RIVALS` other models, and return them.

    Not bound to the address by Streamlit, which would write titles there: two runs may share one.
    """
    others = {model.key: model for model in list_models() if model.key != entry.key}
    names = titles_of(list(others.values()))
    asked = st.query_params.get("with", "").split(",")
    if _WITH not in st.session_state:
        st.session_state[_WITH] = [key for key in asked if key in others][:RIVALS]
    else:
        st.session_state[_WITH] = [key for key in st.session_state[_WITH] if key in others]
    chosen = st.multiselect(
        "Compare with",
        list(others),
        format_func=lambda key: names.get(key, key),
        max_selections=RIVALS,
        placeholder="Compare with…" if others else "No other model yet",
        disabled=not others,
        key=_WITH,
        label_visibility="collapsed",
        width=240,
    )
    remember("with", ",".join(chosen))
    return [others[key] for key in chosen]


def titles_of(entries: list[ModelEntry]) -> dict[str, str]:
    """Each model's title by its key; where titles are shared, what tells them apart is added."""
    count = Counter(entry.title for entry in entries)
    return {
        entry.key: entry.title if count[entry.title] == 1 else f"{entry.title}, {entry.subtitle}"
        for entry in entries
    }


def shuffle() -> None:
    """Callback: a new order."""
    address.choose("seed", str(number("seed") + 1))
    st.session_state["sort"] = "shuffled"


def draw_again() -> None:
    """Callback: other posterior samples of the same images."""
    address.choose("draw", str(number("draw") + 1))
