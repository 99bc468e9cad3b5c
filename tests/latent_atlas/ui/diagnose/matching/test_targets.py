"""A target is reached by its sliders exactly, and what is left of the error is a share."""

import pytest
import torch

from latent_atlas.ui.diagnose.matching import targets
from latent_atlas.ui.diagnose.matching.board import told_from
from latent_atlas.ui.diagnose.matching.targets import (
    STEPS,
    Sliders,
    share_left,
    target_of,
    untried,
)
from tests.node import called
from vae_core.models import VAE, Architecture

SCORE = "diagnose/matching/score.js"
SLIDERS = Sliders(axes=(2, 0), of=3, extent=3)


@pytest.fixture
def vae() -> VAE:
    torch.manual_seed(3)
    return VAE(Architecture(image_shape=(1, 8, 8), latent_dim=3, hidden=(16,)))


def test_a_target_is_reached_exactly_and_at_the_start_all_of_the_error_is_left(vae: VAE) -> None:
    images = (255 * torch.rand(20, 1, 8, 8)).to(torch.uint8)
    found = target_of(vae, images, SLIDERS, 7)
    assert share_left(vae, SLIDERS, found, found.steps) == 0
    assert share_left(vae, SLIDERS, found, (0, 0)) == pytest.approx(1)
    anew = target_of(vae, images, SLIDERS, 27)
    assert (anew.number, anew.image) == (found.number, found.image)  # they begin anew
    mean = vae.encode(images[found.image : found.image + 1].float() / 255).mu[0, [2, 0]]
    assert max(abs(mean.detach() * STEPS - torch.tensor(found.steps))) <= 0.5


def test_a_target_that_is_drawn_at_0_has_no_number_of_its_own(
    vae: VAE, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = (255 * torch.rand(20, 1, 8, 8)).to(torch.uint8)
    dull = [target_of(vae, images, SLIDERS, each).image for each in (4, 5)]
    whole = targets.error_at_start
    monkeypatch.setattr(
        targets,
        "error_at_start",
        lambda vae, sliders, each: 0.0 if each.image in dull else whole(vae, sliders, each),
    )
    found = target_of(vae, images, SLIDERS, 4)
    assert found.number == 6
    assert found.image == target_of(vae, images, SLIDERS, 6).image


def test_the_next_target_is_one_that_was_not_tried_while_there_is_any() -> None:
    assert untried({1, 2, 4}, 5) == 3
    assert untried({1, 2, 4}, 5, after=3) == 5
    assert untried({1, 2, 4, 5}, 5, after=4) == 3
    assert untried({1, 2, 3, 4, 5}, 5, after=5) == 1


def test_the_share_is_the_root_of_the_mean_square_by_that_at_the_start_in_both_languages(
    vae: VAE,
) -> None:
    target = target_of(vae, torch.full((1, 1, 8, 8), 255, dtype=torch.uint8), SLIDERS, 1)
    places = [target.steps, (0, 0), (4, -9)]
    codes = torch.cat([SLIDERS.code(each) for each in places])
    with torch.no_grad():
        pictures = vae.decode(codes).mean.flatten(1).double()
    left, start = called(
        SCORE,
        "difference",
        [pictures[2].tolist(), pictures[0].tolist()],
        [pictures[1].tolist(), pictures[0].tolist()],
    )
    assert start == pytest.approx(torch.dist(pictures[1], pictures[0]).item() / 8)
    share = share_left(vae, SLIDERS, target, (4, -9))
    assert share == pytest.approx(left / max(start, 1 / 255), rel=1e-4)
    assert called(SCORE, "codeOf", [[4, -9], [2, 0], 3, STEPS]) == [
        pytest.approx(codes[2].tolist())
    ]


def test_the_words_say_when_a_target_is_reached_and_what_is_farther_away() -> None:
    said = called(SCORE, "shareWords", *([each, 0.1] for each in (0, 0.081, 0.1, 0.62, 1.3)))
    assert [each.split(" ")[0] for each in said] == ["Matched", "Reached:", "Reached:", "62", "130"]
    assert said[4].endswith("farther away than you began.")
    assert called(SCORE, "clock", [7.4], [760]) == ["0:07", "12:40"]


def test_what_a_browser_tells_is_of_the_board_that_it_shows_or_nothing() -> None:
    sound = {
        "of": "a 1",
        "id": "x",
        "ending": "done",
        "seconds": 3.5,
        "steps": [30, -30],
        "next": False,
    }
    assert told_from(sound, "a 1", SLIDERS) is not None
    wrong: list[dict[str, object]] = [
        {"of": "a 2"},
        {"steps": [31, 0]},
        {"steps": [1]},
        {"steps": ["1", 0]},
        {"seconds": float("nan")},
        {"seconds": -1.0},
        {"ending": "won"},
        {"more": 1},
    ]
    assert [told_from({**sound, **each}, "a 1", SLIDERS) for each in wrong] == [None] * len(wrong)
    assert told_from(None, "a 1", SLIDERS) is None
