"""Runs from before a setting came are read as they were meant: as it was without it."""

import json
from pathlib import Path

import pytest

from vae_core.algorithms import ALGORITHMS, Settings
from vae_core.errors import AtlasError
from vae_core.options import options_of
from vae_core.runs import create_run, make_config, open_run

LATER = [(kind, name) for kind in ALGORITHMS.values() for name in kind.formerly]


def test_some_settings_came_later() -> None:
    assert (ALGORITHMS["made"], "weight_decay") in LATER


@pytest.mark.parametrize(("kind", "name"), LATER, ids=lambda value: getattr(value, "name", value))
def test_a_run_that_does_not_name_it_has_what_was_before_and_a_new_one_what_is_usual(
    kind: type[Settings], name: str, tmp_path: Path
) -> None:
    usual = make_config(dataset="digits", algorithm=kind.name)
    run = create_run(usual, tmp_path)
    file = run.path / "config.json"
    assert open_run(tmp_path, run.id).config.algorithm == usual.algorithm
    document = json.loads(file.read_text())
    del document["config"]["algorithm"][name]
    file.write_text(json.dumps(document))
    read = open_run(tmp_path, run.id).config
    expected = make_config(dataset="digits", algorithm=kind.name, **{name: kind.formerly[name]})
    assert read.algorithm == expected.algorithm != usual.algorithm
    assert f"{options_of(kind)[name].flag} {kind.formerly[name]}" in read.command()


def test_what_a_file_names_is_checked_as_ever(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits", algorithm="made"), tmp_path)
    file = run.path / "config.json"
    document = json.loads(file.read_text())
    document["config"]["algorithm"]["weight_decay"] = -1
    file.write_text(json.dumps(document))
    with pytest.raises(AtlasError, match="asks for what cannot be"):
        _ = open_run(tmp_path, run.id).config
