"""`latent-atlas runs`: what is looked at, written beside runs, removed, taken away, brought in."""

import json
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from vae_core.runs import Run, create_run, list_runs, make_config, runs_folder


def _run(name: str, **fields: object) -> Run:
    return create_run(make_config(dataset="digits", name=name, **fields), runs_folder())


@pytest.fixture
def two() -> tuple[Run, Run]:
    return _run("First"), _run("Second", beta=4.0, hidden=(8,))


def _told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(["runs", *words]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_what_is_written_beside_runs_is_listed_searched_and_sorted(
    two: tuple[Run, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = two
    _told(capsys, "rename", first.id, "Zebra")
    _told(capsys, "note", first.id, "odd curves")
    _told(capsys, "star", first.id)
    assert "#thesis #two" in _told(capsys, "tag", first.id, second.id, "--add", "thesis", "Two")
    _told(capsys, "tag", second.id, "--remove", "two")
    assert "★ Zebra #thesis #two" in _told(capsys)
    assert second.id not in _told(capsys, "list", "tag:two")
    by_title = json.loads(_told(capsys, "list", "--sort", "title", "--json"))
    assert [each["title"] for each in by_title] == ["Second", "Zebra"]
    assert (by_title[1]["note"], by_title[1]["starred"]) == ("odd curves", True)
    reverse = json.loads(_told(capsys, "list", "--sort", "beta", "--reverse", "--json"))
    assert [each["run"] for each in reverse] == [second.id, first.id]
    assert "None of 2 runs" in _told(capsys, "list", "beta>10")
    assert "There is no column “bta” (did you mean beta?)." in _told(
        capsys, "list", "--sort", "bta", code=2
    )


def test_a_run_is_shown_with_what_differs_first_and_its_command_line(
    two: tuple[Run, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(capsys, "show", two[1].id)
    lines = told.splitlines()
    assert lines[-1] == two[1].config.command_line()
    settings = [line.split("  ")[0] for line in lines]
    assert settings.index("Beta") < settings.index("Latent dimensions")
    as_json = json.loads(_told(capsys, "show", two[1].id, "--json"))
    assert {"hidden", "beta"} <= set(as_json["differs"])
    assert as_json["settings"]["beta"] == 4.0


def test_the_difference_of_runs_is_what_they_were_asked_for(
    two: tuple[Run, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [run.id for run in two]
    varies = json.loads(_told(capsys, "diff", *ids, "--json"))
    assert varies["beta"] == dict(zip(ids, ("1.0", "4.0"), strict=True))
    assert varies.keys() == {"beta", "hidden"}
    assert "name two or more" in _told(capsys, "diff", ids[0], code=2)


def test_a_removal_says_how_to_undo_it_and_that_undoes_it(
    two: tuple[Run, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    told = _told(capsys, "remove", *(run.id for run in two))
    assert list_runs(runs_folder()) == []
    assert {each["run"] for each in json.loads(_told(capsys, "restore", "--json"))} == {
        run.id for run in two
    }
    undo = told.strip().partition("latent-atlas ")[2].split()
    assert main(undo) == 0
    assert set(list_runs(runs_folder())) == set(two)
    capsys.readouterr()
    assert "no removed run" in _told(capsys, "restore", two[0].id, code=2)


def test_runs_are_exported_and_imported_elsewhere_and_here(
    two: tuple[Run, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "both.zip"
    _told(capsys, "export", two[0].id, f"{two[1].path}", "--out", str(file))
    elsewhere = tmp_path / "elsewhere"
    came = json.loads(_told(capsys, "import", str(file), "--json", "--runs-dir", str(elsewhere)))
    assert set(came["runs"]) == {run.id for run in two}
    assert "which is taken here" in _told(capsys, "import", str(file))
    assert len(list_runs(runs_folder())) == 4
    file.write_bytes(file.read_bytes()[:400])
    assert "is no ZIP, or a damaged one" in _told(capsys, "import", str(file), code=2)


def test_measurements_go_to_standard_output_or_a_file(
    two: tuple[Run, Run], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["runs", "csv", two[0].id]) == 0
    told = capfdbinary.readouterr().out
    assert told.startswith(b"step,samples,epoch,seconds,part,elbo,")
    assert main(["runs", "csv", two[0].id, "--out", str(tmp_path / "x.csv")]) == 0
    assert (tmp_path / "x.csv").read_bytes() == told
