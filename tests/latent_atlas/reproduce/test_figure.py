"""A stored result is checked where it is read: what cannot be drawn is refused in one sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from latent_atlas.reproduce.figure import read_figure
from vae_core.errors import AtlasError


def _claim() -> dict[str, Any]:
    lead = {"label": "lead", "values": [1.0, 1.1, 0.9]}
    return {
        "key": "a",
        "sentence": "It is ahead.",
        "paper": "So it says.",
        "ours": "It is.",
        "rule": {"quantity": "lead", "tolerance": "none", "comparisons": [lead]},
    }


def _document() -> dict[str, Any]:
    curve = {"label": "AEVB", "method": "aevb", "split": "test", "x": [1, 10], "y": [[-2, -1]]}
    panel = {
        "kind": "curves",
        "key": "a",
        "title": "A",
        "x_label": "samples",
        "y_label": "nats",
        "x_scale": "log",
        "curves": [curve],
    }
    provenance = {
        "command": "latent-atlas reproduce figure2",
        "date": "2026-11-22T00:00:00Z",
        "samples": 10,
        "seeds": [0],
        "quick": False,
        "left_out": [],
        "environment": {},
    }
    return {
        "name": "figure2",
        "title": "T",
        "caption": "C",
        "panels": [panel],
        "claims": [_claim()],
        "provenance": provenance,
    }


def test_a_document_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "figure2.json"
    path.write_text(json.dumps(_document()))
    figure = read_figure(path)
    path.write_text(figure.json_text())
    assert read_figure(path) == figure


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": [[-2]]}, "not as long as its x"),
        ({"x": [0, 10]}, "logarithmic axis has positive values"),
        ({"y": [[float("nan"), 1]]}, "finite"),
        ({"split": "valid"}, "train"),
    ],
)
def test_curves_that_cannot_be_drawn_are_refused(
    change: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    document = _document()
    document["panels"][0]["curves"][0].update(change)
    path = tmp_path / "figure2.json"
    path.write_text(json.dumps(document))
    with pytest.raises(AtlasError, match=sentence):
        read_figure(path)


def test_a_verdict_that_does_not_follow_from_its_numbers_is_refused(tmp_path: Path) -> None:
    document = _document()
    path = tmp_path / "figure2.json"
    document["claims"][0]["verdict"] = "holds"
    path.write_text(json.dumps(document))
    assert read_figure(path).claims[0].verdict == "holds"
    document["claims"][0]["rule"]["comparisons"][0]["values"] = [1.0, -1.1, 0.9]
    path.write_text(json.dumps(document))
    with pytest.raises(AtlasError, match="does not follow from its rule"):
        read_figure(path)


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1}'])
def test_another_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(AtlasError, match=r"other\.json is not a result"):
        read_figure(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="cannot be read"):
        read_figure(tmp_path / "none.json")


def test_a_refusal_quotes_no_more_of_a_file_than_a_sentence_holds(tmp_path: Path) -> None:
    told = _document()
    told["panels"][0]["kind"] = "x" * 5_000
    file = tmp_path / "figure.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(AtlasError, match="is not a result of") as refused:
        read_figure(file)
    assert len(str(refused.value)) < 500
