"""What can be done on the plane, two at a time: each pair of its modes, in both orders.

In the one order each pair is alone on the plane, in the other it is there with others: two switches
for each pair would take a minute more.
"""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from playwright.sync_api import Page, Route, expect

from latent_atlas.ui.latent_plane import tsne_sheet
from latent_atlas.ui.latent_plane.tsne_sheet import sheet_bytes
from tests.browser.helpers import wait_for_app
from tests.browser.plane import atlas
from tests.browser.server import AppServer
from tests.browser.test_own_image import draw_a_one
from vae_core.data import load_dataset
from vae_core.models import load_model
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.faults import train_run

# Two selections and a path, so that there is something to add and something to walk along.
LINK = "&a=-3,-3,-0.2,-3,-0.2,3,-3,3&b=0.2,-3,3,-3,3,3,0.2,3&path=-1,0,1,0.5&z=0.4,0.3"

# A mode is how to switch it on and off by its own control, and whether it is on. Of a group, one is
# on at a time. `trouble` gathers what does not hold, in words.
PAIRS = """() => {
    // Looked for each time: Streamlit may put it on the page anew. Where a run of the page is
    // followed by one of the fragment before the browser has heard of it, Streamlit drops what the
    // first said of the fragment, and the browser takes that away until it hears of the second.
    let kept = null;
    const atlas = () => {
        if (!kept?.isConnected) {
            kept = [...document.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot)
                .find(shadow => shadow?.querySelector(".atlas")).querySelector(".atlas");
        }
        return kept;
    };
    const find = selector => atlas().querySelector(selector);
    Element.prototype.setPointerCapture = () => {}; // what a script points with cannot be captured
    const home = atlas().dataset.plane;
    const trouble = [];

    const button = (on, off = on) => ({
        control: () => find(on),
        on: () => find(on).click(),
        off: () => find(off).click(),
        is: () => find(on).getAttribute("aria-pressed") === "true",
    });
    const slide = (selector, value) => {
        const slider = find(selector);
        slider.value = value === "last" ? slider.max : value;
        for (const name of ["input", "change"]) slider.dispatchEvent(new Event(name));
    };
    /** Puts another dimension across: they are listed by how active they are. */
    const axisAcross = index => {
        const [select] = atlas().querySelectorAll(".dims-axes select");
        select.selectedIndex = index;
        select.dispatchEvent(new Event("change"));
    };
    const play = ".walk-play";
    const modes = {
        lasso: { ...button(".tool:not(.walk-tool)"), group: "hand" },
        path: { ...button(".walk-tool"), group: "hand" },
        walk: {
            control: () => find(play),
            on: () => find(play).click(),
            off: () => find(play).dataset.state === "playing" && find(play).click(),
            is: () => find(play).dataset.state === "playing",
        },
        "A − B": {
            control: () => find(".attribute input"),
            on: () => slide(".attribute input", "0.5"),
            off: () => find(".attribute button").click(),
            is: () => Number(find(".attribute input").value) !== 0,
        },
        tiles: { ...button("[data-layers=tiles]", "[data-layers=points]"), group: "layers" },
        both: { ...button("[data-layers=both]", "[data-layers=points]"), group: "layers" },
        holes: { ...button("[data-background=holes]", "[data-background=none]"), group: "ground" },
        regions: {
            ...button("[data-background=classes]", "[data-background=none]"), group: "ground",
        },
        magnification: {
            ...button("[data-background=magnification]", "[data-background=none]"), group: "ground",
        },
        slerp: { ...button("[data-way=slerp]", "[data-way=line]"), group: "way" },
        geodesic: { ...button("[data-way=geodesic]", "[data-way=line]"), group: "way" },
        guides: button("[data-guides]"),
        uncertainty: button("[data-picture=deviation]", "[data-picture=mean]"),
        phi: button("[data-axis=cdf]", "[data-axis=z]"),
        close: {
            control: () => find("[data-zoom='1']"),
            on: () => find("[data-zoom='1']").click(),
            off: () => find("[data-zoom='0']").click(),
            is: () => Number(atlas().dataset.zoom) > 1,
        },
        epoch: {
            control: () => find(".time input"),
            on: () => slide(".time input", "0"),
            off: () => slide(".time input", "last"),
            is: () => atlas().dataset.epoch !== undefined,
        },
        filter: {
            control: () => find(".legend button"),
            on: () => find(".legend button").click(),
            off: () => find(".filtered button").click(),
            is: () => find(".legend button").getAttribute("aria-pressed") === "false",
        },
        dimensions: {
            control: () => find(".every summary"),
            on: () => {
                find(".every").open = true;
                slide(".every-row:last-child input", "1.5");
            },
            off: () => {
                find(".every-reset").click();
                find(".every").open = false;
            },
            is: () => find(".every").open,
        },
        pca: {
            ...button("[data-plane-of=pca]", "[data-plane-of=axes]"), group: "plane",
            is: () => atlas().dataset.plane === "pca",
        },
        "other axes": {
            control: () => find(".dims-axes select"),
            on: () => axisAcross(2),
            off: () => axisAcross(0),
            // The lists say so at once, the plane when it has come, which puts the camera back.
            is: () => atlas().dataset.plane.startsWith("axes") && atlas().dataset.plane !== home,
        },
        tsne: {
            ...button("[data-plane-of=tsne]", "[data-plane-of=axes]"), group: "plane",
            is: () => atlas().dataset.plane === "tsne",
        },
    };

    const frame = () => new Promise(requestAnimationFrame);
    const settled = async holds => {
        await frame();
        for (const end = performance.now() + 30_000; performance.now() < end; await frame()) {
            if (holds()) return true;
        }
        return false;
    };
    const expect = async (holds, words) => (await settled(holds)) || trouble.push(words);
    const inSight = ({ control }) => {
        if (find(".views-list").hidden) find(".views-tool").click();
        return control().checkVisibility({ visibilityProperty: true });
    };
    const switchOn = mode => void (inSight(mode) && mode.on());
    /** What takes its control away, or says that and why it would do nothing, may leave it off. */
    const idle = mode => {
        const control = mode.control();
        const told = control.getAttribute("aria-disabled") === "true" && control.title !== "";
        return told || !inSight(mode);
    };

    const point = (name, x, y) => {
        const { left, top, width, height } = find(".field").getBoundingClientRect();
        const [clientX, clientY] = [left + x * width, top + y * height];
        const mouse = { pointerType: "mouse", pointerId: 1 };
        find(".field").dispatchEvent(new PointerEvent(name, { clientX, clientY, ...mouse }));
    };
    let turn = 0;
    /** Wherever the pointer goes another picture is decoded, at once. */
    const hovers = words => {
        const seen = [[0.3, 0.62], [0.7, 0.35]].map(([x, y]) => {
            point("pointermove", x, y);
            return atlas().dataset.z;
        });
        if (seen[0] === seen[1]) trouble.push(`${words}: hovering decodes nothing`);
        point("pointerleave", 0, 0);
    };
    const pins = words => {
        const before = atlas().dataset.z;
        const [x, y] = [[0.35, 0.42], [0.55, 0.6], [0.62, 0.44]][turn++ % 3];
        for (const name of ["pointermove", "pointerdown", "pointerup", "pointerleave"]) {
            point(name, x, y);
        }
        const word = find(".status").textContent;
        if (atlas().dataset.z === before || !word.startsWith("Pin")) {
            trouble.push(`${words}: a click does not pin (${word})`);
        }
    };

    const offAll = async names => {
        await frame(); // what was last done shows
        for (const name of names) if (modes[name].is()) modes[name].off();
        for (const name of names) await expect(() => !modes[name].is(), `${name} stays on`);
    };

    /** A mode, beside what is on already, and off again. */
    async function tried(name, beside) {
        const [mode, words] = [modes[name], `${beside}, then ${name}`];
        switchOn(mode);
        await expect(() => mode.is() || idle(mode), `${words}: it stays off`);
        hovers(words);
        if (mode.group !== "hand" && modes[beside]?.group !== "hand") pins(words);
        await offAll([name]);
        hovers(`${words}, and off`);
    }

    // Whoever waits for the end is told what was wrong, too.
    const tell = () => (document.documentElement.dataset.pairs = trouble.join("; ") || "all well");
    window.pairs = {
        names: () => Object.keys(modes),
        async walk(names) {
            for (const [at, first] of names.entries()) {
                const stays = modes[first];
                for (const second of names.slice(at + 1)) {
                    const same = stays.group && stays.group === modes[second].group;
                    if (!stays.is()) switchOn(stays);
                    await expect(() => stays.is() || idle(stays), `${first} stays off`);
                    await tried(second, first);
                    const words = `${first}, then ${second}`;
                    // A hand on the plane takes over from a walk.
                    const both = first === "walk" || stays.is() || idle(stays);
                    if (same) await expect(() => !stays.is(), `${words}: both were on`);
                    else if (!both) trouble.push(`${words}: ${first} goes off`);
                }
                await offAll([first]);
                pins(`${first} off`);
            }
            tell();
        },
        async each(names, beside) {
            for (const name of names) await tried(name, beside);
            pins(beside);
            tell();
        },
        async on(names) {
            for (const [at, name] of names.entries()) {
                const before = names.slice(0, at);
                const words = `${before.join(", ")}, then ${name}`;
                switchOn(modes[name]);
                await expect(() => modes[name].is() || idle(modes[name]), `${words}: it stays off`);
                hovers(words);
                for (const other of before) {
                    const both = other === "walk" || modes[other].is() || idle(modes[other]);
                    if (!both) trouble.push(`${words}: ${other} goes off`);
                }
            }
            tell();
        },
        async off(names, beside) {
            hovers(`${names.join(", ")}, then ${beside}`);
            await offAll(names);
            hovers(`${beside}, ${names.join(", ")} off`);
            pins(`${beside}, ${names.join(", ")} off`);
            tell();
        },
    };
}"""
GROUPS = (
    ("lasso", "tiles", "holes", "geodesic"),
    ("path", "both", "magnification", "slerp"),
)
PLANES = ("other axes", "pca", "tsne")
# Their groups have others that go the same way.
ALIKE = ("both", "regions", "magnification", "slerp")


@pytest.fixture(scope="module")
def run(app_server: AppServer) -> Run:
    """Of three dimensions, so that there are planes to choose, and epochs to go back to."""
    config = make_config(
        dataset="digits", hidden=(16,), latent_dim=3, epochs=2, threads=1, name="Three dimensions"
    )
    run = create_run(config, app_server.runs_folder)
    train_run(run)
    return run


def do(page: Page, verb: str, *values: object) -> None:
    """Has the page do something of `pairs`, and expects that it found nothing wrong."""
    script = """([verb, values]) => {
        delete document.documentElement.dataset.pairs;
        pairs[verb](...values);
    }"""
    page.evaluate(script, [verb, values])
    page.locator("html[data-pairs]").wait_for(state="attached", timeout=200_000)
    expect(page.locator("html")).to_have_attribute("data-pairs", "all well", timeout=1)


def together(modes: Sequence[str], group: Sequence[str]) -> list[str]:
    """Modes of which any two can be on: those of the group, and those that exclude no other."""
    apart = {mode for group in GROUPS for mode in group} | set(ALIKE)
    return [mode for mode in modes if mode in group or mode not in apart]


def beside(
    page: Page, name: str, modes: Sequence[str], on: Callable[[], None], off: Callable[[], None]
) -> None:
    """Pairs what Python switches with all modes: first it, then each; and some of them, then it."""
    on()
    do(page, "each", modes, name)
    off()
    for group, with_all in ((GROUPS[0], True), (GROUPS[1], False)):
        others = together(modes, group) if with_all else [each for each in modes if each in group]
        do(page, "on", others)
        on()
        do(page, "off", others, name)
        off()
    do(page, "each", ["guides"], f"{name} off")


@pytest.mark.timeout(480)  # a minute where nothing else computes
def test_every_two_modes_of_the_plane_go_together_or_say_why_not(
    open_app: Callable[[str], Page], page: Page, run: Run
) -> None:
    page.emulate_media(reduced_motion="reduce")  # there are hundreds of switches
    page.set_viewport_size({"width": 1024, "height": 600})  # and so many pictures to draw
    open_app(f"/?model=run:{run.id}{LINK}")
    atlas(page)
    page.locator(".atlas[data-walk=line][data-support]").wait_for()
    page.evaluate(PAIRS)
    modes = [name for name in page.evaluate("pairs.names()") if name not in PLANES]
    do(page, "walk", [name for name in modes if name not in ALIKE])
    # In the other order, with all that go together; a walk has to find its path before it.
    for group in GROUPS:
        backwards = together(modes, group)[::-1]
        do(page, "on", backwards)
        do(page, "off", backwards, "backwards")

    def compare() -> None:
        chooser = page.get_by_role("combobox", name="Compare with")
        chooser.click()
        chooser.fill("digits-2d")  # which may be far down the list, and not drawn
        page.get_by_role("option", name="digits-2d").click()
        expect(page.locator(".atlas[data-ready=true]")).to_have_count(2)
        wait_for_app(page)

    def compare_no_longer() -> None:
        page.get_by_role("button", name="Clear value").click()
        expect(page.locator(".atlas")).to_have_count(1)
        wait_for_app(page)
        atlas(page)

    def draw() -> None:
        wait_for_app(page)  # what was just switched on moves the sheet
        draw_a_one(page)
        expect(page.locator(".landed")).to_be_visible()

    def undo() -> None:
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.locator(".landed")).to_be_hidden()

    beside(page, "comparing", modes, compare, compare_no_longer)
    beside(page, "an image of one's own", modes, draw, undo)

    # Other planes have other selections and paths: these go, and cannot be paired again.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tsne_sheet, "tsne_points", lambda mu: mu[:, [0, 2]])
        path = run.model_path()
        assert path is not None
        sheet = sheet_bytes(load_model(path).vae, load_dataset("digits"))

    def answer(route: Route) -> None:
        route.fulfill(body=sheet)

    page.route("**/tsne/encodings-0.safetensors", answer)
    others = [name for name in modes if name not in ("walk", "A − B")]
    for plane in PLANES:
        beside(
            page,
            plane,
            modes if plane == PLANES[0] else others,
            partial(do, page, "on", [plane]),
            partial(do, page, "off", [plane], "nothing"),
        )
