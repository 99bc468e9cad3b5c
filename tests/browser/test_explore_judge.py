"""Explore with a judge: what a classifier takes the pictures of the plane for, and a path for."""

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.helpers import until, wait_for_app
from tests.browser.plane import atlas, move_to, open_views
from tests.onnx_graphs import linear


def click_at(page: Page, x: float, y: float) -> None:
    move_to(page, x, y)
    page.mouse.down()
    page.mouse.up()


def test_a_judge_shows_its_regions_its_doubts_and_where_the_class_changes_on_a_path(
    open_app: Callable[[str], Page],
) -> None:
    page = open_app("/?model=shipped:digits-2d")
    atlas(page)
    expect(page.locator(".judge-words")).to_be_hidden()
    open_views(page)
    judge = page.get_by_role("group", name="What a judge sees on the plane")
    judge.get_by_role("button", name="Regions").click()
    page.locator(".atlas[data-background='judged z']").wait_for(timeout=120_000)
    words = page.locator(".judge-words")
    expect(words).to_contain_text(
        re.compile(r"learned from 1,497 originals .* of 300 others rightly · [0-9a-f]{12}")
    )
    judge.get_by_role("button", name="Confidence").click()
    page.locator(".atlas[data-background='confidence z']").wait_for()
    expect(page.locator(".scale-unit")).to_have_text("how probable it finds the class that it sees")

    # Two pins and what lies between them: the classes, and where they change.
    page.get_by_role("button", name="Draw a path").click()
    click_at(page, 0.2, 0.5)
    click_at(page, 0.85, 0.35)
    expect(page.locator(".ribbon-words")).to_contain_text(
        re.compile(r"^The class changes: \d → \d after \d+\s% of the way")
    )
    until(page, lambda: "background=confidence" in page.url and "path=" in page.url)
    wait_for_app(page)

    # What was seen is in the link; another judge is brought, and takes over.
    page.reload()
    page.locator(".atlas[data-background='confidence z'][data-judged]").wait_for()
    expect(page.locator(".ribbon-words")).to_contain_text("The class changes")
    wait_for_app(page)
    page.get_by_role("button", name="Bring a classifier…").click()
    mine: FilePayload = {
        "name": "mine.onnx",
        "mimeType": "application/octet-stream",
        "buffer": linear(),
    }
    popover = page.get_by_test_id("stPopoverBody")
    popover.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(mine)
    expect(words).to_contain_text("mine.onnx, a classifier of your own of 3 classes")
    expect(page.locator(".judge-classes li")).to_have_count(3)
    page.locator(".atlas[data-background='confidence z']").wait_for(timeout=60_000)
    expect(page.locator(".ribbon-words")).to_contain_text("The class")
