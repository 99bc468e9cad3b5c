"""The page's two buttons for a ZIP of runs: what comes in through one left through the other."""

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.classroom import CLASSROOM, MODE
from latent_atlas.ui.runs import archive
from tests.latent_atlas.ui.people import ANNA, comers
from vae_core.data.own.limits import MEGABYTE
from vae_core.runs import create_run, list_runs, make_config, runs_folder

CONFIG = make_config(dataset="digits", hidden=(4,), name="Mine <b>")


def _page() -> None:
    from latent_atlas.ui.runs.archive import export_button, import_runs_button
    from vae_core.runs import list_runs, runs_folder

    export_button(list_runs(runs_folder()), "export")
    import_runs_button(runs_folder())


def _shown() -> AppTest:
    app = AppTest.from_function(_page, default_timeout=30).run()
    assert not app.exception
    return app


def test_what_was_exported_comes_in_and_a_taken_name_is_told() -> None:
    run = create_run(CONFIG, runs_folder())
    content = archive._zipped([run])
    app = _shown()
    app.file_uploader[0].upload("runs.zip", content, "application/zip").run()
    assert not app.exception
    [said] = app.success
    assert said.value == "1 run imported, 1 of them beside one of the same name."
    assert len(list_runs(runs_folder())) == 2
    assert app.file_uploader[0].value is None  # ready for the next
    app.file_uploader[0].upload("x.zip", b"PK\x03\x04 `torn`", "application/zip").run()
    [problem] = app.error
    assert "is no ZIP, or a damaged one" in problem.value
    assert not app.success
    assert len(list_runs(runs_folder())) == 2


def test_the_export_waits_for_runs_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown().download_button(key="export").proto.disabled
    create_run(CONFIG, runs_folder())
    assert not _shown().download_button(key="export").proto.disabled
    monkeypatch.setattr(archive, "exported_bytes", lambda _: 300 * MEGABYTE)
    app = _shown()
    assert app.download_button(key="export").proto.disabled
    assert "`latent-atlas runs export`" in app.caption[0].value


def test_nothing_is_imported_in_a_classroom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODE, CLASSROOM)
    comers(monkeypatch)(ANNA)
    app = _shown()
    assert not app.file_uploader
    assert app.download_button
