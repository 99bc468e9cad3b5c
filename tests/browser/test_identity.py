"""Whether a class is kept: a person trains the judge, sees what changed, and brings another."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.helpers import until, wait_for_app
from tests.browser.plane import atlas
from tests.onnx_graphs import linear


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/reconstruct/_stcore/"))


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_judge_is_trained_tells_what_is_lost_and_gives_way_to_one_that_is_brought(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/reconstruct?model=shipped:digits-2d&view=identity")
    page.get_by_role("button", name="Train it").click()

    # What it is, what the model loses, and the images that changed.
    card = page.locator(".st-key-identity-judge")
    expect(card).to_contain_text("of 300 others rightly", timeout=120_000)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"^\d+ % of the images come back as what they were$"), timeout=60_000
    )
    expect(page.get_by_text(re.compile(r"Lost: \d+ ± \d+ % of the images"))).to_be_visible()
    expect(page.locator(".identity-strip .ribbon")).to_be_visible(timeout=60_000)
    wait_for_app(page)
    options = page.get_by_role("option", name=re.compile(r"^\d → \d: \d+ image"))

    def second_is_chosen() -> bool:
        """A rerun that is still on its way shuts the list again."""
        if options.count() == 0:
            page.get_by_role("combobox", name="Change of class").click()
        try:
            options.nth(1).click(timeout=2_000)
        except PlaywrightTimeoutError:
            return False
        return True

    until(page, second_is_chosen)
    until(page, lambda: "change=0-" in page.url)
    expect(page.get_by_alt_text(re.compile(r"^comes back as \d$")).first).to_be_visible()

    # Another image: the strip below says where the class changes now.
    before = page.locator(".ribbon-words").inner_text()
    page.get_by_label("Image b").fill("11")
    page.keyboard.press("Enter")
    until(page, lambda: "between=0" in page.url)
    expect(page.locator(".ribbon-words")).not_to_have_text(before)
    expect(page.locator(".identity-strip .frame")).to_have_count(17)

    # Somebody's own judge: one that is none is told so in a sentence, one that runs takes over.
    page.get_by_role("button", name="Bring a classifier…").click()
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.set_input_files(file("broken.onnx", b"not a graph"))
    expect(page.get_by_text("It is no ONNX file")).to_be_visible()
    chooser.set_input_files(file("mine.onnx", linear()))
    expect(card).to_contain_text("mine.onnx, a classifier of your own of 3 classes")
    expect(page.get_by_text(re.compile("of what comes back is taken for"))).to_be_visible()
    wait_for_app(page)
    page.get_by_role("button", name="The program's own again").click()
    expect(card).to_contain_text("of 300 others rightly")

    # The same way lies on the plane, over the regions of the classes.
    page.get_by_role("link", name="See it on the plane").click()
    atlas(page)
    page.locator(".atlas[data-background='judged z']").wait_for()
    expect(page.locator(".judge-words")).to_contain_text("of 300 others rightly")
    expect(page.locator(".ribbon-words")).to_contain_text("The class")
    until(page, lambda: "path=" in page.url)
