"""Two models side by side: two planes, one pointer, and the difference of the pictures."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from latent_atlas.ui.catalog import ModelEntry, loaded
from latent_atlas.ui.components import component
from latent_atlas.ui.discovery import tour_data
from latent_atlas.ui.latent_plane import KEY, Landing, Pad, latent_plane
from latent_atlas.ui.latent_plane.chosen import Chosen, choose_twin
from latent_atlas.ui.markdown import quoted
from latent_atlas.ui.model_files import kept_epochs
from latent_atlas.ui.option_lines import told_apart
from latent_atlas.ui.shown_data import banner, companion_kinship, footnote
from latent_atlas.ui.widget_values import on_choice, put

_HERE = Path(__file__).parent
_PICKER = "explore-twin"
_BLOCK = "twins"
# On a phone the planes lie one below the other, and the pictures stay above both.
_PICTURES_FIRST = f"""<style>@media (max-width: 640px) {{
  .st-key-{_BLOCK} [data-testid="stColumn"]:nth-child(2) {{
    order: -1; position: sticky; top: 60px; z-index: 2; padding: 8px 0;
    background: %s;
  }}
}}</style>"""
_PAGE = {"light": "#FBFBF8", "dark": "#14161A"}  # as in the theme

_difference = component(
    "latent_plane_difference",
    "latent_plane/page",
    "createDifference",
    html=(_HERE / "difference.html").read_text(encoding="utf-8"),
    css=(_HERE / "difference.css").read_text(encoding="utf-8"),
)


def twin_picker(now: Chosen, entries: list[ModelEntry]) -> None:
    """Draw the control that chooses what to compare a model with; its cross ends the comparison."""
    by_key = {each.key: each for each in entries}
    model, twin = now.model, now.twin
    options = [model.key, *(key for key in by_key if key != model.key)]
    if twin is not None and twin.key not in options:
        by_key[twin.key] = twin
        options.append(twin.key)

    def line(key: str, mark: str) -> str:
        return (_itself(model) if key == model.key else by_key[key].title) + mark

    lines = told_apart(options, line)

    def choose(said: str | None) -> None:
        if said is None or said in options:  # else a title from before, which nobody picked
            choose_twin(said)

    put(_PICKER, None if twin is None else twin.key, "" if twin is None else lines[twin.key])
    st.selectbox(
        "Compare with",
        options,
        format_func=lambda key: lines.get(key, key),
        index=None,  # which can be cleared
        placeholder="Compare with…",
        key=_PICKER,
        on_change=on_choice(_PICKER, lambda: choose(st.session_state[_PICKER])),
        label_visibility="collapsed",
        width=200,
    )


def planes(now: Chosen, *, landed: Landing | None = None, pad: Pad | None = None) -> Chosen:
    """Show the plane of a model, beside that of its twin if there is one.

    Returns the same with the views that the user has made of them. Raises AtlasError when a model
    is gone.
    """
    model, twin = now.model, now.twin
    shown = [model] if twin is None else [model, twin]
    told = [found for each in shown if (found := companion_kinship(each)) is not None]
    with st.container():
        banner(told)
    # One column or three: the first stays where it is in the page, and so is not loaded anew.
    with st.container(key=_BLOCK):
        left, *others = st.columns(1 if twin is None else [27, 10, 27], gap="medium")
    with left:
        moved = latent_plane(
            model,
            now.view,
            landed=landed,
            pad=pad,
            twin="first" if twin else None,
            tour=tour_data(loaded(model).training.dataset),
            key=KEY,
        )
    now = replace(now, view=moved or now.view)
    if twin is None:
        if now.missing_twin:
            st.caption(f"There is no model {quoted(now.missing_twin)} here now to compare with.")
        footnote(told)
        return now
    page = _PAGE["dark" if st.context.theme.type == "dark" else "light"]
    st.html(_PICTURES_FIRST % page)
    with others[0]:
        _difference({"titles": [model.title, twin.title]}, key="between")
    with others[1]:
        start = replace(now.twin_view, z=now.view.z)
        turned = latent_plane(twin, start, twin="second", key=f"twin-{twin.key}")
    footnote(told)
    return replace(now, twin_view=turned or start)


def _itself(model: ModelEntry) -> str:
    return "Another epoch" if kept_epochs(model) else "The same model"
