"""Sizes are height × width wherever they stand: images of 28 × 20 are never 20 × 28."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.__main__ import main
from latent_atlas.reports.data_words import SIZES
from latent_atlas.ui.export.explorer import explorer_html
from latent_atlas.ui.model_files import open_upload
from latent_atlas.ui.train.presets import PRESETS
from tests.latent_atlas.ui.model_fixtures import small_model_bytes
from vae_core.data.own import import_images
from vae_core.models import load_model

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "pages"
# Data, and Train, so that links to it lead somewhere.
BOTH = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(PAGES)!r})
names = ("data", "train", "runs")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == "data") for name in names]).run()
"""
TALL = (1, 28, 20)
RIGHT, WRONG = re.compile(r"28 × 20"), re.compile(r"20 ?[×x] ?28")


@pytest.fixture
def tall(tmp_path: Path) -> str:
    """The name of a kept dataset of 28 × 20 images; what its import says of it is looked at too."""
    levels = np.random.default_rng(0).integers(0, 256, (12, 28, 20), dtype=np.uint8)
    source = tmp_path / "tall.npy"
    np.save(source, levels)
    about = import_images(source).about
    assert about.image_shape == TALL
    return about.name


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [] if value.startswith("data:") else [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []


def said(app: AppTest) -> str:
    """All text of a page, that of its components too."""
    assert not app.exception
    blocks = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info]
    components = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    options = [option for box in app.selectbox for option in box.options]
    return "\n".join([*(str(each.value) for each in blocks), *options, *_texts(components)])


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def model() -> str:
    return open_upload("tall.safetensors", small_model_bytes(image_shape=TALL)).key


def test_the_data_page_says_the_order_and_keeps_it(tall: str) -> None:
    told = said(AppTest.from_string(BOTH, default_timeout=60).run())
    assert SIZES in told
    assert RIGHT.search(told)
    assert not WRONG.search(told)


@pytest.mark.parametrize("page", ["reconstruct", "explore"])
def test_pages_keep_it(tall: str, page: str) -> None:
    told = said(opened(page, model=model()))
    assert not WRONG.search(told)
    if page == "explore":  # what becomes of an image of one's own
        assert RIGHT.search(told)


def test_a_refused_comparison_keeps_it() -> None:
    told = said(opened("reconstruct", model="shipped:digits-2d", **{"with": model()}))
    assert RIGHT.search(told)
    assert not WRONG.search(told)


def test_the_explorer_that_is_taken_away_keeps_it() -> None:
    page = explorer_html(load_model(small_model_bytes(image_shape=TALL)), None, title="tall")
    assert RIGHT.search(page.decode())
    assert not WRONG.search(page.decode())


def test_commands_keep_it(tall: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data"]) == 0
    model = tmp_path / "tall.safetensors"
    model.write_bytes(small_model_bytes(image_shape=TALL))
    assert main(["evaluate", str(model), "--dataset", "digits"]) != 0
    out, err = capsys.readouterr()
    assert SIZES in out
    for told in (out, err):
        assert RIGHT.search(told)
        assert not WRONG.search(told)


def test_starts_documents_and_attributions_keep_it() -> None:
    assert any(RIGHT.search(preset.look_for) for preset in PRESETS)
    files = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    files += [p for f in ("latent_atlas", "vae_core") for p in (ROOT / f).rglob("*.py")]
    files += [*(ROOT / "latent_atlas").rglob("*.toml"), *(ROOT / "checkpoints").glob("*.json")]
    assert not [str(path) for path in files if WRONG.search(path.read_text(encoding="utf-8"))]


def test_no_sentence_writes_width_before_height() -> None:
    """Of names in one f-string: a width that a × follows, before a height."""
    found = []
    for folder in ("latent_atlas", "vae_core"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr) and re.search(
                    r"width[^{}]*\} ?[×x] ?\{[^{}]*height", ast.unparse(node)
                ):
                    found.append(f"{path.name}:{node.lineno}")
    assert not found
