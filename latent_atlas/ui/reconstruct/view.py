"""A view of the Reconstruct page: one question that is put to the models compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.parameters import Parameter, choose, tell_misread
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.declarations import DeclaredObjects

# What a view asks the address to hold: names and values; for None the name leaves it.
Kept = Mapping[str, str | None]

_NAMED = "view"


@dataclass(frozen=True)
class View:
    """One of the views, declared as `VIEW` in a module of `latent_atlas.ui.reconstruct.views`.

    `name` stands in the address, `label` on the button, `order` says the place among the others.
    `title` says what there is to see, and `draw` shows it. `parameters` are all that the address
    holds of it: what `draw` returns stands for those that it knows better. `guests` says whether it
    shows models that read images of another size.
    """

    name: str
    label: str
    order: int
    title: Callable[[Comparison], str]
    draw: Callable[[Comparison], Kept]
    parameters: tuple[Parameter, ...] = ()
    guests: bool = False

    def kept(self, comparison: Comparison, shown: Kept) -> Kept:
        """What the address is to hold: this view, and what is asked of it, but what is usual."""
        named: dict[str, str | None] = {_NAMED: None if self is first_view() else self.name}
        for each in self.parameters:
            text = shown.get(each.name, address.first_named(each.name))
            named[each.name] = each.written(text, comparison)
        return named

    def tell_misread(self, comparison: Comparison) -> None:
        """Have it told where the address means other images than can be shown."""
        for each in self.parameters:
            asked = address.first_named(each.name)
            if each.lost and asked and each.asked(comparison) != asked:
                tell_misread(comparison.columns[0].entry.key, each.name, each.lost)


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
        on_change=on_choice(_NAMED, lambda: show(st.session_state[_NAMED])),
        label_visibility="collapsed",
    )
    return VIEWS[chosen]


def show(name: str) -> None:
    """Callback: go to the view of this name."""
    choose(_NAMED, name)


def first_view() -> View:
    """The view that the address need not name."""
    return next(iter(VIEWS.values()))
