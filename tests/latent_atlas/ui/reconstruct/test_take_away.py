import json

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.__main__ import main
from latent_atlas.ui.model_files import find_model
from latent_atlas.ui.reconstruct.comparison import Comparison, compare
from latent_atlas.ui.reconstruct.reported import report_of, subjects
from latent_atlas.ui.reconstruct.take_away import content
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
