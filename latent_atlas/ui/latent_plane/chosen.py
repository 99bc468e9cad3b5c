"""What Explore shows: one model and its view, and a second one beside it, if any.

All of it is found once, where the page begins, and kept once, where it ends: in the address, so
that a link restores it, and in the session, because a page change empties the address. The second
model is the query parameter `twin`, what is particular to its view `twin-…`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from latent_atlas.ui import address, discovery
from latent_atlas.ui.catalog import ModelEntry, ModelSelection
from latent_atlas.ui.latent_plane.view import QUERY_KEYS, TWIN_KEYS, PlaneView, view_from
from latent_atlas.ui.model_files import kept_epochs
from latent_atlas.ui.whole_runs import have_it_drawn

_VIEW = "plane_view"
_TWIN, _TWIN_VIEW = "chosen_twin", "twin_view"


@dataclass(frozen=True)
class Chosen:
    """A model with its view, and its twin with its own.

    `missing_twin` is the twin that the link names where that is not here.
    """

    model: ModelEntry
    view: PlaneView
    twin: ModelEntry | None = None
    twin_view: PlaneView = field(default_factory=PlaneView)
    missing_twin: str | None = None


def chosen(selection: ModelSelection) -> Chosen:
    """What the link that was opened names, else what this session left. Written nowhere yet."""
    if address.gone_back() and "model" in st.query_params:  # all of a view, as this page wrote it
        for key in (_VIEW, _TWIN, _TWIN_VIEW):
            st.session_state.pop(key, None)
    model = selection.entry
    view = _linked_view({name: name for name in QUERY_KEYS}) or last_view()
    linked = address.first_named("twin")
    wanted = linked or st.session_state.get(_TWIN)
    if not wanted:
        return Chosen(model, view)
    twin = model if wanted == model.key else selection.find(wanted)
    if twin is None:
        return Chosen(model, view, missing_twin=linked)
    return Chosen(model, view, twin, _twin_view(model, twin, view))


def keep(now: Chosen, walked: Mapping[str, str | None]) -> None:
    """Keep what is shown for this session, and in the address. The one place that writes it.

    `walked` is what the address is to name of a map that is walked in the plane's place.
    """
    st.session_state[_VIEW] = now.view
    query = now.view.to_query()
    wanted = {"model": now.model.key, **{name: query.get(name) for name in QUERY_KEYS}}
    wanted[discovery.QUERY_KEY] = None  # it has begun: a link to what is seen is no link to it
    twin_query: dict[str, str] = {}
    if now.twin is not None:
        st.session_state[_TWIN], st.session_state[_TWIN_VIEW] = now.twin.key, now.twin_view
        # Never empty: a link holds the whole view.
        twin_query = {"layers": now.twin_view.layers, **now.twin_view.to_query()}
    if now.missing_twin is None:
        wanted["twin"] = None if now.twin is None else now.twin.key
        wanted |= {key: twin_query.get(name) for name, key in TWIN_KEYS.items()}
    address.write({**wanted, **walked})


def last_view() -> PlaneView:
    """The view that this session left, or that of a newcomer."""
    kept: PlaneView = st.session_state.get(_VIEW, PlaneView())
    return kept


def choose_twin(key: str | None) -> None:
    """Callback: another twin, or none; its view begins anew."""
    st.session_state[_TWIN] = key
    st.session_state.pop(_TWIN_VIEW, None)
    address.choose("twin", *([] if key is None else [key]))
    have_it_drawn()


def _twin_view(model: ModelEntry, twin: ModelEntry, view: PlaneView) -> PlaneView:
    """The view of the link, else that of the session, else one like the first plane's."""
    # As long as a choice is not in the address, what that says is of another twin.
    if st.query_params.get("twin") == twin.key and (linked := _linked_view(TWIN_KEYS)):
        return linked
    if _TWIN_VIEW in st.session_state:
        kept: PlaneView = st.session_state[_TWIN_VIEW]
        return kept
    stops = kept_epochs(twin) if twin.key == model.key else []
    first = stops[0].epoch if stops and view.epoch is None else None
    alike = replace(view, a=None, b=None, along=0.0, path=None, picked=None, epoch=first)
    # Dimensions of another model have nothing to do with these.
    return alike if twin.key == model.key else replace(alike, dims=None, base=None)


def _linked_view(keys: dict[str, str]) -> PlaneView | None:
    """The view in the address, whose fields are there under the names in `keys`; None without."""
    linked = {name: st.query_params[key] for name, key in keys.items() if key in st.query_params}
    return view_from(linked) if linked else None
