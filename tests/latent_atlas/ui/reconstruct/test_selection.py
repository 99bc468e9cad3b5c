"""Brushes of a split: written in the address, and read alike by Python and by the browser."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_atlas.ui.reconstruct.measure import Measurement
from latent_atlas.ui.reconstruct.selection import Brush, brushes_of, chosen, in_words
from tests.node import called
from vae_core.evaluation import ImageBounds

JS = "reconstruct/split/selecting.js"
TEXTS = [
    "A:120,340",
    "B:,99.5",
    "A-B:0,",
    "BxA:90,120,80,110.25",
    "z:-1,1,,0.5",
    "A:100,200~z:-1,1,-1,1",
    "z:1e-7,2,-3,4",
    "c:3",
    "A:1,2~B:1,2~z:,,,~c:12",
]
KINDS = {"cost": "A", "difference": "A-B", "costs": "AxB", "place": "z", "class": "c"}
BROKEN = [
    "",
    "A",
    "M:1,2",
    "A:1",
    "A:1,2,3,4",
    "AxB:1,2",
    "A:x,1",
    "z:1,2",
    "A:١,2",
    "a:1,2",
    "D:1,2",
    "c:",
    "c:1,2",
    "c:99999",
]


def _measurement(seed: int) -> Measurement:
    generator = torch.Generator().manual_seed(seed)
    elbo = -150 + 40 * torch.randn(500, generator=generator)
    places = torch.randn(500, 2, generator=generator)
    none = torch.zeros(500)
    return Measurement(ImageBounds(elbo, none, -elbo, none[:, None]), 0.0, none, places, (0, 1))


NUMBERS = {place: _measurement(place) for place in range(3)}
LABELS = torch.arange(500) % 7


@pytest.mark.parametrize("text", TEXTS + BROKEN)
def test_the_browser_reads_what_python_reads(text: str) -> None:
    here = [
        {
            "kind": KINDS[each.kind],
            "first": each.first,
            "second": each.second,
            "ends": [None if math.isinf(end) else end for end in each.ends],
        }
        for each in brushes_of(text, 3)
    ]
    assert called(JS, "brushesOf", [text, 3]) == [here]
    assert bool(here) == (text in TEXTS)


@pytest.mark.parametrize(
    "text",
    ["A:120,180", "B:-1e9,150.25", "A-C:0,1e9", "CxB:90,160,80,150", "z:-1,1,0,2", "c:3~A:99,200"],
)
def test_both_choose_the_same_images(text: str) -> None:
    brushes = brushes_of(text, 3)
    told = called(JS, "brushesOf", [text, 3])[0]
    costs = [(-NUMBERS[place].bounds.elbo).tolist() for place in range(3)]
    numbers = {"costs": costs, "places": NUMBERS[0].places.flatten().tolist(), "count": 500}
    numbers["labels"] = LABELS.tolist()
    (count,) = called(JS, "choose", [told, numbers, [0] * 500])
    among = chosen(brushes, NUMBERS, LABELS)
    assert 0 < int(among.sum()) == count < 500


def test_brushes_choose_what_numpy_does_and_several_what_all_do() -> None:
    a, b = (-NUMBERS[place].bounds.elbo.numpy() for place in (0, 1))
    x = NUMBERS[0].places.numpy()[:, 0]
    wanted = (a - b >= 5) & (x >= -0.5) & (x <= 1)
    np.testing.assert_array_equal(chosen(brushes_of("A-B:5,~z:-0.5,1,,", 3), NUMBERS), wanted)


def test_a_class_needs_no_number_and_nothing_is_of_it_where_there_are_no_classes() -> None:
    assert chosen(brushes_of("c:3", 1), {}, LABELS).nonzero()[:, 0].tolist() == [*range(3, 500, 7)]
    assert not chosen(brushes_of("c:3", 1), {0: NUMBERS[0]}).any()


def test_no_number_is_chosen_by_none() -> None:
    first = NUMBERS[0]
    broken = replace(first, bounds=replace(first.bounds, elbo=torch.full((500,), torch.nan)))
    assert not chosen([Brush("cost", 0, 0, (-math.inf, math.inf))], {0: broken}).any()


def test_a_selection_is_said_in_words() -> None:
    assert in_words(brushes_of("c:1~c:7", 2), ("bag", "boot")) == "of class boot and of class 7"
    assert in_words(brushes_of("A:120,340~A-B:0,", 2), ()) == (
        "120 to 340 nats under A and 0.00 or more nats more under A than under B"
    )


def test_a_drag_takes_what_it_covers_and_is_open_at_the_edge() -> None:
    box = {"left": 10, "top": 0, "width": 200, "height": 100}
    ranges = [[0, 100], [-1, 1]]
    calls = [
        [box, ranges, {"x": 60, "y": 75}, {"x": 110, "y": 25}],
        [box, ranges[:1], {"x": 500, "y": 0}, {"x": 110, "y": 0}],
    ]
    assert called("reconstruct/split/brushing.js", "endsBetween", *calls) == [
        [25, 50, -0.5, 0.5],
        [50, None],  # Infinity, which JSON does not know
    ]


def test_keys_begin_move_and_resize_a_brush_within_what_is_seen() -> None:
    ranges = [[0, 80], [0, 40]]
    calls: list[list[object]] = [
        [None, ranges, "Enter", False],
        [[20, 60, 10, 30], ranges, "ArrowRight", False],
        [[20, 60, 10, 30], ranges, "ArrowUp", True],
        [[40, 80, 10, 30], ranges, "ArrowRight", False],
        [[20, 60], ranges[:1], "ArrowLeft", True],
    ]
    assert called(JS, "nudged", *calls) == [
        [20, 60, 10, 30],
        [22, 62, 10, 30],
        [20, 60, 10, 31],
        [40, 80, 10, 30],
        [20, 58],
    ]


def test_bins_hold_every_image_and_the_outer_ones_what_is_beyond() -> None:
    values = [-5, 0, 0.5, 1, 9.9, 10, 70]
    (bins,) = called(JS, "binned", [values, 7, [0, 10], 10])
    assert bins == [0, 0, 0, 1, 9, 9, 9]
    assert called(JS, "tally", [bins, 10, None], [bins, 10, [0, 1, 1, 1, 0, 1, 1]]) == [
        [3, 1, 0, 0, 0, 0, 0, 0, 0, 3],
        [2, 1, 0, 0, 0, 0, 0, 0, 0, 2],
    ]
    assert called(JS, "ticks", [0, 10], [33, 412], [-4.2, 4.4], [1, 1]) == [
        [0, 2, 4, 6, 8, 10],
        [100, 200, 300, 400],
        [-4, -2, 0, 2, 4],
        [],
    ]
