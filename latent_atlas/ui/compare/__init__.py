"""Two models side by side on Explore: two planes, one pointer, and the difference of the pictures.

The second model is the query parameter `twin`, what is particular to its view `twin-…`; the session
remembers both across pages.
"""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry, find_model, list_models
from latent_atlas.ui.components import component
from latent_atlas.ui.data.words import escaped
from latent_atlas.ui.latent_plane import Landing, PlaneView, latent_plane, view_from
from latent_atlas.ui.latent_plane.epochs import epochs_data
from latent_atlas.ui.latent_plane.view import QUERY_KEYS

_PLANE = Path(__file__).parents[1] / "latent_plane"
_CHOSEN = "chosen_twin"
_VIEW = "twin_view"
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
# The pointer is one; what is selected in one plane stands out in the other.
_KEYS = {name: f"twin-{name}" for name in QUERY_KEYS if name != "z"}

_difference = component(
    "latent_plane_difference",
    "latent_plane/page",
    "createDifference",
    html=(_PLANE / "difference.html").read_text(encoding="utf-8"),
    css=(_PLANE / "difference.css").read_text(encoding="utf-8"),
)


def twin_picker(entry: ModelEntry) -> None:
    """Draw the control that chooses what to compare a model with; its cross ends the comparison."""
    by_key = {each.key: each for each in list_models()}
    twin = _twin(entry)
    options = [entry.key, *(key for key in by_key if key != entry.key)]
    if twin is not None and twin.key not in options:
        by_key[twin.key] = twin
        options.append(twin.key)
    st.session_state[_PICKER] = None if twin is None else twin.key
    st.selectbox(
        "Compare with",
        options,
        format_func=lambda key: _itself(entry) if key == entry.key else by_key[key].title,
        index=None,
        placeholder="Compare with…",
        key=_PICKER,
        on_change=_choose,
        label_visibility="collapsed",
        width=200,
    )


def planes(
    entry: ModelEntry, view: PlaneView, *, landed: Landing | None = None
) -> PlaneView | None:
    """Show the plane of a model, beside that of its twin if there is one.

    As `latent_plane`: returns the view of the first. Raises AtlasError when a model is gone.
    """
    twin = _twin(entry)
    # One column or three: the first stays where it is in the page, and so is not loaded anew.
    with st.container(key=_BLOCK):
        left, *others = st.columns(1 if twin is None else [27, 10, 27], gap="medium")
    with left:
        moved = latent_plane(
            entry, view, landed=landed, twin="first" if twin else None, key="plane"
        )
    if twin is None:
        if gone := address.first_named("twin"):
            st.caption(f"There is no model “{escaped(gone)}” here now to compare with.")
        return moved
    page = _PAGE["dark" if st.context.theme.type == "dark" else "light"]
    st.html(_PICTURES_FIRST % page)
    with others[0]:
        _difference({"titles": [entry.title, twin.title]}, key="between")
    with others[1]:
        start = replace(_twin_view(entry, twin, view), z=view.z)
        turned = latent_plane(twin, start, twin="second", key=f"twin-{twin.key}")
        _remember(turned or start)
    return moved


def _twin(entry: ModelEntry) -> ModelEntry | None:
    """The model that the link or the session names, if it is there."""
    wanted = address.first_named("twin") or st.session_state.get(_CHOSEN)
    if not wanted:
        address.write_all(dict.fromkeys(("twin", *_KEYS.values())))
        return None
    twin = entry if wanted == entry.key else find_model(wanted)
    if twin is not None:
        st.session_state[_CHOSEN] = twin.key
        if st.query_params.get("twin") not in (None, twin.key):  # the view is of another
            _clear_view()
        address.write("twin", twin.key)
    return twin


def _twin_view(entry: ModelEntry, twin: ModelEntry, view: PlaneView) -> PlaneView:
    """The view of the link, else that of the session, else one like the first plane's."""
    linked = {name: st.query_params[key] for name, key in _KEYS.items() if key in st.query_params}
    if linked:
        return view_from(linked)
    if _VIEW in st.session_state:
        kept: PlaneView = st.session_state[_VIEW]
        return kept
    epochs = epochs_data(twin) if twin.key == entry.key else None
    first = epochs["stops"][0][0] if epochs and view.epoch is None else None
    alike = replace(view, a=None, b=None, along=0.0, path=None, epoch=first)
    # Dimensions of another model have nothing to do with these.
    return alike if twin.key == entry.key else replace(alike, dims=None, base=None)


def _remember(view: PlaneView) -> None:
    st.session_state[_VIEW] = view
    query = {"layers": view.layers, **view.to_query()}  # never empty: a link holds the whole view
    address.write_all({key: query.get(name) for name, key in _KEYS.items()})


def _choose() -> None:
    """Callback: another twin, or none."""
    chosen = st.session_state[_PICKER]
    st.session_state[_CHOSEN] = chosen
    st.session_state.pop(_VIEW, None)
    address.choose("twin", *([] if chosen is None else [chosen]))
    _clear_view()


def _clear_view() -> None:
    address.write_all(dict.fromkeys(_KEYS.values()))


def _itself(entry: ModelEntry) -> str:
    return "Another epoch" if epochs_data(entry) else "The same model"
