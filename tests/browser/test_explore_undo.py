"""Back, Forward and the keys of undo on Explore: an act at a time, and at once."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from latent_atlas.ui.latent_plane.view import QUERY_KEYS, TWIN_KEYS, view_from
from tests.browser.helpers import open_blank, until, until_equal, wait_for_app
from tests.browser.modules import run
from tests.browser.plane import atlas, move_to, shown_z
from tests.browser.server import AppServer

OpenApp = Callable[..., Page]
VIEWS: list[dict[str, object]] = [
    {},
    {"z": [0.5, -1.0], "layers": "both", "axis": "cdf"},
    {"z": [-0.00001, 2.345678], "zoom": 3.14159, "at": [1.0, -0.25], "guides": True},
    {
        "background": "holes",
        "uncertainty": True,
        "colour": "eye colour, left",
        "hide": [9, 1, 2, 3],
    },
    {"a": [0.1, 0.2, 0.3, 0.4, 0.5, 0.66666], "b": None, "along": -0.35, "epoch": 12.0},
    {"epoch": 0.042735, "dims": "axes-3-7", "base": [0.1, -0.00004, 1.23456]},
    {"path": [-1.8, 1.8, 1.2, -1.2], "way": "geodesic"},
]

# A page whose browser keeps five entries of its history.
HISTORY = """const listening = new EventTarget();
let [entries, here] = [[{ state: null, url: "https://atlas.test/?model=m" }], 0];
const move = step => {
    here += step;
    const event = new Event("popstate");
    event.state = entries[here].state;
    listening.dispatchEvent(event);
};
const page = {
    location: {
        get href() { return entries[here].url; },
        get search() { return new URL(entries[here].url).search; },
        pathname: "/",
    },
    history: {
        get state() { return entries[here].state; },
        get length() { return entries.length; },
        pushState(state, _, url) {
            url = new URL(url, entries[here].url).href;
            entries = [...entries.slice(0, here + 1), { state, url }].slice(-5);
            here = entries.length - 1;
        },
        replaceState(state, _, url) {
            entries[here] = { state, url: new URL(url, entries[here].url).href };
        },
        go: move,
    },
    addEventListener: (...all) => listening.addEventListener(...all),
    removeEventListener: (...all) => listening.removeEventListener(...all),
};
"""


def test_the_browser_writes_a_view_into_the_address_as_the_server_does(
    page: Page, app_server: AppServer
) -> None:
    open_blank(page, app_server.url)
    body = """return values[0].map(view => [
        address.toQuery(view), address.searchWith("?z=1&other=%C3%A9", view, values[1]),
    ]);"""
    place = {"model": "shipped:x", "names": {name: name for name in QUERY_KEYS}, "twin": False}
    found = run(page, "plane/address", body, VIEWS, place)
    for view, (query, search) in zip(VIEWS, found, strict=True):
        expected = view_from(view).to_query()
        assert query == expected
        assert "other=%C3%A9" in search
        assert ("z=" in search) == ("z" in expected)
    twin = {"model": "shipped:x", "names": TWIN_KEYS, "twin": True}
    assert run(page, "plane/address", body, [{"layers": "points"}], twin)[0][1] == (
        "z=1&other=%C3%A9&twin-layers=points"
    )


def layers(page: Page) -> str | None:
    return page.locator("[data-layers][aria-pressed=true]").get_attribute("data-layers")


def press_on(page: Page, x: float, y: float) -> None:
    move_to(page, x, y)
    page.mouse.down()
    page.mouse.up()


def test_each_act_is_undone_alone_and_done_again(open_app: OpenApp) -> None:
    page = open_app("/?model=shipped:digits-2d&z=0.5,-1")
    atlas(page)
    entries = page.evaluate("history.length")
    press_on(page, 0.3, 0.6)
    page.locator("[data-layers=both]").click()  # sooner than the server has answered
    page.mouse.move(2, 2)
    first = shown_z(page)
    page.locator(".walk-tool").click()
    for x in (0.2, 0.7):
        press_on(page, x, 0.3)
        page.wait_for_url(re.compile(r"path=" if x < 0.5 else r"path=[^&]+%2C[^&]+%2C"))
    page.locator(".walk-tool").click()
    page.locator(".time input").focus()
    page.keyboard.press("Home")
    page.wait_for_url(re.compile("epoch="))
    wait_for_app(page)
    until_equal(page, lambda: page.evaluate("history.length"), entries + 5)

    # Another model is an act, too.
    picker = page.get_by_role("combobox", name=re.compile("Model"))
    picker.click()
    page.get_by_role("option", name=re.compile("^sprites")).click()
    page.wait_for_url(re.compile("sprites"))
    wait_for_app(page)
    expect(page.locator(".atlas")).not_to_have_attribute("data-decoder", re.compile("^$"))
    until(page, lambda: page.evaluate("history.state?.latentPlane?.model") == "shipped:sprites")

    page.go_back()
    page.wait_for_url(re.compile("digits-2d.*epoch="))
    until(page, lambda: page.locator(".atlas").get_attribute("data-epoch") is not None)
    wait_for_app(page)
    for go in (page.go_back, lambda: page.keyboard.press("Control+z")):
        go()
        expect(page.locator(".atlas")).not_to_have_attribute("data-epoch", re.compile("."))
    expect(page.locator(".walk-strip")).to_be_hidden()
    expect(page.locator(".walk")).to_be_visible()  # with one stop
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".walk")).to_be_hidden()
    until_equal(page, lambda: layers(page), "both")
    page.keyboard.press("ControlOrMeta+z")
    until_equal(page, lambda: layers(page), "points")
    until_equal(page, lambda: shown_z(page), first)
    page.go_back()
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])
    wait_for_app(page)
    expect(page.locator(".atlas")).to_have_count(1)

    for _ in range(2):
        page.keyboard.press("ControlOrMeta+Shift+z")
    until_equal(page, lambda: layers(page), "both")
    until_equal(page, lambda: shown_z(page), pytest.approx(first, abs=1e-4))
    wait_for_app(page)
    until_equal(page, lambda: page.evaluate("history.length"), entries + 6)


def test_going_back_redraws_before_the_server_has_answered(open_app: OpenApp) -> None:
    page = open_app("/?model=shipped:digits-2d&z=0.5,-1")
    atlas(page)
    press_on(page, 0.3, 0.6)
    page.mouse.move(2, 2)
    page.wait_for_url(re.compile("z=-"))
    wait_for_app(page)
    # With no server any more, what is seen can come from nobody else.
    page.evaluate("WebSocket.prototype.send = () => {}")
    page.go_back()
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])


def test_a_busy_server_that_is_to_hear_of_a_step_hears_of_what_follows_after_its_answer(
    open_app: OpenApp,
) -> None:
    page = open_app("/?model=shipped:digits-2d&z=0.5,-1")
    atlas(page)
    press_on(page, 0.3, 0.6)
    page.wait_for_url(re.compile("z=-"))
    wait_for_app(page)
    # It would make one of two messages, and take the step for an address that is behind.
    page.evaluate("""() => {
        const { send } = WebSocket.prototype;
        const held = window.held = [];
        WebSocket.prototype.send = function (message) { held.push([this, message]); };
        window.release = () => {
            WebSocket.prototype.send = send;
            for (const [socket, message] of held) socket.send(message);
        };
    }""")
    page.go_back()
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])
    press_on(page, 0.6, 0.6)
    page.mouse.move(2, 2)
    page.wait_for_url(re.compile("z=0.6"))
    pinned = shown_z(page)
    page.evaluate("new Promise((then) => setTimeout(then, 300))")
    until_equal(page, lambda: page.evaluate("held.length"), 1)
    page.evaluate("release()")
    wait_for_app(page)
    until_equal(page, lambda: shown_z(page), pinned)
    page.go_back()
    until_equal(page, lambda: shown_z(page), [0.5, -1.0])


def test_a_hundred_acts_can_be_undone_and_done_again(page: Page, app_server: AppServer) -> None:
    """More than a browser keeps entries: here it keeps five."""
    open_blank(page, app_server.url)
    body = """
        const made = acts.createActs(page);
        const seen = [];
        made.listen("first", ({ views }) => seen.push(views.first.view.zoom), () => null);
        made.stand("first", "m", { zoom: 0 });
        for (let n = 1; n <= 120; n++) {
            made.act("first", "m", { zoom: n }, () => `model=m&zoom=${n}`, true);
            page.history.pushState({}, "", `/?model=m&zoom=${n - 1}`); // the server, too late
        }
        const pushed = entries.length;
        let undone = 0;
        while (made.undo()) undone++;
        const last = page.location.search;
        let redone = 0;
        while (made.redo()) redone++;
        return { pushed, undone, redone, last, seen, end: page.location.search };
    """
    found = run(page, "plane/acts", HISTORY + body)
    assert found["pushed"] == 5
    assert (found["undone"], found["redone"]) == (100, 100)
    assert found["last"] == "?model=m&zoom=20"
    assert found["end"] == "?model=m&zoom=120"
    assert found["seen"] == [*range(119, 19, -1), *range(21, 121)]
    assert all(abs(a - b) == 1 for a, b in itertools.pairwise(found["seen"]) if (a, b) != (20, 21))


def test_an_echo_is_one_in_whatever_order_the_server_names_its_parts(
    page: Page, app_server: AppServer
) -> None:
    """A server that is behind hears of several acts at once, and adds them in its own order."""
    open_blank(page, app_server.url)
    body = """
        const made = acts.createActs(page);
        made.listen("first", () => {}, () => null);
        made.act("first", "m", { zoom: 2 }, () => "model=m&path=1%2C2&zoom=2", true);
        made.act("first", "m", { zoom: 3 }, () => "model=m&path=1%2C2&zoom=3&epoch=0", true);
        const told = page.location.search;
        const orders = [
            "zoom=3&epoch=0&path=1%2C2", "epoch=0&zoom=3&path=1%2C2", "zoom=2&path=1%2C2",
        ];
        for (const each of orders) page.history.pushState({}, "", `/?model=m&${each}`);
        const echoed = [entries.length, page.location.search === told];
        page.history.pushState({}, "", "/?model=m&path=2%2C1&zoom=3&epoch=0");
        return [...echoed, entries.length];
    """
    assert run(page, "plane/acts", HISTORY + body) == [3, True, 4]


def test_a_step_says_of_each_of_two_planes_which_model_it_shows(
    page: Page, app_server: AppServer
) -> None:
    open_blank(page, app_server.url)
    body = """
        const made = acts.createActs(page);
        const entry = () => page.history.state.latentPlane;
        page.history.replaceState({}, "", "/?model=m&twin=t");
        made.listen("first", () => {}, () => null);
        made.stand("first", "m", { zoom: 1 });
        made.stand("second", "t", { zoom: 1 });
        const begun = entry();
        made.act("second", "t", { zoom: 2 }, () => "model=m&twin=t&twin-zoom=2", true);
        const seats = [["first", "m"], ["second", "t"], ["first", "t"]];
        const knows = seats.map(each => made.knows(...each));
        return { begun, acted: entry(), knows };
    """
    found = run(page, "plane/acts", HISTORY + body)
    first, second = {"model": "m", "view": {"zoom": 1}}, {"model": "t", "view": {"zoom": 1}}
    assert found["begun"]["views"] == {"first": first, "second": second}
    assert found["acted"]["model"] == "m"  # else the first plane would show the model of the second
    assert found["acted"]["views"] == {"first": first, "second": second | {"view": {"zoom": 2}}}
    assert found["knows"] == [True, True, False]


def test_a_second_plane_writes_nothing_into_an_address_that_no_longer_names_it(
    page: Page, app_server: AppServer
) -> None:
    open_blank(page, app_server.url)
    body = """
        const made = acts.createActs(page);
        for (const seat of ["first", "second"]) made.listen(seat, () => {}, () => null);
        page.history.pushState({}, "", "/?model=m&twin=t&twin-layers=points");
        page.history.pushState({}, "", "/?model=m"); // the server: there is no twin any more
        const before = entries.length;
        for (const acted of [true, false]) {
            made.act("second", "t", { layers: "points" }, now => `${now}&twin-layers=points`,
                acted);
        }
        return { search: page.location.search, more: entries.length - before };
    """
    assert run(page, "plane/acts", HISTORY + body) == {"search": "?model=m", "more": 0}


def test_what_was_there_before_can_be_chosen_again_at_once(
    page: Page, app_server: AppServer
) -> None:
    open_blank(page, app_server.url)
    body = """
        const made = acts.createActs(page);
        made.listen("first", () => {}, () => null);
        const act = zoom => made.act("first", "m", { zoom }, () => `model=m&zoom=${zoom}`, true);
        [2, 3].forEach(act);
        const seen = [];
        for (const search of ["model=m&zoom=2", "model=n", "model=m&zoom=3"]) {
            page.history.pushState({}, "", `/?${search}`);
            seen.push(page.location.search);
        }
        return seen;
    """
    # The first is the server's word on an act of before; the others are choices outside the plane.
    expected = ["?model=m&zoom=3", "?model=n", "?model=m&zoom=3"]
    assert run(page, "plane/acts", HISTORY + body) == expected
