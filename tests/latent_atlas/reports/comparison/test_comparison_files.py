import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from latent_atlas.reports.comparison.files import FILES
from latent_atlas.reports.comparison.measuring import Measured, measured
from latent_atlas.reports.comparison.page import comparison_html
from latent_atlas.reports.comparison.pictures import chosen, row_sheet
from latent_atlas.reports.comparison.tables import aligned
from tests.latent_atlas.reports.comparison.made_up import EVIL, subjects


@pytest.fixture(scope="module")
def found() -> Measured:
    return measured(subjects(("bernoulli", "bernoulli", "gaussian")))


class _Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        kinds = ("src", "href", "xlink:href", "srcset", "action", "data")
        self.addresses += [value or "" for name, value in attrs if name in kinds]


def test_the_page_asks_no_other_host_runs_nothing_and_escapes_all_names(found: Measured) -> None:
    page = comparison_html(found)
    elements = _Elements(page)
    assert not elements.names & {"script", "link", "iframe", "object", "embed", "base"}
    assert all(each.startswith(("#", "data:image/png;base64,")) for each in elements.addresses)
    assert not re.search(r"https?://|@import|url\((?!#)", page)
    assert EVIL not in page
    assert page.count("&lt;script") > 5


def test_the_page_says_the_numbers_of_the_record(found: Measured) -> None:
    text = re.sub(
        r"<[^>]+>", "", re.sub(r'<span class="unseen".*?</span>', "", comparison_html(found))
    )
    for model in found.record.models:
        for estimate in (model.cost, model.distortion, model.rate, model.mse, model.ssim):
            assert estimate.told in text
    pair = found.record.models[1].pair
    assert pair is not None
    assert pair.difference.told in text
    assert pair.verdict in text
    assert "stand apart" in text


def test_every_kind_of_file_begins_as_its_kind_does(found: Measured) -> None:
    begins = {"html": b"<!doctype html>", "pdf": b"%PDF-", "csv": b"index,", "png": b"\x89PNG"}
    for name, each in FILES.items():
        assert b"".join(each.content(found)).startswith(begins[name.rpartition(".")[2]])


def test_a_row_has_the_chosen_originals_pixel_for_pixel(found: Measured) -> None:
    given = found.subjects
    worst = chosen(given)[0].indices
    costs = -given.models[0].bounds.elbo
    assert worst[0] == costs.argmax()
    sheet = np.asarray(row_sheet(given, worst, at_least=8))
    first = given.split.images[worst[0], 0].numpy()
    windows = np.lib.stride_tricks.sliding_window_view(sheet[..., 0], (8, 8))
    assert (windows == first).all(axis=(2, 3)).any()


def test_the_wall_of_twelve_models_without_labels_is_drawn() -> None:
    many = measured(subjects(("bernoulli",) * 12, images=2, classes=0, shape=(1, 6, 4)))
    with Image.open(io.BytesIO(b"".join(FILES["comparison.png"].content(many)))) as wall:
        assert min(wall.size) > 300


def test_decimals_of_a_column_stand_below_each_other() -> None:
    cells = aligned(["9.25 ± 0.03", "−139 ± 12", "the first"])
    assert [len(each.before + each.number + each.after) for each in cells] == [7, 7, 0]
    assert [each.rest for each in cells] == [" ± 0.03", " ± 12", "the first"]
