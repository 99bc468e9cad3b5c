"""Colours by one column of labels or another: the module alone, and on the page."""

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, until_equal, wait_for_app
from tests.browser.modules import run
from tests.browser.plane import atlas, keep_opened, random_vae
from tests.browser.server import AppServer
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import import_images

# A model of four points that is sorted by diagnosis, and two other columns of labels.
SETTING = """
    const root = document.createElement("div");
    root.innerHTML = '<label class="colour-by" hidden><select></select></label>';
    const model = { ...(values[0] ?? {}), columns: ["diagnosis", "sex", "hospital"], column: 0,
        classNames: ["naevus", "melanoma"], glyphs: ["naevus", "melanoma"], points: 4,
        encodings: { mu: new Float32Array(8), columns: 2, labels: Uint8Array.of(0, 0, 1, 1) } };
    const asked = [];
    const answers = new Map();
    const load = (url) => new Promise((resolve, reject) => {
        asked.push(url);
        answers.set(url, { resolve, reject });
    });
    const give = (column, labels, classNames) =>
        answers.get(`at/labels-${column}.safetensors`).resolve(
            { labels: Uint8Array.from(labels), classNames });
    let heard = 0;
    const made = colouring.createColouring(root, () => heard++, load);
    made.setSource("at");
    const select = root.querySelector("select");
    const choose = (name) => { select.value = name; select.onchange(); };
    const told = (model) => [model.column, model.classNames, [...model.encodings.labels]];
"""


def colouring(page: Page, body: str) -> object:
    return run(page, "plane/colouring", SETTING + body)


def test_the_labels_of_a_column_are_asked_for_once_and_take_the_place_of_the_first(
    blank: Page,
) -> None:
    body = """
        made.show(model);
        choose("sex");
        const first = made.of(model);
        give(1, [0, 1, 0, 1, 1], ["f", "m"]);
        const shown = await first;
        made.show(shown);
        const again = await made.of(model);
        return [heard, root.firstChild.hidden, asked, told(shown), told(again), shown.glyphs,
            made.link, told(model)];
    """
    sex = [1, ["f", "m"], [0, 1, 0, 1]]  # as many as there are points yet
    own = [0, ["naevus", "melanoma"], [0, 0, 1, 1]]
    expected = [1, False, ["at/labels-1.safetensors"], sex, sex, ["f", "m"], {"colour": "sex"}, own]
    assert colouring(blank, body) == expected


def test_of_two_choices_the_last_one_is_shown_whichever_comes_first(blank: Page) -> None:
    body = """
        made.show(model);
        choose("sex");
        const first = made.of(model);
        choose("hospital");
        const second = made.of(model);
        give(2, [2, 1, 0, 0], ["A", "B", "C"]);
        give(1, [0, 1, 0, 1], ["f", "m"]);
        return [told(await first)[0], told(await second)[0]];
    """
    assert colouring(blank, body) == [2, 2]


def test_a_link_that_names_a_column_of_other_images_shows_the_first(blank: Page) -> None:
    body = """
        made.restore("age");
        const before = made.link;
        const shown = await made.of(model);
        made.show(shown);
        return [before, made.knows(shown), told(shown)[0], made.link, asked];
    """
    assert colouring(blank, body) == [{"colour": "age"}, False, 0, {"colour": None}, []]


def test_labels_that_do_not_come_leave_what_is_shown(blank: Page) -> None:
    body = """
        made.show(model);
        choose("sex");
        const first = made.of(model).catch((error) => error.message);
        answers.get("at/labels-1.safetensors").reject(new Error("gone"));
        const message = await first;
        made.giveUp();
        made.show(await made.of(model));
        choose("sex");
        const short = made.of(model).catch((error) => error.message);
        give(1, [0, 1], ["f", "m"]);
        return [message, select.value, asked.length, await short];
    """
    found = colouring(blank, body)
    assert found == ["gone", "sex", 2, "These labels are of other points: reload the page."]


def test_one_column_of_labels_is_no_choice(blank: Page) -> None:
    body = """
        made.show({ ...model, columns: ["class"] });
        return root.firstChild.hidden;
    """
    assert colouring(blank, body) is True


@pytest.fixture
def scans(app_server: AppServer) -> str:
    """A model of pictures that have three labels, by the key that links to it; and the pictures."""
    count = 60
    names = [f"scan {k:02d}.png" for k in range(count)]
    rows = [
        f"{name},{'naevus' if k % 3 else 'melanoma'},{'f' if k % 2 else 'm'},H{k % 4}"
        for k, name in enumerate(names)
    ]
    random = np.random.RandomState(0)
    pictures = {name: png(int(random.randint(0, 256))) for name in names}
    table = "\n".join(["file,diagnosis,sex,hospital", *rows]).encode()
    about = import_images(
        ("scans.zip", zipped(pictures | {"patients.csv": table})),
        folder=app_server.runs_folder / "datasets",
    ).about
    vae = random_vae(image_shape=about.image_shape, latent_dim=2, hidden=(8,))
    return keep_opened(app_server, vae, "scans", about.name)


def legend(page: Page) -> list[str]:
    return page.locator(".legend button").all_inner_texts()


def test_colours_legend_and_link_follow_the_column_and_a_selection_names_its_files(
    page: Page, app_server: AppServer, scans: str
) -> None:
    page.goto(f"{app_server.url}/?model={scans}")
    wait_for_app(page)
    plane = atlas(page)
    expect(plane.locator(".colour-by")).to_be_visible()
    until_equal(page, lambda: legend(page), ["melanoma", "naevus"])
    page.get_by_label("Colour by").select_option("hospital")
    until_equal(page, lambda: legend(page), ["H0", "H1", "H2", "H3"])
    page.get_by_role("button", name="H1", exact=True).click()
    expect(page).to_have_url(re.compile("colour=hospital.*hide=1"))
    page.reload()
    wait_for_app(page)
    atlas(page)
    until_equal(page, lambda: legend(page), ["H0", "H1", "H2", "H3"])
    expect(page.locator(".filtered")).to_contain_text("1 of 4 classes hidden")
    page.get_by_label("Colour by").select_option("sex")
    until_equal(page, lambda: legend(page), ["f", "m"])
    expect(page.locator(".filtered")).to_be_hidden()
    until(page, lambda: parse_qs(urlsplit(page.url).query).get("colour") == ["sex"])

    page.get_by_role("button", name="Select points").click()
    page.locator(".field").press("Enter")  # all in sight
    with page.expect_download() as download:
        page.get_by_role("button", name="Save selection A as a table (CSV)").click()
    with Path(download.value.path()).open(encoding="utf-8") as stream:
        found = list(csv.DictReader(stream))
    assert list(found[0]) == ["index", "split", "label", "class", "sex", "hospital", "file"]
    assert {row["file"] for row in found} == {f"scan {k:02d}.png" for k in range(60)}
    assert {row["sex"] for row in found if row["file"] == "scan 03.png"} == {"f"}


MEASURE = """
    const names = [...Array.from({ length: 20 }, (_, k) => `${k - 5}`), "no label"];
    const found = measures.measured({ classNames: names, column: 1 });
    const level = (colour, at) => parseInt(colour.slice(at, at + 2), 16);
    const light = (colour) => level(colour, 1) + level(colour, 3) + level(colour, 5);
    return [
        [found.low, found.high, found.colours.at(-1)],
        new Set(found.colours).size,
        light(found.colours[0]) < light(found.colours[19]),
        measures.measured({ classNames: names, column: 0 }),
        measures.measured({ classNames: names.slice(0, 12), column: 1 }),
        measures.measured({ classNames: names.map((name) => `H${name}`), column: 1 }),
    ];
"""


def test_many_numbers_are_coloured_by_a_scale_and_classes_are_not(blank: Page) -> None:
    found = run(blank, "plane/measures", MEASURE)
    assert found == [["-5", "14", ""], 21, True, None, None, None]
