"""Where one class becomes another: what the judge sees on the way from one image to another."""

from functools import partial
from typing import Literal

import streamlit as st
import torch

from latent_atlas.places import PAGES
from latent_atlas.ui import address
from latent_atlas.ui.judges.judge import Judge
from latent_atlas.ui.latent_plane.judged import why_unjudged
from latent_atlas.ui.latent_plane.view import PlaneView
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.page_switch import ask_for_page
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.identity.strip import strip
from latent_atlas.ui.reconstruct.view import Kept
from latent_atlas.ui.widget_values import put
from vae_core.errors import AtlasError
from vae_core.evaluation import Identity
from vae_core.latent import ClassPath, class_path, constant_speed, geodesic, line
from vae_core.models import VAE
from vae_core.sentences import counted

Way = Literal["line", "geodesic"]
Ends = tuple[tuple[float, ...], ...]

STEPS, FRAMES = 64, 17  # of 65 places that are judged every fourth is shown
STRAIGHT, GEODESIC = "Straight", "Geodesic"
_IMAGES, _MODEL = NAMES = "between", "plane"  # in the address
_MODEL_KEY = "identity-under"


def between_classes(comparison: Comparison, judge: Judge, found: list[Identity]) -> Kept:
    """Draw the strip; returns what the address is to hold of it."""
    st.markdown("#### Where one class becomes another")
    columns = {str(place): column for place, column in enumerate(comparison.columns)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        place = _which(columns)
        column = columns[place]
        images = _two_images(comparison, found[int(place)])
        chosen = st.segmented_control(
            "Way",
            [STRAIGHT, GEODESIC],
            default=st.session_state.get("way", STRAIGHT),
            required=True,
            key="way",
            bind="query-params",
        )
    way: Way = "geodesic" if chosen == GEODESIC else "line"
    ends = _ends(comparison, column, images)
    try:
        with st.spinner("Looking along the way…", show_time=False):
            path = path_between(column.entry.digest, judge.digest, ends, way, column.vae, judge)
    except AtlasError as problem:
        st.info(escaped_message(str(problem)))
        return _kept(comparison)
    with torch.inference_mode():
        shown = column.vae.decode(path.z[:: STEPS // (FRAMES - 1)]).mean
    strip(path, shown, judge.class_names, key=f"identity-strip-{place}")
    size = counted(column.vae.architecture.latent_dim, "dimension")
    st.caption(
        f"From the mean z of image A to that of B, in {size}: {FRAMES} of "
        f"{counted(STEPS + 1, 'place')} that were judged. The band is as high as the judge is sure."
    )
    if not why_unjudged(column.vae):
        st.button(
            "See it on the plane",
            key="identity-explore",
            icon=":material/scatter_plot:",
            on_click=partial(ask_for_page, PAGES / "explore.py", on_plane(column, ends, way)),
        )
    return _kept(comparison)


def on_plane(column: Column, ends: Ends, way: Way) -> dict[str, str]:
    """What Explore's address says of the same path, over the regions of the classes."""
    stops = tuple(each for z in ends for each in z)
    view = PlaneView(z=ends[0], background="judged", path=stops, way=way)
    return {"model": column.entry.key, **view.to_query()}


@st.cache_resource(max_entries=64, show_spinner=False)
def path_between(
    model: str, judge: str, ends: Ends, way: Way, _vae: VAE, _judge: Judge
) -> ClassPath:
    """The classes along the way from one z to another. Kept by digests and ends.

    Raises AtlasError where the classifier fails.
    """
    anchors = torch.tensor(ends)
    path = line(anchors, STEPS)
    if way == "geodesic":
        path = constant_speed(_vae, geodesic(_vae, anchors), STEPS + 1)
    with _judge.opened() as classifier:
        return class_path(_vae, classifier.probabilities, path)


def _which(columns: dict[str, Column]) -> str:
    asked = address.first_named(_MODEL)
    flat = [place for place, each in columns.items() if not why_unjudged(each.vae)]
    chosen = asked if asked in columns else next(iter(flat or columns))
    if len(columns) == 1:
        return chosen
    put(_MODEL_KEY, chosen)
    st.selectbox(
        "Under",
        list(columns),
        list(columns).index(chosen),
        format_func=lambda place: columns[place].title,
        key=_MODEL_KEY,
        on_change=lambda: address.choose(_MODEL, st.session_state[_MODEL_KEY]),
        width=200,
    )
    return chosen


def _two_images(comparison: Comparison, found: Identity) -> tuple[int, int]:
    """Two images of the split, as usual the first ones of two classes."""
    most = len(comparison.split) - 1
    usual = _of_two_classes(found)
    asked = (address.first_named(_IMAGES) or "").split("~")
    numbers = [int(each) for each in asked if each.isascii() and each.isdigit() and len(each) < 9]
    chosen = list(usual) if len(numbers) != 2 else [min(each, most) for each in numbers]
    for letter, number in zip("AB", chosen, strict=True):
        key = f"identity-image-{letter}"
        put(key, number)
        st.number_input(
            f"Image {letter}",
            0,
            most,
            number,
            key=key,
            on_change=_images_chosen,
            width=120,
        )
    return chosen[0], chosen[1]


def _of_two_classes(found: Identity) -> tuple[int, int]:
    other = (found.reference != found.reference[0]).nonzero().flatten()
    return 0, int(other[0]) if len(other) else min(1, len(found.reference) - 1)


def _ends(comparison: Comparison, column: Column, images: tuple[int, int]) -> Ends:
    """Where two images lie."""
    with torch.inference_mode():
        x = comparison.split.images[list(images)].float().div_(255)
        mu = column.vae.encode(x).mu.double()
    return tuple(tuple(round(each, 4) for each in z) for z in mu.tolist())


def _images_chosen() -> None:
    """Callback: two images were chosen."""
    numbers = [str(st.session_state[f"identity-image-{letter}"]) for letter in "AB"]
    address.choose(_IMAGES, "~".join(numbers))


def _kept(comparison: Comparison) -> Kept:
    several = len(comparison.columns) > 1
    return {
        _IMAGES: address.first_named(_IMAGES),
        _MODEL: address.first_named(_MODEL) if several else None,
    }
