"""The datasets that there are: a file each."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.__main__ import main
from latent_atlas.places import PAGES
from latent_atlas.ui.likeness import likeness
from tests.toys import searched_too
from vae_core.data import available_datasets, companion_datasets, load_dataset
from vae_core.data.registry import SOURCES
from vae_core.runs import create_run, make_config, runs_folder

TOY = '''
"""`stripes`: upright and lying."""

from pathlib import Path

import torch

from vae_core.data.dataset import Dataset
from vae_core.data.source import Source


def _load(_: Path) -> Dataset:
    images = torch.zeros(40, 1, 8, 8, dtype=torch.uint8)
    images[:20, :, ::2] = 255
    images[20:, :, :, ::2] = 255
    return Dataset(
        name="stripes",
        title=SOURCE.title,
        images=images,
        labels=torch.arange(40) // 20,
        class_names=("lying", "upright"),
        splits={"train": torch.arange(0, 40, 2), "test": torch.arange(1, 40, 2)},
        provenance="Made by a test.",
        licence="CC0",
    )


SOURCE = Source(
    name="stripes",
    title="Stripes",
    image_shape=(1, 8, 8),
    counts={"train": 20, "test": 20},
    licence="CC0",
    remedy="",
    where=lambda _: "made by a test",
    locate=lambda _: [Path(__file__)],
    load=_load,
    order=15,
    likeness="light-on-dark",
)
'''

DATA_PAGE = f"""
import streamlit as st
from pathlib import Path

pages = Path({str(PAGES)!r})
st.navigation([st.Page(pages / "data.py"), st.Page(pages / "train.py")]).run()
"""


@pytest.fixture
def stripes(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "stripes.py").write_text(TOY, encoding="utf-8")
    with searched_too("vae_core.data.sources", tmp_path):
        yield


def test_the_datasets_come_in_the_order_that_they_say() -> None:
    assert list(SOURCES)[:4] == ["mnist-12k", "digits", "fashion-mnist-12k", "sprites"]


@pytest.mark.usefixtures("stripes")
def test_a_dataset_is_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    names = [info.name for info in available_datasets()]
    assert names[:3] == ["mnist-12k", "stripes", "digits"]
    assert load_dataset("stripes").split("train").images.shape == (20, 1, 8, 8)
    assert companion_datasets("stripes", (1, 8, 8)) == ["stripes", "digits"]
    assert likeness("stripes") == "light-on-dark"

    run = create_run(make_config(dataset="stripes", hidden=(4,), epochs=1), runs_folder())
    assert run.config.dataset == "stripes"
    words = ["--epochs", "1", "--hidden", "4", "--threads", "1", "--json"]
    assert main(["train", "stripes", *words]) == 0
    checkpoint = json.loads(capsys.readouterr().out.splitlines()[-1])["checkpoint"]
    assert main(["evaluate", checkpoint, "--dataset", "stripes", "--json"]) == 0
    assert '"elbo"' in capsys.readouterr().out

    app = AppTest.from_string(DATA_PAGE, default_timeout=60).run()
    assert not app.exception
    assert any("Stripes" in each.value for each in app.markdown)
