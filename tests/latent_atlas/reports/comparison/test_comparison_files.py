import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from PIL import Image

from latent_atlas.reports.comparison.files import FILES
from latent_atlas.reports.comparison.measuring import Measured, measured
from latent_atlas.reports.comparison.page import comparison_html
from latent_atlas.reports.comparison.pictures import chosen, row_sheet
from latent_atlas.reports.comparison.table import comparison_csv
from latent_atlas.reports.comparison.tables import aligned
from tests.latent_atlas.reports.comparison.made_up import EVIL, subjects, with_all
from vae_core.numerals import with_error


@pytest.fixture(scope="module")
def found() -> Measured:
    return measured(with_all(subjects(("bernoulli", "bernoulli", "gaussian"))))


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


def elements_of(page: str) -> "_Elements":
    """The names of its elements, and all addresses."""
    return _Elements(page)


def test_the_page_asks_no_other_host_runs_nothing_and_escapes_all_names(found: Measured) -> None:
    page = comparison_html(found)
    elements = _Elements(page)
    assert not elements.names & {"script", "link", "iframe", "object", "embed", "base"}
    assert all(each.startswith(("#", "data:image/png;base64,")) for each in elements.addresses)
    assert not re.search(r"https?://|@import|url\((?!#)", page)
    assert EVIL not in page
    assert page.count("&lt;script") > 5


def read(page: str) -> str:
    """What people read of it."""
    return unescape(
        re.sub(r"<[^>]+>", "", re.sub(r'<span class="unseen".*?</span>', "", page))
    ).replace("\xa0", " ")


def test_json_page_and_table_hold_the_same_numbers(found: Measured) -> None:
    told = json.loads(json.dumps(found.record.as_dict(), allow_nan=False))
    text = read(comparison_html(found))
    rows = list(csv.DictReader(io.StringIO("".join(comparison_csv(found)))))
    assert len(rows) == told["images"]
    for model in told["models"]:
        title = next(name for name in rows[0] if name.endswith(f"{model['title']} cost"))[:-5]
        for name in ("cost", "distortion", "rate", "mse", "psnr"):
            values = [float(row[f"{title} {name}"]) for row in rows]
            assert np.mean(values) == pytest.approx(model[name]["value"], rel=1e-6)
            assert with_error(**_mean(model[name])) in text
        test, train = model["points"]
        for name in ("rate", "distortion", "cost"):
            assert test[name] == pytest.approx(model[name], rel=1e-6)
        for point in (test, train):
            assert f"{point['images']:,} {point['split']}" in text
            for name in ("rate", "distortion", "cost", "squared_error"):
                assert with_error(**_mean(point[name])) in text
        kept = model["identity"]["mean"]
        assert kept["kept"]["told"] in text
        assert f"{with_error(**_mean(kept['lost'], 100))} %" in text
    pair = told["models"][1]["pair"]
    assert with_error(**_mean(pair["difference"])) in text
    assert pair["verdict"] in text
    assert told["judge"]["sha256"][:12] in text
    assert told["judge"]["originals"]["told"] in text
    for sentence in (*told["apart"], *told["rules"], told["headline"], told["command"]):
        assert sentence in text
    for line in (line for chart in told["rate_distortion"] for line in chart["curves"]):
        assert line["label"] in text


def _mean(estimate: dict[str, float], times: float = 1.0) -> dict[str, float]:
    return {name: times * value for name, value in estimate.items()}


def test_lines_of_sweeps_and_of_pca_are_those_of_the_record(found: Measured) -> None:
    by_scale = {chart.scale: chart for chart in found.record.rate_distortion}
    assert [len(by_scale[scale].curves) for scale in (0, 1, None)] == [1, 0, 1]
    # A squared error bounds no nats of these likelihoods, and it is said why there is no line.
    assert [len(by_scale[scale].bounds) for scale in (0, 1, None)] == [0, 0, 1]
    first, second = (found.record.models[n].points[0] for n in (0, 1))
    assert by_scale[0].curves[0].x == [first.rate.value, second.rate.value]
    assert by_scale[None].curves[0].y == [first.squared_error.value, second.squared_error.value]
    text = read(comparison_html(found))
    assert "PCA, J = 2" in text
    assert "PCA bounds only models whose pixels share one σ" in text


def test_a_guest_is_drawn_at_the_common_size_and_counts_nowhere(found: Measured) -> None:
    given, record = found.subjects, found.record
    images = given.split.images[:3]
    copies = given.guests[0].copies(images)
    assert copies.shape == images.shape
    assert [each.image_shape for each in record.guests] == [[3, 6, 4]]
    assert "brought to the common size" in record.apart[-1]
    without = replace(given, guests=())
    more = row_sheet(given, torch.arange(3)).height - row_sheet(without, torch.arange(3)).height
    assert more > 8
    assert given.guests[0].title not in "".join(comparison_csv(found))


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
