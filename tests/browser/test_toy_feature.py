"""A feature of the plane is one file: a toy that the plane does not know of."""

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

import latent_atlas.ui
from latent_atlas.ui.components.bundle import bundled_module
from latent_atlas.ui.components.modules import read_sources
from tests.browser.plane import atlas, move_to

TOY = """
/** Says which half of the plane the pointer is in. */

/** @type {import("../plane/feature.js").FeatureModule} */
export const feature = { order: 1000, create: createHalves };

/**
 * @param {import("../plane/feature.js").Plane} plane
 * @returns {import("../plane/feature.js").Feature}
 */
function createHalves({ root, shown, effect }) {
  effect(() => {
    const now = shown();
    if (now) root.dataset.half = now.z[0] < 0 ? "left" : "right";
  });
  return {};
}
"""


def test_a_feature_is_found_by_its_folder_and_hears_what_it_reads(
    open_app: Callable[..., Page], page: Page, tmp_path: Path
) -> None:
    modules = Path(latent_atlas.ui.__file__).parent
    shutil.copytree(modules, tmp_path / "ui", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (tmp_path / "ui" / "latent_plane" / "js" / "features" / "halves.js").write_text(TOY)
    script = bundled_module(read_sources(tmp_path / "ui"), "latent_plane/page")

    def answer(route: Route) -> None:
        route.fulfill(body=script, content_type="text/javascript")

    page.context.route("**/latent_plane/page.bundle.js", answer)
    try:
        page = open_app("/?model=shipped:mnist-2d")
        plane = atlas(page)
        move_to(page, 0.2, 0.5)
        expect(plane).to_have_attribute("data-half", "left")
        move_to(page, 0.8, 0.5)
        expect(plane).to_have_attribute("data-half", "right")
    finally:
        page.context.unroute("**/latent_plane/page.bundle.js", answer)
