"""Where one class becomes another: what the judge sees on the way from one image to another."""

from typing import Literal

import streamlit as st
import torch

from latent_atlas.places import PAGES
from latent_atlas.ui import address
from latent_atlas.ui.judges.judge import Judge
from latent_atlas.ui.latent_plane.judged import why_unjudged
from latent_atlas.ui.latent_plane.view import PlaneView
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.identity.strip import strip
from latent_atlas.ui.reconstruct.parameters import (
    Parameter,
    among,
    choose,
    menu,
    one_of,
    segments,
)
from latent_atlas.ui.reconstruct.state import whole_number
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.errors import AtlasError
from vae_core.evaluation import Identity
from vae_core.latent import ClassPath, class_path, constant_speed, geodesic, line
from vae_core.models import VAE
from vae_core.sentences import counted

Way = Literal["line", "geodesic"]
Ends = tuple[tuple[float, ...], ...]

STEPS, FRAMES = 64, 17  # of 65 places that are judged every fourth is shown
_IMAGES, _MODEL, _WAY = "between", "plane", "way"  # in the address
_WAYS = {"line": "Straight", "geodesic": "Geodesic"}


def between_classes(comparison: Comparison, judge: Judge, found: list[Identity]) -> None:
    """Draw the strip, and the way to the plane."""
    st.markdown("#### Where one class becomes another")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        place = _which(comparison)
        column = comparison.columns[place]
        images = _two_images(comparison, found[place])
        chosen = segments(_WAY, "Way", _WAYS, key="identity-way", shown=True)
    way: Way = "geodesic" if chosen == "geodesic" else "line"
    ends = _ends(comparison, column, images)
    try:
        with st.spinner("Looking along the way…", show_time=False):
            path = path_between(column.entry.digest, judge.digest, ends, way, column.vae, judge)
    except AtlasError as problem:
        st.info(escaped_message(str(problem)))
        return
    with torch.inference_mode():
        shown = column.vae.decode(path.z[:: STEPS // (FRAMES - 1)]).mean
    strip(path, shown, judge.class_names, key=f"identity-strip-{place}")
    size = counted(column.vae.architecture.latent_dim, "dimension")
    st.caption(
        f"From the mean z of image a to that of b, in {size}: {FRAMES} of "
        f"{counted(STEPS + 1, 'place')} that were judged. The band is as high as the judge is sure."
    )
    if not why_unjudged(column.vae):
        st.page_link(
            PAGES / "explore.py",
            label="See it on the plane",
            icon=":material/scatter_plot:",
            query_params=on_plane(column, ends, way),
        )


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
    along = geodesic(_vae, anchors) if way == "geodesic" else line(anchors, STEPS)
    path = constant_speed(_vae, along, STEPS + 1)  # as Explore plays it
    with _judge.opened() as classifier:
        return class_path(_vae, classifier.probabilities, path)


def _which(comparison: Comparison) -> int:
    """Draw the choice of a column; returns its place."""
    usual, *others = places = _places(comparison)
    if not others:
        return 0
    return int(
        menu(
            _MODEL,
            "Under",
            dict(sorted(places.items(), key=lambda each: int(each[0]))),
            usual=usual,
            width=200,
            key="identity-under",
            shown=True,
        )
    )


def _two_images(comparison: Comparison, found: Identity) -> tuple[int, int]:
    """Two images of the split, as usual the first ones of two classes."""
    most = len(comparison.split) - 1
    usual = _of_two_classes(found)
    chosen = _asked_images(address.first_named(_IMAGES) or "", comparison) or usual
    for letter, number in zip("ab", chosen, strict=True):  # A and B are models
        key = f"identity-image-{letter}"
        put(key, number)
        st.number_input(
            f"Image {letter}",
            0,
            most,
            number,
            key=key,
            on_change=on_choice(key, _images_chosen),
            width=120,
        )
    return chosen[0], chosen[1]


def _asked_images(text: str, comparison: Comparison) -> tuple[int, int] | None:
    numbers = [whole_number(each) for each in text.split("~")]
    sound = [each for each in numbers if each is not None and each < len(comparison.split)]
    return (sound[0], sound[1]) if len(numbers) == len(sound) == 2 else None


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
    numbers = [str(st.session_state[f"identity-image-{letter}"]) for letter in "ab"]
    choose(_IMAGES, "~".join(numbers))


def _written_images(text: str, comparison: Comparison) -> str | None:
    images = _asked_images(text, comparison)
    return None if images is None else "~".join(map(str, images))


def _places(comparison: Comparison) -> dict[str, str]:
    """The columns by their places; as usual the first whose plane can be judged."""
    columns = {str(place): each for place, each in enumerate(comparison.columns)}
    flat = [place for place, each in columns.items() if not why_unjudged(each.vae)]
    first = next(iter(flat or columns))
    return {place: columns[place].title for place in dict.fromkeys([first, *columns])}


PARAMETERS = (
    Parameter(_IMAGES, _written_images),
    among(_MODEL, _places),
    one_of(_WAY, _WAYS),
)
