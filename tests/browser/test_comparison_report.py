"""The report of a comparison, opened from the disk in a browser that has no network."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from latent_atlas.__main__ import main

NewContext = Callable[..., BrowserContext]


def test_a_report_is_read_on_a_phone_in_the_dark_without_a_network(
    new_context: NewContext, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    words = ["compare", "mnist-2d", "mnist-10d", "--dataset", "mnist-12k", "--images", "50"]
    assert main([*words, "--out", str(file)]) == 0
    context = new_context(offline=True, color_scheme="dark", viewport={"width": 390, "height": 800})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_contain_text("is better than")
    expect(page.get_by_role("row", name="mnist-10d").first).to_contain_text("better")
    expect(page.get_by_role("img", name="Rate against distortion")).to_be_visible()
    expect(page.locator("img").last).to_have_js_property("complete", True)
    expect(page.locator("html")).to_have_js_property("scrollWidth", 390)
    expect(page.locator("body")).to_have_css("background-color", "rgb(20, 22, 26)")
    assert [each for each in asked if not each.startswith("data:")] == [file.as_uri()]
