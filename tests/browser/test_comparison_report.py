"""The report of a comparison, opened from the disk in a browser that has no network."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from latent_atlas.__main__ import main
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.models import TrainingRecord, save_model

NewContext = Callable[..., BrowserContext]


SECTIONS = [
    "What an image costs, in nats",
    "What the copies look like",
    "The images",
    "All images, one by one",
    "Rate against distortion",
    "Kept the identity?",
    "Are the pixels what the model says?",
    "By class",
    "The models",
    "What these numbers are, and what they are not",
]


def test_a_report_is_read_on_a_phone_in_the_dark_without_a_network(
    new_context: NewContext, tmp_path: Path
) -> None:
    file, other = tmp_path / "report.html", tmp_path / "small.safetensors"
    save_model(other, small_vae(), TrainingRecord(dataset="digits", split="train"))
    words = ["compare", "digits-2d", str(other), "mnist-2d", "--dataset", "digits"]
    assert main([*words, "--images", "60", "--identity", "--out", str(file)]) == 0
    context = new_context(offline=True, color_scheme="dark", viewport={"width": 390, "height": 800})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_contain_text("is better than")
    expect(page.get_by_role("heading", level=2)).to_have_text(SECTIONS)
    expect(page.get_by_role("row", name="small").first).to_contain_text("worse")
    for chart in ("Rate against distortion", "Rate against squared error"):
        expect(page.get_by_role("img", name=chart)).to_be_visible()
    expect(page.get_by_text("PCA, J = 2")).to_be_visible()
    expect(page.get_by_role("img", name="by digits-2d, small, mnist-2d").first).to_be_visible()
    expect(page.get_by_text("a small frozen classifier of the classes")).to_be_visible()
    expect(page.get_by_text("latent-atlas compare digits-2d")).to_contain_text("--identity")
    expect(page.locator("img").last).to_have_js_property("complete", True)
    expect(page.locator("html")).to_have_js_property("scrollWidth", 390)
    expect(page.locator("body")).to_have_css("background-color", "rgb(20, 22, 26)")
    assert [each for each in asked if not each.startswith("data:")] == [file.as_uri()]
