"""The parts of the view that asks whether a class is kept, without a page around them."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import torch

from latent_atlas.ui.judges import kept_classifiers
from latent_atlas.ui.judges.judge import Judge, OwnGraph, judge_of
from latent_atlas.ui.judges.words import of_standing, percent
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.identity import figures, words
from latent_atlas.ui.reconstruct.identity.teacher import labels_for
from tests.quick_classifier import learn_briefly
from vae_core.data import Dataset, LabelColumn
from vae_core.evaluation import (
    Classifier,
    Identity,
    Proportion,
    Verdicts,
    material,
    train_classifier,
)

NAMES = ("bag", "boot", "coat")


def verdicts(*classes: int) -> Verdicts:
    return Verdicts(torch.tensor(classes), torch.full((len(classes),), 0.9))


def made(labels: list[int] | None, original: list[int], mean: list[int]) -> Identity:
    return Identity(
        NAMES,
        None if labels is None else torch.tensor(labels),
        verdicts(*original),
        verdicts(*mean),
        verdicts(*mean),
        verdicts(0, 0, 1),
    )


def small() -> Dataset:
    labels = torch.arange(40) % 2
    images = (labels * 200)[:, None, None, None].expand(-1, 1, 8, 8).to(torch.uint8).contiguous()
    images[:, 0, 0, 0] = torch.arange(40)
    half = LabelColumn("half", (torch.arange(40) < 20).long(), ("late", "early"))
    splits = {"train": torch.arange(30), "test": torch.arange(39, 29, -1)}
    return Dataset(
        "small", "Small", images, labels, ("dark", "light"), splits, "made", "CC0",
        other_labels=(half,),
    )  # fmt: skip


def test_a_cell_that_is_clicked_is_found_by_its_place() -> None:
    table = torch.arange(9).view(3, 3)
    series = figures.confusion_option(table, NAMES, ink="#000")["series"][0]
    for place, (after, before, root, told) in enumerate(series["data"]):
        assert divmod(place, 3) == (before, after)
        share = int(table[before, after]) / int(table[before].sum())
        assert root == pytest.approx(math.sqrt(share), abs=1e-4)
        assert told.startswith(f"{NAMES[before]} → {NAMES[after]}: ")


def test_a_class_without_images_has_a_row_of_nothing() -> None:
    table = torch.tensor([[2, 0], [0, 0]])
    option = figures.confusion_option(table, ("a", "b"), ink="#000")
    assert [cell[2] for cell in option["series"][0]["data"]] == [1, 0, 0, 0]
    assert (option["visualMap"]["min"], option["visualMap"]["max"]) == (0, 1)


def test_bars_of_samples_have_wilsons_interval_and_the_most_frequent_of_many_classes() -> None:
    shares = [Proportion(count, 1000) for count in range(60)]
    names = [str(each) for each in range(60)]
    option = figures.samples_option(shares, [], names, top=10.0, ink="#000")
    assert option["xAxis"]["data"] == names[-figures.MOST_BARS :]
    low, _, share, _, high = option["series"][1]["data"][-1]
    assert [low, share, high] == pytest.approx([100 * shares[-1].low, 5.9, 100 * shares[-1].high])
    assert figures.top_share([shares], [0.31]) == 40.0


def test_what_the_images_do_not_decide_cannot_be_said() -> None:
    one = made([0, 1, 2, 0], [0, 1, 2, 0], [0, 1, 2, 1])
    assert "Whether any are lost cannot be said: 20 ± 40 %." in words.verdict(one, "mean")
    same = words.held_against(("one", one), ("other", one), "mean")
    assert same.startswith("Whether other or one keeps more cannot be said: 0 ± ")
    many = made([0] * 400, [0] * 400, [0] * 300 + [1] * 100)
    assert "**Lost: 25 ± 4 %** of the images." in words.verdict(many, "mean")
    whole = made([0] * 400, [0] * 400, [0] * 400)
    better = words.held_against(("*one*", many), ("other", whole), "mean")
    assert better == r"other keeps the class of 25 ± 4 % more of the images than \*one\*."


def test_a_lopsided_interval_is_told_by_its_ends() -> None:
    assert percent(Proportion(8_000, 10_000)) == "80.0 ± 0.8 %"
    assert percent(Proportion(300, 300)) == "100.0 % (98.7 to 100.0)"
    assert percent(Proportion(4, 4)) == "100 % (51 to 100)"


def test_without_labels_nothing_is_said_of_how_right_the_originals_are() -> None:
    told = words.verdict(made(None, [0, 1, 2, 0], [0, 1, 2, 1]), "mean")
    assert "originals" not in told
    assert "1 class is never drawn." in words.of_samples(made(None, [0], [0]))


def test_a_classifier_that_means_little_is_said_to_and_a_fit_one_needs_no_word() -> None:
    assert of_standing("fit") == ""
    assert "mean little" in of_standing("unfit")
    assert "cannot be said" in of_standing("open")


def compared(data: Dataset, split: str) -> Comparison:
    return cast("Comparison", SimpleNamespace(data=data, split=data.split(split)))


def test_labels_are_those_of_the_column_whose_classes_the_judge_has_in_the_order_of_the_split() -> (
    None
):
    data = small()
    judge = Judge("0" * 64, ("late", "early"), cast("Classifier", None), "half")
    assert labels_for(compared(data, "test"), judge).tolist() == [0] * 10  # type: ignore[union-attr]
    other = Judge("0" * 64, ("dark", "light"), cast("Classifier", None))
    assert labels_for(compared(data, "test"), other).tolist() == [1, 0] * 5  # type: ignore[union-attr]
    strange = Judge("0" * 64, ("0", "1", "2"), cast("Classifier", None))
    assert labels_for(compared(data, "test"), strange) is None


def test_a_graph_of_as_many_classes_has_their_names_and_another_one_numbers() -> None:
    graph = OwnGraph("mine.onnx", b"graph", (1, 8, 8), 2)
    assert judge_of(graph, small()).class_names == ("dark", "light")
    three = OwnGraph("mine.onnx", b"graph", (1, 8, 8), 3)
    assert judge_of(three, small()).class_names == ("0", "1", "2")


def test_a_classifier_is_trained_once_kept_and_trained_anew_where_its_file_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_CACHE", str(tmp_path))
    learn_briefly(monkeypatch, looks=3)
    given = material(small())
    assert kept_classifiers.kept(given.digest) is None
    kept_classifiers.train("Learns", given, given.digest)
    job = kept_classifiers.training(given.digest)
    assert job is not None
    job.wait(60)
    assert job.state == "finished"
    found = kept_classifiers.kept(given.digest)
    assert found is not None
    assert found.digest == train_classifier(small()).digest
    (file,) = (tmp_path / "classifiers").iterdir()
    file.write_bytes(file.read_bytes()[:-100])
    assert kept_classifiers.kept(given.digest) is None
