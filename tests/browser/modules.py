"""Calls of the plane's JavaScript modules in the browser that runs them."""

from typing import Any

from playwright.sync_api import Page

from latent_atlas.ui.latent_plane.assets import modules_address
from tests.browser.helpers import compute

READ = """const read = (text) => new Float32Array(
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);"""


def modules_at() -> str:
    """Where the plane's modules are, for a script that is not the app's page."""
    return f"/{modules_address()}"


def run(page: Page, modules: str, body: str, *values: object) -> Any:
    """The value of a function's body in which the names of these modules and `values` are known."""
    imports = "".join(
        f'const {name.rsplit("/", 1)[-1]} = await import("{modules_at()}/{name}.js");'
        for name in modules.split()
    )
    return compute(page, f"async (values) => {{ {READ} {imports} {body} }}", list(values))
