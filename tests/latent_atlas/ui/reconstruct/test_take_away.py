import json
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.__main__ import main
from latent_atlas.ui.data.jobs import Job
from latent_atlas.ui.model_files import find_model
from latent_atlas.ui.reconstruct.comparison import Comparison, compare
from latent_atlas.ui.reconstruct.reported import report_of, subjects
from latent_atlas.ui.reconstruct.take_away import _work, all_of, content
from tests.quick_classifier import learn_briefly
from vae_core.data import load_dataset
from vae_core.evaluation import Watch


def compared() -> Comparison:
    data = load_dataset("digits")
    entry = find_model("digits-2d")
    assert entry is not None
    return compare([entry], data, data.split("test"), "grey")


def test_the_files_are_what_the_command_line_beside_them_makes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    comparison = compared()
    report = report_of(comparison, identity=False)
    line = report.command
    start = "latent-atlas compare digits-2d --dataset digits --split test"
    assert line == f"{start} --out comparison.html"
    assert main([*start.split()[1:], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["models"][0]["cost"]["value"] == pytest.approx(
        -subjects(report, Watch()).models[0].bounds.elbo.double().mean().item(), rel=1e-6
    )
    assert content(report, "comparison.csv").startswith(b"index,split,image,label,class,")
    assert told["headline"].encode() in content(report, "comparison.html").replace(
        b'<span class="whole">', b""
    ).replace(b"</span>", b"")


def _page() -> None:
    from latent_atlas.ui.reconstruct.take_away import take_away
    from tests.latent_atlas.ui.reconstruct.test_take_away import compared

    take_away(compared())


def test_an_open_menu_offers_all_files_and_makes_none_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    monkeypatch.setattr(
        "latent_atlas.ui.reconstruct.take_away.content", lambda _, name: made.append(name)
    )
    app = AppTest.from_function(_page, default_timeout=60).run()
    assert not app.exception
    assert not app.download_button
    app.session_state["reconstruct-take-away"] = True
    app.run()
    assert not app.exception
    assert [each.label for each in app.download_button] == [
        "Report, HTML", "Report, PDF", "Numbers of each image, CSV", "Wall, PNG",
    ]  # fmt: skip
    assert "latent-atlas compare digits-2d" in app.code[0].value
    assert made == []


def test_what_the_files_need_is_measured_in_the_background_and_can_be_stopped_and_begun_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learn_briefly(monkeypatch)
    report = report_of(compared(), identity=True)
    assert report.lessons is not None
    job = Job("Measuring 1 model")
    job.cancel()
    job.run(partial(_work, report))
    assert (job.state, job.message) == ("cancelled", "Stopped: the files were not made.")
    shares: list[float] = []
    found = all_of(report, Watch(shares.append))
    assert shares == sorted(shares)
    assert found.record.judge is not None
    assert found.record.judge.originals is not None
    assert b"Kept the identity?" in content(report, "comparison.html")
    assert report.command.endswith("--identity --out comparison.html")
