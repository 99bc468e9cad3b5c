"""What is said of images and numbers follows from their shape, treatment and likelihood."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from latent_atlas.reports.data_words import about_targets, targets, values
from latent_atlas.ui import reconstruct
from vae_core.evaluation import Treatment
from vae_core.models import Nats


def test_values_are_pixels_in_grey_and_three_a_pixel_in_colour() -> None:
    assert values((1, 28, 20)) == "560 pixels"
    assert values((3, 32, 32)) == "3,072 colour values"


@pytest.mark.parametrize("treatment", ["grey", "dynamic", "static"])
@pytest.mark.parametrize("nats", get_args(Nats))
def test_nothing_said_of_colour_images_calls_them_grey_or_black(
    treatment: Treatment, nats: Nats
) -> None:
    said = targets(treatment, 3, nats=nats), about_targets(treatment, 3, nats=nats)
    for sentence in said:
        assert "colour" in sentence
        assert not re.search(r"grey|black|white|ink|stroke|digit", sentence)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_density_is_called_one_and_never_a_probability(channels: int) -> None:
    assert targets("grey", channels, nats="density").endswith("under a density")
    told = about_targets("grey", channels, nats="density")
    assert "may be below zero" in told
    assert "probabilities" not in told


def test_the_floor_is_that_of_these_images() -> None:
    assert "45.5 nats an image here" in about_targets("grey", 1, nats="probability", floor=45.49)
    assert "on average" not in about_targets("grey", 1, nats="probability")


def test_what_reconstruct_says_by_itself_assumes_nothing_of_the_images() -> None:
    folder = Path(reconstruct.__file__).parent
    own: list[str] = []
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documents = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        }
        own += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value not in documents | {"grey"}  # the name of a treatment
        ]
    for path in folder.glob("*.js"):
        own += re.findall(r"[\"`]([^\"`\n]+)[\"`]", path.read_text(encoding="utf-8"))
    assumed = re.compile(r"\b(ink|strokes?|digits?|grey|black|\d+ pixels)\b")
    assert not [text for text in own if assumed.search(text)]
