"""The Data page as its script draws it, and what a browser sends to it."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import Job
from latent_atlas.ui.data.pieces import Announced, arrivals
from tests.vae_core.data.own.makers import png

# Data first, so that it opens; Train, so that links to it lead somewhere.
APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
names = ("data", "train", "runs")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == "data") for name in names]).run()
"""


FACES = [(f"{who}/{i}.png", png(20 * i)) for who in ("Ada", "Bo") for i in range(6)]


def opened(page: str = "", **query: str) -> AppTest:
    app = AppTest.from_string(APP, default_timeout=30)
    for key, value in query.items():
        app.query_params[key] = value
    if page:
        app.switch_page(page)
    return app.run()


def words(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in [*app.title, *app.markdown, *app.caption])


def sent(name: str, content: bytes, *, packed: bool = False) -> str:
    """The token of something that a browser has sent whole."""
    token = arrivals.begin(Announced(name, len(content), packed, 1))
    arrivals.add(token, 0, content)
    return token


def brought(name: str, content: bytes, *, packed: bool = False) -> AppTest:
    """The page of own images as it is drawn once something was sent."""
    app = AppTest.from_string(APP, default_timeout=30)
    app.query_params["show"] = "Your own images"
    app.session_state["own-drop"] = {"brought": sent(name, content, packed=packed)}
    return app.run()


def settled(app: AppTest) -> AppTest:
    """The page once its jobs have ended."""
    deadline = time.monotonic() + 20
    while any(job.state == "running" for job in list(jobs._jobs.values())):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return app.run()


class EndingJob(Job):
    """A job that ends after its state was asked for so many times."""

    asked_before = 0

    def __getattribute__(self, name: str) -> object:
        if name == "state":
            self.asked_before -= 1
            return "running" if self.asked_before >= 0 else "finished"
        return super().__getattribute__(name)


def ending_job(key: str, dataset: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    job = EndingJob("Faces", dataset=dataset)
    job.asked_before = times
    monkeypatch.setattr(jobs, "find", lambda asked: job if asked == key else None)
