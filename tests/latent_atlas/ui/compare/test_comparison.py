"""The comparison on a page: what is chosen is in the address, and what it says."""

from streamlit.testing.v1 import AppTest

from tests.latent_atlas.ui.compare.runs_on_disk import written
from vae_core.runs import Run

_PAGE = """
import streamlit as st
from latent_atlas.ui.compare import comparison
from vae_core.runs import open_run, runs_folder
comparison([open_run(runs_folder(), name) for name in st.query_params.get_all("run")])
"""


def _opened(runs: list[Run], **query: str | list[str]) -> AppTest:
    page = AppTest.from_string(_PAGE, default_timeout=20)
    page.query_params["run"] = [run.id for run in runs]
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def _said(page: AppTest) -> str:
    assert not page.exception
    html = [each.proto.body for each in page.get("html")]
    return "\n".join([*(str(each.value) for each in page.markdown), *html])


def _runs() -> list[Run]:
    return [written(below=s + b, seed=s, beta=b) for b in (1.0, 4.0) for s in (0, 1)]


def test_a_link_restores_all_that_was_chosen() -> None:
    page = _opened(
        _runs(),
        quantity="distortion",
        part="training",
        x="epochs",
        scale="log",
        lines="all but the seed",
        smoothing="mean of 5 points",
        zoom=["images:100~300", "epochs:0.2~0.6"],
    )
    said = _said(page)
    assert "Distortion on training images" in said
    assert "is better" not in said  # of a part of the bound
    assert "mean of 5 neighbouring points" in said
    assert "beta 1 (n = 2)" in said
    assert "beta 4 (n = 2)" in said
    assert "standard error" in said
    (zoom,) = (each for each in page.select_slider if each.label == "Zoom, in epochs")
    assert [round(end, 1) for end in zoom.value] == [0.2, 0.6]
    assert page.query_params["zoom"] == ["images:100~300", "epochs:0.2~0.6"]


def test_the_whole_axis_comes_back_and_the_zoom_of_another_axis_stays() -> None:
    page = _opened(_runs(), zoom=["images:100~300", "epochs:0.2~0.6"])
    page.button(key="whole-axis").click().run()
    assert page.query_params["zoom"] == "epochs:0.2~0.6"
    assert page.button(key="whole-axis").disabled


def test_an_address_that_names_nonsense_shows_the_whole_axis_of_every_run() -> None:
    page = _opened(
        _runs(), quantity="nothing", lines="by nothing", zoom=["images:nan~3", "x", "images:9~1"]
    )
    assert "ELBO on test images" in _said(page)
    assert len(page.get("echarts_chart")) == 1
    assert "beta 4 · seed 1" in _said(page)


def test_small_multiples_come_in_pages() -> None:
    runs = [written(seed=seed, at=(100, 200)) for seed in range(14)]
    page = _opened(runs, view="small multiples")
    assert len(page.get("echarts_chart")) == 12
    page = _opened(runs, view="small multiples", page="2")
    assert len(page.get("echarts_chart")) == 2


def test_names_that_people_gave_give_no_orders() -> None:
    runs = [written(name="<img src=x> **a** | $b$"), written(name="other", binarize="dynamic")]
    page = _opened(runs)
    said = _said(page)
    assert "&lt;img src=x&gt;" in said
    assert "<img" not in said


def test_one_run_has_nothing_to_be_compared_with() -> None:
    page = _opened(_runs()[:1])
    assert not page.get("echarts_chart")
    assert not page.markdown
