import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from latent_atlas import stored_models
from latent_atlas.places import PAGES
from latent_atlas.ui.page_files import page_files
from latent_atlas.ui.warm_up import warm_up

SCRIPT = str(Path("latent_atlas/ui/navigation.py").resolve())


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    st.cache_resource.clear()
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_the_app_opens_on_explore() -> None:
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    assert not app.exception
    assert app.get("bidi_component")[0].proto.component_name.endswith("latent_plane")


def test_without_any_model_a_button_leads_to_the_page_that_makes_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stored_models, "CHECKPOINTS", tmp_path)
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    app.button[0].click().run()
    assert not app.exception
    assert app.title[0].value == "Train a model of your own"


def test_memory_is_frozen_after_the_first_run_and_not_again() -> None:
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    app.run()
    # Freezing drops nothing: had it happened again, what the second run made would be in it.
    assert gc.get_freeze_count() <= frozen


def test_the_servers_threads_compute_on_one_core_each() -> None:
    async def started() -> int:
        async with warm_up(None):
            return await asyncio.to_thread(torch.get_num_threads)

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        assert asyncio.run(started()) == 1
    finally:
        torch.set_num_threads(before)


def test_the_pages_come_in_the_order_that_they_say() -> None:
    titles = [page.title for page in page_files(PAGES)]
    first = ["Explore", "Train", "Runs", "Sweeps", "Reconstruct", "Diagnose", "Paper", "Data"]
    assert titles == first


def test_a_page_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "explore.py").write_text(
        (PAGES / "explore.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "toy.py").write_text(
        '"""A toy: what a page can be."""\n\nimport streamlit as st\n\nORDER = 5\n\n'
        'st.write("Here is a page.")\n',
        encoding="utf-8",
    )
    (tmp_path / "bare_page.py").write_text("import streamlit\n", encoding="utf-8")
    found = [(page.title, page.path.stem) for page in page_files(tmp_path)]
    assert found == [("A toy", "toy"), ("Explore", "explore"), ("Bare page", "bare_page")]
    monkeypatch.setattr("latent_atlas.places.PAGES", tmp_path)
    app = AppTest.from_file(SCRIPT, default_timeout=60).run()
    assert not app.exception
    assert [each.value for each in app.markdown] == ["Here is a page."]


def test_the_front_door_is_a_literal_that_streamlit_finds() -> None:
    from streamlit.web.server.app_discovery import discover_asgi_app

    found = discover_asgi_app(Path("app.py"))
    assert found.is_asgi_app
