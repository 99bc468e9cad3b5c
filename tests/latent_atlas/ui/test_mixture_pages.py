"""The pages with a model that is no VAE: they show what it does and say what it cannot do."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.latent_atlas.ui.test_routes import Answer, answered
from tests.mixture import mixture_known
from vae_core.runs import Run, create_run, make_config, runs_folder
from vae_core.runs.faults import train_run
from vae_core.runs.sample_sheets import list_sheets, read_sheet

PAGES = Path(__file__).parents[3] / "pages"
# All of them, so that links between them lead somewhere.
APP = """
from pathlib import Path
import streamlit as st
pages = Path({pages!r})
names = ("train", "explore", "reconstruct", "runs", "diagnose", "sweeps", "data")
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


def sheet(app: AppTest) -> dict[str, Any]:
    """What the sheet of samples on a page is told."""
    found = [json.loads(each.proto.json) for each in app.get("bidi_component")]
    [told] = [each for each in found if "stops" in each]
    return dict(told)


def asked(address: str) -> Answer:
    """What the server answers to a browser."""
    return asyncio.run(answered(f"/{address}"))


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
    assert "No reconstructions: this is a mixture of Gaussians, and it" in told
    assert "How it learned to draw" in told


def test_train_shows_every_sheet_that_was_kept_and_moves_a_line_over_the_curves() -> None:
    run = mixture()
    told = sheet(opened("train"))
    assert told["live"] is None
    assert [each["epoch"] for each in told["stops"]] == [
        each.epoch for each in list_sheets(run.samples_path)
    ]
    assert len(told["curves"]["charts"][0]["shares"]) == len(told["stops"])
    for stop in told["stops"]:
        found = read_sheet(asked(stop["at"]).content)
        assert found.epoch == pytest.approx(stop["epoch"], abs=1e-6)
    gone = asked(f"api/runs/{run.id}/samples/77.0")
    assert (gone.status_code, gone.text[:29]) == (404, "This sheet of samples is not ")
    assert asked(f"api/live/{run.id}/samples").status_code == 205  # it does not train any more


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
    told = sheet(app)
    assert told["drawn"] == "samples x ~ p(x)"
    [before] = told["stops"]
    next(b for b in app.button if b.label == "Draw again").click().run()
    assert sheet(app)["stops"] != [before]
    drawn = asked(before["at"])
    assert drawn.status_code == 200
    assert read_sheet(drawn.content).images.shape == (36, 1, 8, 8)


def test_reconstruct_says_why_it_shows_nothing() -> None:
    run = mixture()
    app = opened("reconstruct", model=f"run:{run.id}")
    assert not app.exception
    assert app.title[0].value == "No reconstructions of this model"
    assert "this is a mixture of Gaussians, and it gives images no place" in app.info[0].value
    assert sheet(app)["drawn"] == "samples x ~ p(x)"


def test_diagnose_offers_the_views_of_pictures_says_why_no_others_and_shows_samples() -> None:
    run = mixture()
    app = opened("diagnose", model=f"run:{run.id}", view="gap")
    assert not app.exception
    assert app.title[0].value == "How sharp its pictures are, beside real ones"
    said = "The gap in the bound, Collapse, Disentanglement and By hand, for this is a mixture of"
    assert said in words(app)
    assert app.button(key="diagnose-measure").label == "Measure"
    assert sheet(app)["drawn"] == "samples x ~ p(x)"


def test_runs_and_sweeps_open_where_a_mixture_was_trained() -> None:
    mixture()
    for page in ("runs", "sweeps"):
        app = opened(page)
        assert not app.exception, page
        assert not app.error, page
