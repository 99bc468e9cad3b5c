"""A person sees on the plane that the encoder misses a mode, before anything is measured."""

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import Page, expect

from tests.browser.helpers import until, wait_for_app
from tests.browser.plane import keep_opened
from tests.browser.server import REPOSITORY, AppServer
from vae_core.models import load_model


@pytest.fixture(autouse=True)
def _deep_links(expected_errors: list[re.Pattern[str]]) -> None:
    """A page opened by its address makes Streamlit look for its server there first."""
    expected_errors.append(re.compile(r"404 .*/diagnose/_stcore/"))


def _share(page: Page) -> float:
    """How much of p(z|x) lies within twenty deviations of q, in percent; −1 while it is unknown."""
    row = page.locator(".numbers > div", has_text="within 20 s.d.")
    found = re.search(r"([\d.]+) %", row.inner_text()) if row.count() else None
    return float(found[1]) if found else -1.0


def test_the_first_example_is_a_missed_mode_and_another_image_has_other_numbers(
    open_app: Callable[[str], Page], app_server: AppServer
) -> None:
    vae = load_model(REPOSITORY / "checkpoints" / "digits-2d.safetensors").vae
    with torch.no_grad():  # an encoder that is sure of the other side
        for parameter in vae.encoder.mu.parameters():
            parameter.neg_()
        vae.encoder.logvar.bias.sub_(4)
    key = keep_opened(app_server, vae, dataset="digits")
    page = open_app(f"/diagnose?model={key}&data=digits")
    said = page.locator(".posterior [role=status]")
    expect(said).to_contain_text("the encoder misses the mode", timeout=60_000)
    expect(page.get_by_role("listbox", name="Modes that the encoder misses")).to_be_visible()
    until(page, lambda: 0 <= _share(page) < 5)
    first = said.inner_text()
    page.get_by_role("listbox", name="The first 100 images").focus()
    page.keyboard.press("End")
    expect(page.locator(".posterior")).to_have_attribute("data-found", "99")
    expect(said).to_have_text(re.compile(r"^Image 99 .* nats below log p\(x\)\.$"))
    until(page, lambda: said.inner_text() != first)
    pointed = page.locator("figcaption").last
    expect(pointed).to_have_text("under the pointer")
    page.locator(".field").hover(position={"x": 20, "y": 20})
    until(page, lambda: "nats" in pointed.inner_text() or "reach" in pointed.inner_text())
    # It stays when the address has heard of the image, and the page has run anew.
    expect(page).to_have_url(re.compile(r"[?&]image=99\b"))
    wait_for_app(page)
    expect(pointed).to_have_text(re.compile("nats|reach"))

    # The pointer previews, a click chooses, and the link has what was chosen.
    posterior = page.locator(".posterior")
    third = page.get_by_role("option", name=re.compile(r"^Image 3 ")).last
    third.hover()
    expect(posterior).to_have_attribute("data-found", "3")
    page.mouse.move(2, 2)
    expect(posterior).to_have_attribute("data-found", "99")
    expect(page).to_have_url(re.compile(r"[?&]image=99\b"))
    third.click()
    page.mouse.move(2, 2)
    expect(page).to_have_url(re.compile(r"[?&]image=3\b"))
    page.reload()
    expect(posterior).to_have_attribute("data-found", "3", timeout=60_000)
    page.go_back()
    expect(posterior).to_have_attribute("data-found", "99")
