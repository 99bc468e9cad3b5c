"""The pages with a model that is no VAE: they show what it does and say what it cannot do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.mixture import mixture_known
from vae_core.runs import Run, create_run, make_config, runs_folder
from vae_core.runs.faults import train_run

PAGES = Path(__file__).parents[3] / "pages"
# All three, so that links between them lead somewhere.
APP = """
from pathlib import Path
import streamlit as st
pages = Path({pages!r})
names = ("train", "explore", "reconstruct", "diagnose", "runs")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == {first!r}) for name in names]).run()
"""


@pytest.fixture(autouse=True)
def _mixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("vae_core.runs.queue._start_worker", lambda run, lock: None)
    with mixture_known(tmp_path / "added"):
        yield


def trained(**fields: object) -> Run:
    given = {"dataset": "digits", "epochs": 2, "threads": 1}
    run = create_run(make_config(**given | fields), runs_folder())
    assert train_run(run).state == "finished"
    return run


def mixture(**fields: object) -> Run:
    return trained(algorithm="mixture-ascent", learning_rate=0.03, **fields)


def opened(page: str, **query: str | list[str]) -> AppTest:
    app = AppTest.from_string(APP.format(pages=str(PAGES), first=page), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def words(app: AppTest) -> str:
    groups = (app.title, app.subheader, app.markdown, app.caption, app.warning, app.info, app.error)
    return "\n".join(str(element.value) for group in groups for element in group)


def test_train_draws_what_it_reports_and_no_more() -> None:
    mixture()
    app = opened("train")
    assert not app.exception
    assert not app.error
    assert len(app.get("echarts_chart")) == 2  # log p(x), and the shares of its components
    told = words(app)
    assert "log p(x), nats per image" in told
    assert "of 5 components" in told
    assert "test log p(x) " in told
    assert "ELBO" not in told
    columns = list(app.dataframe[0].value.columns)
    assert "log_prob" in columns
    assert "elbo" not in columns
    assert "It reconstructs nothing: this is a mixture of Gaussians, and it" in told


def test_its_density_shares_a_chart_with_the_bound_of_a_density_and_with_no_probability() -> None:
    density = trained(name="VAE", hidden=(8,), likelihood="gaussian")
    probability = trained(name="Bernoulli", hidden=(8,))
    toy = mixture(name="toy")
    app = opened("train", run=[toy.id, density.id])
    assert not app.exception
    assert not app.warning
    assert app.title[0].value == "toy :gray[with 1 more]"
    app = opened("train", run=[toy.id, probability.id])
    assert "cannot share a chart" in app.warning[0].value
    assert "Gaussian mixture density" in app.warning[0].value


def test_explore_says_that_there_is_no_plane_and_shows_what_it_samples() -> None:
    run = mixture()
    app = opened("explore", model=f"run:{run.id}")
    assert not app.exception
    assert "There is no latent plane to walk: this is a mixture of Gaussians" in app.info[0].value
    assert app.get("bidi_component") == []
    [pictures] = app.get("image")
    assert len(pictures.proto.imgs) == 24
    before = [image.url for image in pictures.proto.imgs]
    next(b for b in app.button if b.label == "Draw again").click().run()
    assert [image.url for image in app.get("image")[0].proto.imgs] != before


def test_reconstruct_says_that_there_is_no_way_back() -> None:
    run = mixture()
    app = opened("reconstruct", model=f"run:{run.id}")
    assert not app.exception
    assert app.title[0].value == "This model reconstructs nothing"
    assert "this is a mixture of Gaussians, and it gives images no place" in app.info[0].value


def test_diagnose_offers_the_views_of_pictures_and_says_why_no_others() -> None:
    run = mixture()
    app = opened("diagnose", model=f"run:{run.id}", view="gap")
    assert not app.exception
    assert app.title[0].value == "How sharp its pictures are, beside real ones"
    assert "The gap in the bound and Collapse, for this is a mixture" in words(app)
    assert "measure" in str(app.button(key="diagnose-measure").label).lower()
