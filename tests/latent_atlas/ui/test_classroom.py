"""A classroom: everybody looks, draws and trains a little, and nobody takes from others."""

import asyncio
import re
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.testing.v1 import AppTest

from latent_atlas.places import PAGES
from latent_atlas.ui.border import UPLOADS, refusal, rules_of
from latent_atlas.ui.classroom import MODE, check_mode
from latent_atlas.ui.limits import limits
from latent_atlas.ui.owners import claim
from latent_atlas.ui.train.dialogs import ABOUT, CHANGE, CLONE, DOCTOR
from latent_atlas.ui.train.directing import remove_own_run
from latent_atlas.ui.train.presets import PRESETS
from latent_atlas.ui.visitors import COOKIE, Visitors
from tests.latent_atlas.ui.people import ANNA, BERT, Come, comers
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import import_images
from vae_core.errors import AtlasError
from vae_core.runs import create_run, list_runs, make_config, runs_folder
from vae_core.runs.config import EPOCHS


@pytest.fixture(autouse=True)
def come(monkeypatch: pytest.MonkeyPatch) -> Come:
    """Anna is in class, until somebody else comes."""
    monkeypatch.setenv(MODE, "classroom")
    come = comers(monkeypatch)
    come(ANNA)
    return come


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


def test_nothing_is_brought_in_or_removed() -> None:
    import_images(("mine.zip", zipped({f"{k}.png": png(30 * k) for k in range(6)})))
    for name in ("data.py", "explore.py", "reconstruct.py"):
        app = page(name)
        assert not app.get("file_uploader"), name
        assert not {"Remove…", "Fetch"} & labels(app), name
    assert not page("data.py", show="Your own images").get("bidi_component")  # the drop area
    assert page("explore.py").get("bidi_component")  # and a pad to draw on


def test_who_started_a_run_directs_it_and_nobody_else(come: Come) -> None:
    run = create_run(make_config(dataset="digits", hidden=(4,), epochs=1), runs_folder())
    claim(run.path, come(ANNA))
    for visitor, there, said in (
        (ANNA, {"Pause", "Stop"}, "Started by you."),
        (BERT, set(), "Started by another visitor, who alone can pause and stop it."),
    ):
        come(visitor)
        app = page("train.py", run=run.id)
        # Nothing to remove.
        own = [CHANGE, CLONE, DOCTOR, ABOUT] if visitor == ANNA else [CLONE, DOCTOR]
        assert app.menu_button[0].options == own
        assert {"Pause", "Stop", "Resume"} & labels(app) == there
        assert said in {each.value for each in app.caption}
    with pytest.raises(AtlasError, match="nothing is removed"):
        remove_own_run(run)


def test_what_a_newcomer_is_offered_is_within_the_limits() -> None:
    most = limits().epochs
    assert most is not None
    for each in PRESETS:
        assert int(str(each.changes.get("epochs", EPOCHS))) <= most, each.title


def test_the_form_says_the_limits_and_keeps_what_was_typed_when_they_refuse() -> None:
    app = page("train.py")
    assert any("one model at a time" in each.value for each in app.caption)
    assert not any("Data brings them" in each.value for each in app.caption)
    app.number_input(key="new-epochs").set_value(500)
    next(button for button in app.button if button.label == "Watch it learn").click().run()
    assert any("at most 200 epochs" in each.value for each in app.error)
    assert app.number_input(key="new-epochs").value == 500
    assert not list_runs(runs_folder())


def test_a_mode_that_there_is_none_of_ends_the_start_with_a_sentence() -> None:
    with pytest.raises(AtlasError, match=r"LATENT_ATLAS_MODE is “school”.*\.$"):
        check_mode({MODE: "school"})
    check_mode({})


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


ANY = "[0-9a-f]{32}"


@pytest.mark.parametrize(
    ("cookie", "wanted", "kind", "given"),
    [
        ("", True, "text/html; charset=utf-8", ANY),
        (f"{COOKIE}=nonsense", True, "text/html", ANY),
        (f"a=b; {COOKIE}={ANNA}", True, "text/html", ANNA),
        (f'prefs={{"a":1, "b":2}}; a b=c; {COOKIE}={ANNA}', True, "text/html", ANNA),
        ("", True, "application/json", None),
        (f"{COOKIE}={ANNA}", True, "application/json", None),
        ("", False, "text/html", None),
    ],
)
def test_a_browser_gets_a_name_with_its_first_page_and_keeps_it_with_each_one(
    cookie: str, wanted: bool, kind: str, given: str | None
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
    assert len(found) == (given is not None)
    for each in found:
        assert re.fullmatch(rf"{COOKIE}={given}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", each)
