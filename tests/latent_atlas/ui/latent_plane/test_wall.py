"""The wall of pictures below the plane of a run: what it says, and what it draws from the prior."""

import torch

from tests.node import called

SHOWN = {"count": 6, "draws": 6, "step": None, "epoch": None, "flat": False, "slower": ""}


def test_the_wall_says_what_it_shows_and_of_when() -> None:
    changes: list[tuple[dict[str, object], str]] = [
        ({}, "6 images, reconstructed below · 6 draws · the model itself"),
        ({"count": 1, "draws": 1, "step": 1200}, "1 image, reconstructed below · 1 draw ·"),
        ({"step": 1200}, "6 draws · step 1,200"),
        ({"step": 1200, "epoch": 0}, "6 draws · epoch 0"),
        ({"flat": True}, "6 images, decoded below from this plane · 6 draws"),
        ({"step": 7, "slower": "A frame is large."}, "6 draws · step 7. A frame is large."),
        ({"count": 0, "step": 1}, "6 draws · step 1"),
    ]
    module = "latent_plane/js/features/wall.js"
    asked: list[list[object]] = [[{**SHOWN, **change}] for change, _ in changes]
    told = called(module, "wallWords", *asked)
    for words, (_, wanted) in zip(told, changes, strict=True):
        assert wanted in words
    assert "image" not in told[-1]


def test_draws_are_standard_normal_and_the_same_ones_for_the_same_seed() -> None:
    asked: list[list[object]] = [[20_000, 1], [20_000, 1], [20_000, 2], [3, 1]]
    one, again, other, few = called("latent_plane/js/util/normals.js", "normals", *asked)
    assert one == again
    assert few == one[:3]
    drawn = torch.tensor([one, other])
    assert drawn.mean(1).abs().max() < 0.03  # four standard errors
    assert (drawn.std(1) - 1).abs().max() < 0.02
    assert abs(float((drawn.abs() < 1).float().mean()) - 0.6827) < 0.01
    for first, second in ((drawn[0], drawn[1]), (drawn[0, :-1], drawn[0, 1:])):
        assert abs(float(torch.corrcoef(torch.stack([first, second]))[0, 1])) < 0.03
