"""``gradient-variance`` as people call it."""

import json

import pytest

from latent_atlas.__main__ import main
from vae_core.algorithms.variance import WAYS

TINY = ["gradient-variance", "digits", "--hidden", "8", "--latent-dim", "2", "--draws", "5"]


def test_every_way_is_measured_at_every_stage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TINY, "--stages", "0,12000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [stage["samples"] for stage in found["stages"]] == [0, 12000]
    for stage in found["stages"]:
        rows = {row["way"]: row for row in stage["rows"]}
        assert set(rows) == set(WAYS)
        assert rows["b"]["relative"] == 1
        assert rows["none"]["relative"] > 10
        row = rows["leave-one-out"]
        assert row["decoder_passes"] == 17
        assert row["relative_at_equal_passes"] == pytest.approx(17 * row["relative"])


def test_people_get_a_table_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TINY, "--stages", "0"]) == 0
    table = capsys.readouterr().out
    assert "at initialisation" in table
    for way in WAYS.values():
        assert way.title in table


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--draws", "1"], "needs 2 or more"),
        (["--stages", "-5"], "--stages"),
        (["--batch-size", "0"], "--batch-size is 0"),
        (["--latent-dim", "0"], "512 latent dimensions"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TINY, *words]) == 2
    assert sentence in capsys.readouterr().err
