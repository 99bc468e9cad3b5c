"""What a judge makes of a plane, as the browser gets it, against the core that computes it."""

import gc
import json
import time
from collections.abc import Callable

import pytest
import torch

from latent_atlas.ui.judges.judge import OwnGraph, brought_graph
from latent_atlas.ui.judges.words import PLAIN, of_classifier
from latent_atlas.ui.latent_plane.judged import (
    SIDE,
    AskedJudge,
    asked_path,
    graph_told,
    judge_told,
    judged_map,
    judged_path,
)
from latent_atlas.ui.model_files import open_upload
from tests.latent_atlas.ui.model_fixtures import small_model_bytes, small_vae
from tests.node import called
from tests.onnx_graphs import SHAPE, linear
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import OnnxGraph, train_classifier
from vae_core.evaluation.onnx_classifier import as_probabilities
from vae_core.latent import Plane, class_path, class_regions

WORDS = "latent_plane/js/features/judge/words.js"
RIBBON = "latent_plane/js/features/judge/ribbon.js"


def waited(ask: Callable[[], str | bytes]) -> bytes:
    """What comes once the work in the background is done, as a browser asks for it."""
    for _ in range(120):
        if isinstance(found := ask(), bytes):
            return found
        assert found.endswith(" %")
        time.sleep(0.1)
    raise AssertionError("it never came")


def opened(seed: int, **sizes: object) -> str:
    return open_upload("a.safetensors", small_model_bytes(seed, **sizes)).digest


def test_the_programs_own_judge_learns_when_it_is_asked_for_and_says_how_well_it_does() -> None:
    told = json.loads(waited(lambda: judge_told(opened(31), "digits", None)))
    classifier = train_classifier(load_dataset("digits"))
    assert told["digest"] == classifier.digest
    assert told["names"] == list(classifier.class_names)
    assert told["told"] == of_classifier(classifier, "Digits, 8 × 8", PLAIN)
    assert classifier.digest[:12] in told["told"]
    assert told["warning"] == ""


@pytest.mark.parametrize(("scale", "axis"), [("z", "linear"), ("cdf", "gaussian-cdf")])
def test_regions_of_a_graph_that_was_brought_are_those_of_the_core(scale: str, axis: str) -> None:
    model, content = opened(32), linear()
    graph = brought_graph("mine.onnx", content, SHAPE)
    asked = AskedJudge(graph.digest)
    found = read_checkpoint(waited(lambda: judged_map(model, "digits", f"judged-{scale}-3", asked)))
    runs = OnnxGraph(content, SHAPE)
    expected = class_regions(
        small_vae(32),
        lambda x: as_probabilities(runs.scores(x)),
        Plane.of_axes(2),
        SIDE,
        3.0,
        axis="linear" if axis == "linear" else "gaussian-cdf",
    )
    assert torch.equal(found.tensors["classes"].long(), expected.classes)
    torch.testing.assert_close(found.tensors["values"], expected.confidence)


def test_a_path_is_judged_at_the_spots_that_it_is_drawn_at() -> None:
    model, content = opened(33), linear()
    graph = brought_graph("mine.onnx", content, SHAPE)
    text = "-2,0.5,-1,0,0,0,3,1"
    found = json.loads(judged_path(model, "digits", text, AskedJudge(graph.digest)))
    runs = OnnxGraph(content, SHAPE)
    expected = class_path(
        small_vae(33), lambda x: as_probabilities(runs.scores(x)), asked_path(text)
    )
    assert found["classes"] == expected.classes.tolist()
    assert found["confidence"] == pytest.approx(expected.confidence.tolist(), abs=1e-4)
    assert len(found["crossings"]) == len(expected.crossings)


def test_a_graph_is_known_by_its_digest_for_as_long_as_somebody_keeps_it() -> None:
    model = opened(34)
    graph: OwnGraph | None = brought_graph("mine.onnx", linear(), SHAPE)
    assert graph is not None
    told = graph_told(graph, load_dataset("digits"))
    assert "mine.onnx, a classifier of your own of 3 classes" in told["told"]
    asked = AskedJudge(graph.digest)
    assert judged_path(model, "digits", "0,0,1,1", asked)
    graph = None
    gc.collect()
    with pytest.raises(AtlasError, match="not here any more"):
        judged_path(model, "digits", "0,0,1,1", asked)


def test_a_model_of_other_than_two_dimensions_has_no_judge_and_the_reason_is_a_sentence() -> None:
    for latent_dim in (1, 3):
        with pytest.raises(AtlasError, match="of two latent dimensions"):
            judge_told(opened(35, latent_dim=latent_dim), "digits", None)


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3", "1,2,x,4", "nan,0,1,1", "1," * 3000])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(AtlasError, match="coordinates"):
        asked_path(text)


def test_a_path_of_more_spots_than_are_judged_is_refused() -> None:
    with pytest.raises(AtlasError, match="100 spots"):
        asked_path(",".join(["0"] * 202))


@pytest.mark.parametrize("name", ["judged", "judged-z-2.5", "judged-z-99", "judged-y-3"])
def test_no_other_map_of_a_judge_can_be_asked_for(name: str) -> None:
    with pytest.raises(AtlasError, match="no such map"):
        judged_map(opened(36), "digits", name, AskedJudge("0" * 64))


def test_where_the_class_changes_is_said_in_a_sentence() -> None:
    crossings = [{"at": 0.204, "before": 0, "after": 2}, {"at": 0.7, "before": 2, "after": 1}]
    names = ["bag", "boot", "coat"]
    assert called(WORDS, "crossingsSentence", [crossings, names], [[], names]) == [
        "The class changes: bag → coat after 20\u00a0% of the way; coat → boot after 70\u00a0%.",
        "The class stays the same all the way.",
    ]


def test_the_parts_of_a_ribbon_meet_at_the_crossings() -> None:
    verdicts = {
        "classes": [0, 0, 1],
        "confidence": [1.0, 0.8, 0.6],
        "crossings": [{"at": 0.75, "before": 0, "after": 1}],
    }
    (parts,) = called(RIBBON, "partsOf", [verdicts])
    assert [(each["label"], each["from"], each["to"]) for each in parts] == [
        (0, 0, 0.75),
        (1, 0.75, 1),
    ]
    first, second = (torch.tensor(each["corners"]) for each in parts)
    torch.testing.assert_close(
        first, torch.tensor([[0, 0], [0, 1], [0.5, 0.8], [0.75, 0.7], [0.75, 0]])
    )
    torch.testing.assert_close(second, torch.tensor([[0.75, 0], [0.75, 0.7], [1, 0.6], [1, 0]]))
