"""The latent plane: a component that decodes in the browser, under the pointer.

Weights and encodings go to the browser by address, never as component data: bytes in `data` would
be sent again at every rerun, while an address with a hash in it is fetched once.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry, companion_names, loaded
from latent_atlas.ui.components import component
from latent_atlas.ui.draw import Pad, Sheet, sheet_from
from latent_atlas.ui.judges.judge import own_graph
from latent_atlas.ui.latent_plane.assets import markup, modules_address, stylesheet
from latent_atlas.ui.latent_plane.encodings import FORMAT
from latent_atlas.ui.latent_plane.epochs import epochs_data
from latent_atlas.ui.latent_plane.judged import graph_told, why_unjudged
from latent_atlas.ui.latent_plane.live import training_run
from latent_atlas.ui.latent_plane.projections import DEFAULT
from latent_atlas.ui.latent_plane.spot import Landing
from latent_atlas.ui.latent_plane.view import QUERY_KEYS, TWIN_KEYS, PlaneView, view_from
from latent_atlas.ui.page_switch import ask_for_page
from latent_atlas.ui.palette import CLASS_COLOURS, UNCLASSED
from latent_atlas.ui.whole_runs import have_it_drawn
from vae_core.algorithms import infers_with_encoder
from vae_core.data import load_dataset
from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.models import LIKELIHOODS, SavedModel
from vae_core.runs import Run

__all__ = [
    "KEY",
    "Landing",
    "Pad",
    "PlaneView",
    "decoder_address",
    "drawn",
    "latent_plane",
    "live_plane",
    "told_view",
    "view_from",
]

KEY = "plane"  # of the plane of Explore, the first one of two

_plane = component(
    "latent_plane", "latent_plane/page", "createPlane", html=markup(), css=stylesheet()
)


def latent_plane(
    entry: ModelEntry,
    view: PlaneView,
    *,
    landed: Landing | None = None,
    pad: Pad | None = None,
    twin: Literal["first", "second"] | None = None,
    compact: bool = False,
    curves: dict[str, Any] | None = None,
    tour: dict[str, Any] | None = None,
    key: str,
) -> PlaneView | None:
    """Show the plane of a model; that of a run that trains moves as its worker goes on.

    `view` is where it starts; from then on the browser keeps it, and tells it: what it told last is
    where it starts again, should Streamlit put it on the page anew. A new `landed` is pinned; `pad`
    is the sheet beside it that one may come from (`drawn`).
    `twin` is its place beside another plane, whose pointer it shares; `compact` leaves out all but
    the plane itself; `curves` are charts of the page that its epochs are shown on, of which its
    address then names the one that is shown (`latent_atlas/ui/train/cursor.py`); `tour` is what the
    guided discovery above it says. Returns the view since the user last pinned a spot or switched
    something, or None before that. Raises AtlasError when the model is gone.
    """
    view = _told(key) or view
    saved = loaded(entry)
    latent_dim = saved.vae.architecture.latent_dim
    run = training_run(entry.key)
    shown = _of_model(entry, saved) if run is None else _of_run(run)
    result = _plane(
        key=key,
        data={
            **shown,
            "view": asdict(view.fitting(latent_dim)),
            "twin": twin,
            "landed": None if landed is None else asdict(landed),
            "pad": None if pad is None else pad.told(),
            "compact": compact,
            "tour": tour,
            "curves": curves,
            "address": None if compact else _address(entry, twin),
            "turn": address.turn(),
        },
        # Where it is small, it is beside what is drawn again and again anyway.
        on_view_change=_stay if compact else have_it_drawn,
        # What a run has left is another model than the page has found.
        on_ended_change=_stay if compact else st.rerun,
        on_visit_change=_stay if compact else lambda: _visit(key),
        on_picture_change=_stay if pad is None else pad.changed,
    )
    return view_from(result.view) if result.view and not _left_behind(key, result.view) else None


def told_view(key: str = KEY) -> PlaneView | None:
    """The view that the plane of this key has told last: before any fragment that has it is drawn.

    None where it has told nothing since somebody has gone back or forward.
    """
    return _told(key)


def drawn(key: str = KEY) -> Sheet | None:
    """What is on the sheet beside the plane of this key, before the plane is drawn itself.

    Raises AtlasError when what the browser sent is no PNG.
    """
    return sheet_from((st.session_state.get(key) or {}).get("picture"))


def live_plane(run: Run, view: PlaneView, *, key: str) -> None:
    """Show the plane of a run that trains, small; it may have no model to open yet."""
    moving = _of_run(run) | {"view": asdict(_told(key) or view), "turn": 0}
    _plane(
        key=key,
        data=moving | {"twin": None, "landed": None, "compact": True},
        on_view_change=_stay,
        on_ended_change=_stay,
        on_visit_change=_stay,
        on_picture_change=_stay,
    )


def decoder_address(digest: str) -> str:
    """Where the browser finds the decoder of the model whose file has this SHA-256."""
    return f"api/models/{digest}/decoder.safetensors"


def _of_model(entry: ModelEntry, saved: SavedModel) -> dict[str, Any]:
    """Where the browser finds a model and the images it is shown with."""
    # Where no encoder has learned, what it says of images is noise: there are no points.
    placed = infers_with_encoder(saved.training.algorithm)
    datasets = companion_names(saved) if placed else []
    latent_dim = saved.vae.architecture.latent_dim
    base = f"api/models/{entry.digest}"
    other = {"at": f"{base}/{datasets[0]}/{FORMAT}" if datasets else None, "count": latent_dim}
    # The usual decoder file leaves out the heads that say how wide p(x|z) is.
    wide = bool(LIKELIHOODS[saved.vae.architecture.likelihood].heads)
    points = (
        f"{base}/{datasets[0]}/{FORMAT}/{DEFAULT}/encodings-0.safetensors" if datasets else None
    )
    named = bool(datasets) and is_own(datasets[0])
    return _NOTHING | {
        "decoder": decoder_address(entry.digest),
        "deviations": f"{base}/deviations.safetensors" if wide else None,
        "encodings": points,
        "images": f"{base}/{datasets[0]}/{FORMAT}/images" if datasets else None,
        "names": f"{base}/{datasets[0]}/{FORMAT}/names" if named else None,
        "labels": f"{base}/{datasets[0]}/{FORMAT}" if datasets else None,
        "table": f"{base}/{datasets[0]}/{FORMAT}/table" if datasets else None,
        "maps": f"{base}/{datasets[0]}/{FORMAT}/{DEFAULT}/maps" if datasets else None,
        "judge": _judge(saved, entry.digest, datasets[0]) if datasets else None,
        "paths": f"{base}/{datasets[0]}/{FORMAT}" if datasets else None,
        "epochs": epochs_data(entry, datasets[0] if datasets else None),
        "dims": other if latent_dim > 2 else None,
        **_fixed(),
    }


def _judge(saved: SavedModel, digest: str, dataset: str) -> dict[str, Any]:
    """Which judge the plane of a model has (`js/features/judge/source.js`)."""
    graph = own_graph(saved.vae.architecture.image_shape)
    try:
        own = None if graph is None else graph_told(graph, load_dataset(dataset))
    except AtlasError:  # of damaged data: who asks for a map is told so
        own = None
    return {
        "at": f"api/models/{digest}/{dataset}/{FORMAT}",
        "why": why_unjudged(saved.vae),
        "own": own,
    }


def _of_run(run: Run) -> dict[str, Any]:
    """Where the browser finds what a run shows of itself while it trains."""
    base, count = f"api/live/{run.id}", run.config.latent_dim
    shown = {"live": f"{base}/frame", "images": f"{base}/images"}
    # Axes and PCA both come in its frames; without encodings there is nothing to tell them by.
    chosen = {"at": None, "count": count} if count > 2 and run.config.algorithm.amortised else None
    return _NOTHING | shown | {"dims": chosen, **_fixed()}


def _fixed() -> dict[str, Any]:
    return {
        "worker": f"{modules_address()}/decode/tiles_worker.js",
        "colours": [*CLASS_COLOURS, UNCLASSED],
    }


# What a plane may do without.
_NOTHING: dict[str, Any] = dict.fromkeys(
    (
        *("tour", "curves", "address", "pad", "live", "decoder", "deviations"),
        *("encodings", "images", "names", "maps", "judge", "paths"),
        *("labels", "table", "epochs", "dims"),
    )
)


def _stay() -> None:
    """Callback: the rest of the page has nothing to do with it."""


def _address(entry: ModelEntry, twin: str | None) -> dict[str, Any]:
    """Under what names the address has the view: the browser writes each act there first."""
    second = twin == "second"
    names = TWIN_KEYS if second else {name: name for name in QUERY_KEYS}
    return {"model": entry.key, "names": names, "twin": second}


def _visit(key: str) -> None:
    """Callback: the discovery leads to another page."""
    asked = (st.session_state.get(key) or {}).get("visit")
    page = asked.get("page") if isinstance(asked, Mapping) else None
    if page == "train":
        ask_for_page(PAGES / "train.py")
        st.rerun()  # all of the app, not the fragment alone that the plane is in


def _told(key: str) -> PlaneView | None:
    """What the plane of this key has told last, which may not be in the address yet."""
    state = st.session_state.get(key)
    view = None if state is None else state.get("view")
    return view_from(view) if view and not _left_behind(key, view) else None


def _left_behind(key: str, told: Mapping[str, Any]) -> bool:
    """Whether somebody has gone back or forward since the plane has told this: the address counts.

    Each word of it has a number of its own (`turn`), so that the same view later is another word.
    """
    if address.gone_back():
        st.session_state[f"{key}-left"] = dict(told)
    return bool(st.session_state.get(f"{key}-left") == dict(told))
