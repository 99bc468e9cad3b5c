"""Masks in links, sentences of verdicts, and pictures of recoveries."""

from dataclasses import replace
from typing import Any, cast

import pytest
import torch

from latent_atlas.ui.reconstruct.comparison import Column
from latent_atlas.ui.reconstruct.corrupt import words
from latent_atlas.ui.reconstruct.corrupt.choices import Damage, drawn_mask
from latent_atlas.ui.reconstruct.corrupt.curves import Curves
from latent_atlas.ui.reconstruct.corrupt.figure import NOTHING, curve_data, curve_figure
from latent_atlas.ui.reconstruct.corrupt.masks import (
    known_from_runs,
    known_from_text,
    mask_text,
    runs_of,
)
from latent_atlas.ui.reconstruct.corrupt.recoveries import STEPS, at_once, step_by_step
from tests.latent_atlas.ui.model_fixtures import small_vae
from tests.node import called
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.corruption import CORRUPTIONS, corrupted
from vae_core.evaluation.denoising import DenoisingCurve

SHAPES = [(28, 20), (8, 8), (105, 105)]


@pytest.mark.parametrize(("height", "width"), SHAPES)
def test_a_mask_is_the_same_after_a_link_and_after_the_browser(height: int, width: int) -> None:
    known = torch.rand(height, width, generator=torch.Generator().manual_seed(0)) < 0.5
    again = known_from_runs(runs_of(known), height, width)
    assert again is not None
    assert torch.equal(again, known)
    text = mask_text(known)
    if text is not None:
        linked = known_from_text(text, height, width)
        assert linked is not None
        assert torch.equal(linked, known)
    assert text is not None or (height, width) == (105, 105)


@pytest.mark.parametrize("text", ["", "*", "AAAA", "x" * 5000, "eJwDAAAAAAE", "é"])
def test_a_link_that_is_no_mask_is_none(text: str) -> None:
    assert known_from_text(text, 8, 8) is None


@pytest.mark.parametrize(
    "sent", [None, "abc", [1, 2], [-1, 65], [64.0], {"a": 1}, [1] * 100, [10**12]]
)
def test_runs_that_do_not_fill_the_image_are_no_mask(sent: object) -> None:
    assert known_from_runs(sent, 8, 8) is None


def test_the_browser_writes_the_runs_that_python_reads() -> None:
    missing = (torch.rand(64, generator=torch.Generator().manual_seed(1)) < 0.5).int()
    (runs,) = called("reconstruct/corrupt/mask_pad.js", "runsOf", [missing.tolist()])
    known = known_from_runs(runs, 8, 8)
    assert known is not None
    assert known.flatten().int().tolist() == (1 - missing).tolist()
    assert runs == runs_of(known)
    (back,) = called("reconstruct/corrupt/mask_pad.js", "missingOf", [runs, 64])
    assert back == missing.tolist()


class _Titled:
    def __init__(self, title: str) -> None:
        self.title = title


def _curves(*errors: list[float], images: int = 40) -> Curves:
    """Of models with these mean errors at 0, 0.1, 0.2 and 0.3; doing nothing has 0, 1, 2, 3."""
    generator = torch.Generator().manual_seed(0)

    def curve(means: list[float]) -> DenoisingCurve:
        spread = 0.2 * torch.randn(4, images, generator=generator, dtype=torch.float64)
        spread = spread - spread.mean(1, keepdim=True)
        values = torch.tensor(means, dtype=torch.float64).unsqueeze(1) + spread
        return DenoisingCurve((0.0, 0.1, 0.2, 0.3), values, values)

    titles = ("one", "two", "three")
    models = [
        (cast("Column", _Titled(title)), curve(means))
        for title, means in zip(titles, errors, strict=False)
    ]
    nothing = torch.arange(4.0, dtype=torch.float64).unsqueeze(1).expand(4, images)
    return Curves(models, DenoisingCurve((0.0, 0.1, 0.2, 0.3), nothing, None), images)


def _said(curves: Curves, strength: float = 0.2) -> str:
    damage = Damage(CORRUPTIONS["noise"], strength, "once", "prior", "noise")
    return words.verdict_sentence(curves, damage, [column.title for column, _ in curves.models])


def test_a_verdict_says_which_is_better_by_how_much_and_where_doing_nothing_loses() -> None:
    said = _said(_curves([1.5] * 4, [1.0, 1.2, 1.0, 1.0]))
    assert said.startswith("At Gaussian noise 0.2, B recovers better than A by 0.5")
    assert " ± " in said
    assert said.endswith("Both beat doing nothing from 0.2 on.")


def test_models_that_are_not_measured_yet_are_named_as_such() -> None:
    damage = Damage(CORRUPTIONS["noise"], 0.2, "once", "prior", "noise")
    curves = _curves([1.5] * 4, [1.0, 1.2, 1.0, 1.0])
    titles = [column.title for column, _ in curves.models]
    said = words.verdict_sentence(curves, damage, [*titles, "one that waits", "another"])
    assert said.endswith("C and D are not measured yet, and nothing here is said of them.")


def test_of_one_image_nothing_is_sure() -> None:
    curves = replace(_curves([1.5] * 4, [1.0] * 4), images=1)
    assert _said(curves).startswith("Of one image nothing is sure")


def test_what_the_images_do_not_decide_cannot_be_said() -> None:
    said = _said(_curves([1.5] * 4, [1.5001] * 4))
    assert "which of A and B recovers better cannot be said" in said


def test_of_three_models_the_open_one_is_named() -> None:
    said = _said(_curves([1.5] * 4, [1.0] * 4, [1.001] * 4))
    assert "B recovers better than A by 0.5" in said
    assert "between it and C it cannot be said" in said


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([4.0] * 4, "The model nowhere surely beats doing nothing."),
        ([0.5] * 4, "The model beats doing nothing at every strength."),
        ([1.5, 1.5, 1.5, 9.0], "The model beats doing nothing at 0.2."),
        ([0.5, 0.5, 0.5, 9.0], "The model beats doing nothing up to 0.2."),
    ],
)
def test_one_model_is_held_against_doing_nothing(errors: list[float], expected: str) -> None:
    assert _said(_curves(errors)) == expected


def test_a_mask_has_no_strengths_to_speak_of() -> None:
    known = torch.ones(8, 8, dtype=torch.bool)
    damage = Damage(drawn_mask(known), 1.0, "draw", "prior", "mask x")
    assert words.at_strength(damage) == "With this mask"
    share = Damage(CORRUPTIONS["missing-left"], 0.375, "draw", "prior", "missing-left")
    assert words.at_strength(share) == "With 37.5 % missing on the left"


def test_the_figure_has_doing_nothing_for_pictures_and_not_for_nats() -> None:
    curves = _curves([1.5] * 4, [1.0] * 4)
    squares = curve_data(curves, ["A one", "B two"], "σ", nats=False)
    assert [line.name for line in squares.lines] == ["A one", "B two", NOTHING]
    nats = curve_data(curves, ["A one", "B two"], "σ", nats=True)
    assert [line.name for line in nats.lines] == ["A one", "B two"]
    drawn: dict[str, Any] = curve_figure(squares, 0.2)
    assert drawn["data"][0]["y"] == pytest.approx([1.5] * 4)
    assert all(half_width > 0 for half_width in drawn["data"][0]["error_y"]["array"])


@pytest.mark.parametrize(
    ("shape", "latent_dim"), [((3, 64, 64), 1), ((1, 28, 20), 200), ((1, 8, 8), 2)]
)
def test_states_come_with_distances_and_the_exact_answer_where_there_is_one(
    shape: tuple[int, int, int], latent_dim: int
) -> None:
    vae = small_vae(image_shape=shape, latent_dim=latent_dim)
    clean = torch.rand(2, *shape, generator=torch.Generator().manual_seed(0))
    found = corrupted(clean, CORRUPTIONS["missing-top"], 0.5)
    told: list[float] = []
    rows = step_by_step(vae, clean, found, "draw", "grey", Watch(progress=told.append))
    assert told == sorted(told)
    for row in rows:
        assert len(row.told) == STEPS + 1
        assert (row.exact is not None) is (latent_dim <= 3)
        assert len(row.nearness) == (STEPS + 1 if latent_dim <= 3 else 0)
    assert [len(row.told) for row in at_once(vae, clean, found)] == [1, 1]
    with pytest.raises(Cancelled):
        step_by_step(vae, clean, found, "draw", "grey", Watch(cancelled=lambda: True))
