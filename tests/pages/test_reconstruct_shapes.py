"""Every view of the Reconstruct page, on images and models of all kinds."""

import re
from dataclasses import dataclass

import pytest
import torch
from streamlit.testing.v1 import AppTest

from latent_atlas.reports.pixels import image_bytes
from latent_atlas.ui.images import png_bytes
from latent_atlas.ui.reconstruct.brought import Brought
from latent_atlas.ui.reconstruct.view import VIEWS
from tests.pages.reconstruct_page import ended, opened, untrained
from vae_core.data import Dataset

PICKER = "latent_atlas.ui.reconstruct.data_picker.data_picker"


@dataclass(frozen=True)
class Case:
    """Images of a shape, so many of them, in so many classes (none: no labels), and two models."""

    shape: tuple[int, int, int]
    images: int
    classes: int = 0
    latent_dims: tuple[int, ...] = (2,)
    guest: tuple[int, int, int] | None = None
    brought: bool = False


CASES = {
    "one's own image": Case((1, 8, 8), 1, brought=True),
    "three of one's own, two models": Case((1, 28, 20), 3, latent_dims=(1, 200), brought=True),
    "one labelled image": Case((1, 105, 105), 1, classes=1, latent_dims=(1,)),
    "50 classes in colour": Case((3, 64, 64), 55, classes=50, latent_dims=(3,)),
    "no labels, 200 numbers": Case((1, 8, 8), 30, latent_dims=(200, 1)),
    "two images of one class": Case((1, 8, 8), 2, classes=1, latent_dims=(2, 2)),
    "a guest of another size": Case((1, 8, 8), 30, classes=3, guest=(3, 20, 28)),
}


def dataset(case: Case) -> Dataset:
    levels = torch.randint(256, (case.images, *case.shape), dtype=torch.uint8)
    return Dataset(
        name=f"toy-{case.images}-{'-'.join(map(str, case.shape))}",
        title="Toys",
        images=levels,
        labels=torch.arange(case.images) % case.classes if case.classes else None,
        class_names=tuple(f"kind {k} of $x$" for k in range(case.classes)),
        splits={"test": torch.arange(case.images)},
        provenance="",
        licence="",
    )


@pytest.fixture(params=CASES)
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page of a case."""
    case = CASES[request.param]
    data = dataset(case)
    names = ["one", "other model"]
    models = [
        untrained(n, case.shape, dim) for n, dim in zip(names, case.latent_dims, strict=False)
    ]
    if case.guest is not None:
        models.append(untrained("guest of others", case.guest))
    state: dict[str, object] = {}
    if case.brought:
        pictures = [png_bytes(image_bytes(each.float() / 255)) for each in data.images]
        state["brought-images"] = [Brought(f"{k}.png", each) for k, each in enumerate(pictures)]
    else:
        monkeypatch.setattr(PICKER, lambda entry, problems: data)
    first, *others = (each.key for each in models)
    named = {"model": first, "with": ",".join(others)}
    if case.brought:
        named["data"] = "brought"
    return opened(state, **named)


def test_every_view_shows_something_or_says_why_not(page: AppTest) -> None:
    guests = any("reads images of" in each.value for each in page.info)
    for name, view in VIEWS.items():
        page.query_params["view"] = name
        ended(page.run())
        told = [each.value for each in [*page.title, *page.markdown, *page.caption, *page.info]]
        shown = [*page.get("bidi_component"), *page.get("plotly_chart"), *page.button]
        assert page.title[0].value, name
        assert shown or page.info or page.markdown, name
        text = "\n".join(told)
        assert not re.search(r"(?<!\\)\$x|\b(nan|inf|None)\b", text), name
        assert not re.search(r"(?<![0-9,.])1 (images|models|classes|numbers)\b", text), name
        place = "at one size" if view.guests else "not in this view"
        assert guests == any("reads images of" in each and place in each for each in told), name
