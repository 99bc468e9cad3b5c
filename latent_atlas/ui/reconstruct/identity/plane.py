"""Where a class ends: regions over the plane of a model, and what changes between two of its z."""

import math

import streamlit as st
import torch

from latent_atlas.ui import address
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.judges.judge import Judge
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.identity.plane_map import Pins, plane_map
from latent_atlas.ui.reconstruct.identity.regions import (
    FRAMES,
    STEPS,
    Way,
    extent_of,
    find_again,
    finding_regions,
    path_between,
    regions,
)
from latent_atlas.ui.reconstruct.parameters import (
    Parameter,
    among,
    choose,
    menu,
    one_of,
    segments,
)
from latent_atlas.ui.reconstruct.state import whole_number
from latent_atlas.ui.widget_values import put
from vae_core.errors import AtlasError
from vae_core.evaluation import Identity
from vae_core.latent import ClassRegions
from vae_core.sentences import counted

_PINS, _IMAGES, _MODEL, _WAY = "pins", "between", "plane", "way"  # in the address
_WAYS = {"line": "Straight", "geodesic": "Geodesic"}
_FARTHEST = 100.0


def between_classes(comparison: Comparison, judge: Judge, found: list[Identity]) -> None:
    """Draw the map and the strip."""
    st.markdown("#### Where one class becomes another")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        place = _which(comparison)
        column = comparison.columns[place]
        images = _two_images(comparison, found[place])
        chosen = segments(_WAY, "Way", _WAYS, key="identity-way", shown=True)
    ends = _ends(comparison, column, images)
    flat = column.vae.architecture.latent_dim == 2
    seen = _regions(comparison, column, judge) if flat else None
    try:
        with st.spinner("Looking along the way…", show_time=False):
            way: Way = "geodesic" if chosen == "geodesic" else "line"
            path = path_between(column.entry.digest, judge.digest, ends, way, column.vae, judge)
    except AtlasError as problem:
        st.info(escaped_message(str(problem)))
        return
    with torch.inference_mode():
        shown = column.vae.decode(path.z[:: STEPS // (FRAMES - 1)]).mean
    key = f"identity-plane-{place}"
    plane_map(seen, path, shown, judge.class_names, key=key, on_pins=lambda: _pins_set(key))
    st.caption(_told(column, flat=flat))


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
    for letter, number in zip("ab", chosen, strict=True):
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


def _asked_images(text: str, comparison: Comparison) -> tuple[int, int] | None:
    numbers = [whole_number(each) for each in text.split("~")]
    sound = [each for each in numbers if each is not None and each < len(comparison.split)]
    return (sound[0], sound[1]) if len(numbers) == len(sound) == 2 else None


def _of_two_classes(found: Identity) -> tuple[int, int]:
    other = (found.reference != found.reference[0]).nonzero().flatten()
    return 0, int(other[0]) if len(other) else min(1, len(found.reference) - 1)


def _ends(comparison: Comparison, column: Column, images: tuple[int, int]) -> Pins:
    """The pins that the address names, of a model of two dimensions; else where two images lie."""
    if (
        column.vae.architecture.latent_dim == 2
        and (pins := _asked_pins(address.first_named(_PINS) or "")) is not None
    ):
        return pins
    with torch.inference_mode():
        x = comparison.split.images[list(images)].float().div_(255)
        mu = column.vae.encode(x).mu.double()
    return tuple(tuple(round(each, 4) for each in z) for z in mu.tolist())


def _asked_pins(text: str) -> Pins | None:
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts] if len(parts) == 4 else []
    except ValueError:
        return None
    if not numbers or not all(math.isfinite(each) and abs(each) < _FARTHEST for each in numbers):
        return None
    return (numbers[0], numbers[1]), (numbers[2], numbers[3])


def _regions(comparison: Comparison, column: Column, judge: Judge) -> ClassRegions | None:
    data, split = comparison.data.name, comparison.split
    extent = extent_of(column.entry.digest, data, split.name, column.vae, split.images)
    if (found := regions(column, judge, extent)) is not None:
        return found
    job = finding_regions(column, judge, extent)
    if (found := regions(column, judge, extent)) is not None:
        return found
    if job.state == "running":
        watch(job, "identity-regions", "places")
        return None
    st.info(escaped_message(job.message))
    st.button(
        "Look again",
        icon=":material/refresh:",
        key="identity-regions-again",
        on_click=find_again,
        args=(column, judge, extent),
    )
    return None


def _told(column: Column, *, flat: bool) -> str:
    frames = f"{FRAMES} of {counted(STEPS + 1, 'place')} that were judged along the way"
    if not flat:
        size = counted(column.vae.architecture.latent_dim, "dimension")
        return f"From the mean z of one image to that of another, in {size}: {frames}."
    return (
        "Colours are the classes that E[x|z] is taken for, fainter where that is less sure. Set "
        f"the pins by a click, a drag or the arrow keys, or choose two images. Below, {frames}."
    )


def _images_chosen() -> None:
    """Callback: what two images say counts, not where the pins were."""
    numbers = [str(st.session_state[f"identity-image-{letter}"]) for letter in "ab"]
    choose(_IMAGES, "~".join(numbers))
    choose(_PINS)


def _pins_set(key: str) -> None:
    """Callback: a pin was set on the map."""
    sent = st.session_state[key].get("pins") or []
    numbers = [each for each in sent if isinstance(each, int | float) and abs(each) < 1e6]
    if len(numbers) == len(sent) == 4:
        choose(_PINS, ",".join(f"{each:z.3f}" for each in numbers))


def _written_pins(text: str, comparison: Comparison) -> str | None:
    pins = _asked_pins(text)
    return None if pins is None else ",".join(f"{each:z.3f}" for pin in pins for each in pin)


def _written_images(text: str, comparison: Comparison) -> str | None:
    images = _asked_images(text, comparison)
    return None if images is None else "~".join(map(str, images))


def _places(comparison: Comparison) -> dict[str, str]:
    """The columns by their places; as usual the first with a plane."""
    columns = {str(place): each for place, each in enumerate(comparison.columns)}
    flat = [place for place, each in columns.items() if each.vae.architecture.latent_dim == 2]
    first = next(iter(flat or columns))
    return {place: columns[place].title for place in dict.fromkeys([first, *columns])}


PARAMETERS = (
    Parameter(_PINS, _written_pins),
    Parameter(_IMAGES, _written_images),
    among(_MODEL, _places),
    one_of(_WAY, _WAYS),
)
