"""A classroom: everybody looks, draws and trains a little, and nobody takes from others."""

import asyncio
import re
import time
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.testing.v1 import AppTest

from latent_atlas.places import PAGES
from latent_atlas.ui import classroom
from latent_atlas.ui.border import UPLOADS, refusal, rules_of
from latent_atlas.ui.classroom import MODE, Bounds, check_mode
from latent_atlas.ui.train.presets import PRESETS
from latent_atlas.ui.visitors import COOKIE, Visitors
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import import_images
from vae_core.errors import AtlasError
from vae_core.runs import Run, create_run, list_runs, make_config, runs_folder
from vae_core.runs.config import EPOCHS
from vae_core.runs.faults import train_run

ANNA, BERT = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def in_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODE, "classroom")
    monkeypatch.setattr(classroom, "_ledger", classroom._Ledger())


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose cookie the browser has; the last one counts."""
    names = [ANNA]
    monkeypatch.setattr(classroom, "visitor_of", lambda _: names[-1])
    return names


# The page first, so that it opens; the others, so that links to them lead somewhere.
APP = """
from pathlib import Path
import streamlit as st
files = sorted(Path({folder!r}).glob("*.py"))
st.navigation([st.Page(file, default=file.name == {name!r}) for file in files]).run()
"""


def page(name: str, **query: str) -> AppTest:
    app = AppTest.from_string(APP.format(folder=str(PAGES), name=name), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def labels(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def finished_run(name: str) -> Run:
    config = make_config(dataset="digits", hidden=(4,), epochs=1, threads=1, name=name)
    train_run(run := create_run(config, runs_folder()))
    return run


def test_nothing_is_brought_in_or_removed() -> None:
    import_images(("mine.zip", zipped({f"{k}.png": png(30 * k) for k in range(6)})))
    for name in ("data.py", "explore.py", "reconstruct.py"):
        app = page(name)
        assert not app.get("file_uploader"), name
        assert not {"Remove…", "Fetch"} & labels(app), name
    assert not page("data.py", show="Your own images").get("bidi_component")  # the drop area
    assert page("explore.py").get("bidi_component")  # and a pad to draw on


def test_who_started_a_run_directs_it_and_nobody_else(who: list[str]) -> None:
    run = finished_run("hers")
    classroom._ledger.note(ANNA, run)
    for visitor, off in ((ANNA, False), (BERT, True)):
        who.append(visitor)
        app = page("train.py", run=run.id)
        assert not app.get("menu_button")  # nothing to remove
        assert classroom.may_direct(run) is not off
        stop = next(button for button in app.button if button.label == "Pause")
        assert stop.disabled  # it has finished


def test_a_visitor_trains_one_model_at_a_time_and_so_many_epochs(
    who: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = make_config(dataset="digits", hidden=(4,), epochs=2, threads=1)
    many = make_config(dataset="digits", hidden=(4,), epochs=201, threads=1)
    classroom.check_start(few, runs_folder())
    with pytest.raises(AtlasError, match="at most 200 epochs"):
        classroom.check_start(many, runs_folder())
    waiting = create_run(few, runs_folder())
    classroom._ledger.note(ANNA, waiting)
    with pytest.raises(AtlasError, match="still training"):
        classroom.check_start(few, runs_folder())
    who.append(BERT)
    classroom.check_start(few, runs_folder())
    who.append(ANNA)
    train_run(waiting)
    classroom.check_start(few, runs_folder())
    monkeypatch.setenv("LATENT_ATLAS_CLASSROOM_RUNS", "1")
    with pytest.raises(AtlasError, match="as many as each may"):
        classroom.check_start(few, runs_folder())


def test_what_a_newcomer_is_offered_is_within_the_bounds() -> None:
    for each in PRESETS:
        assert int(str(each.changes.get("epochs", EPOCHS))) <= Bounds().epochs, each.title


def test_a_run_that_trains_too_long_is_stopped_and_not_resumed(
    who: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_CLASSROOM_SECONDS", "1")
    monkeypatch.setattr(classroom, "_LOOK", 0.05)
    run = finished_run("long")
    status = run.status().model_copy(update={"state": "running", "seconds": 5.0})
    monkeypatch.setattr(Run, "status", lambda _: status)
    asked: list[str] = []
    monkeypatch.setattr(classroom, "request_stop", lambda run: asked.append(run.id))
    classroom.note_start(run)
    deadline = time.monotonic() + 10
    while not asked:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert asked == [run.id]
    with pytest.raises(AtlasError, match="as long as each may"):
        classroom.check_resume(run)


def test_the_form_says_the_bounds_and_keeps_what_was_typed_when_they_refuse(who: list[str]) -> None:
    app = page("train.py")
    assert any("one model at a time" in each.value for each in app.caption)
    assert not any("Data brings them" in each.value for each in app.caption)
    app.number_input(key="new-epochs").set_value(500)
    next(button for button in app.button if button.label == "Start training").click().run()
    assert any("at most 200 epochs" in each.value for each in app.error)
    assert app.number_input(key="new-epochs").value == 500
    assert not list_runs(runs_folder())


@pytest.mark.parametrize(
    "environment",
    [
        {MODE: "school"},
        {MODE: "classroom", "LATENT_ATLAS_CLASSROOM_RUNS": "0"},
        {MODE: "classroom", "LATENT_ATLAS_CLASSROOM_EPOCHS": "many"},
        {MODE: "classroom", "LATENT_ATLAS_CLASSROOM_SECONDS": "9" * 40},
    ],
)
def test_a_mode_that_there_is_none_of_ends_the_start_with_a_sentence(
    environment: dict[str, str],
) -> None:
    with pytest.raises(AtlasError, match=r"LATENT_ATLAS_.* is “.*”.*\.$"):
        check_mode(environment)


def test_bounds_are_those_of_the_environment() -> None:
    check_mode({})
    assert Bounds.from_environment({"LATENT_ATLAS_CLASSROOM_EPOCHS": " 5 "}) == Bounds(epochs=5)


def request(path: str, method: str = "GET", cookie: str = "") -> dict[str, Any]:
    headers = [(b"host", b"localhost"), *([(b"cookie", cookie.encode())] if cookie else [])]
    return {
        "type": "http", "method": method, "path": path, "headers": headers, "scheme": "http",
    }  # fmt: skip


def test_files_are_refused_at_the_border() -> None:
    for path in ("/_stcore/upload_file/session/file", UPLOADS, f"/atlas{UPLOADS}/token/0"):
        upload = request(path, "PUT")
        assert refusal(upload, rules_of({MODE: "classroom"})) == (
            "In this classroom nothing is uploaded."
        )
        assert refusal(upload, rules_of({})) is None


@pytest.mark.parametrize(
    ("cookie", "wanted", "kind", "given"),
    [
        ("", True, "text/html; charset=utf-8", True),
        (f"{COOKIE}=nonsense", True, "text/html", True),
        (f"a=b; {COOKIE}={ANNA}", True, "text/html", False),
        (f'prefs={{"a":1, "b":2}}; a b=c; {COOKIE}={ANNA}', True, "text/html", False),
        ("", True, "application/json", False),
        ("", False, "text/html", False),
    ],
)
def test_a_browser_without_a_name_gets_one_with_its_first_page(
    cookie: str, wanted: bool, kind: str, given: bool
) -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", kind.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Visitors(app, lambda: wanted)(request("/", cookie=cookie), receive, send))
    found = [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert len(found) == given
    for each in found:
        assert re.fullmatch(
            rf"{COOKIE}=[0-9a-f]{{32}}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", each
        )
