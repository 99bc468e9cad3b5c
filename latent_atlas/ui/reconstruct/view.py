"""A view of the Reconstruct page: one question that is put to the models compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.widget_values import put
from vae_core.declarations import DeclaredObjects

# What a view asks the address to hold: names and values; for None the name leaves it.
Kept = Mapping[str, str | None]

_NAMED = "view"


@dataclass(frozen=True)
class View:
    """One of the views, declared as `VIEW` in a module of `latent_atlas.ui.reconstruct.views`.

    `name` stands in the address, `label` on the button, `order` says the place among the others.
    `title` says what there is to see, and `draw` shows it.
    """

    name: str
    label: str
    order: int
    title: Callable[[Comparison], str]
    draw: Callable[[Comparison], Kept]


VIEWS: Mapping[str, View] = DeclaredObjects("latent_atlas.ui.reconstruct.views", View)


def view_picker() -> View:
    """Draw the control that picks a view, and return the one that the address names."""
    names = list(VIEWS)
    asked = address.first_named(_NAMED)
    put(_NAMED, asked if asked in VIEWS else names[0])
    chosen = st.segmented_control(
        "View",
        names,
        format_func=lambda name: VIEWS[name].label,
        default=st.session_state[_NAMED],
        required=True,
        key=_NAMED,
        on_change=lambda: show(st.session_state[_NAMED]),
        label_visibility="collapsed",
    )
    return VIEWS[chosen]


def show(name: str) -> None:
    """Callback: go to the view of this name."""
    address.choose(_NAMED, name)


def named_view() -> Kept:
    """The view for the address, which the page writes with all else; the first one needs none."""
    asked = address.first_named(_NAMED)
    return {_NAMED: asked if asked in VIEWS and asked != next(iter(VIEWS)) else None}
