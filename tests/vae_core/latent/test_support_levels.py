"""Bars, words and percentages of the meter: one rule for all."""

import re

import pytest

from vae_core.latent.support_levels import LEVELS, support_level, support_sentence, whole_percent

SHARES = [n / 2000 for n in range(2001)]


def test_every_percentage_that_is_written_belongs_to_the_bars_and_words_beside_it() -> None:
    bounds = [level.percent for level in LEVELS] + [101]
    for share in SHARES:
        bars = support_level(share)
        written = re.match(r"(\d+) %", support_sentence(share))
        percent = int(written[1]) if written else whole_percent(share)
        assert bounds[bars] <= percent < bounds[bars + 1], share
        assert LEVELS[bars].advice in support_sentence(share)


def test_more_bars_never_go_with_a_smaller_share() -> None:
    bars = [support_level(share) for share in SHARES]
    assert bars == sorted(bars)
    assert set(bars) == set(range(len(LEVELS)))


def test_every_level_has_words_of_its_own_and_well_supported_is_above_half() -> None:
    assert len({level.words for level in LEVELS}) == len(LEVELS) == 6
    assert [level.percent for level in LEVELS if "Well" in level.words] == [50]
    # Where a picture is to be doubted, a sentence says so, and nowhere else.
    assert [bool(level.advice) for level in LEVELS] == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("share", "words", "sentence"),
    [
        (
            0.0,
            "Unsupported",
            "Hardly any image lies near here; do not trust the picture.",
        ),
        (
            0.01,
            "Barely supported",
            "1 % of the images lie in emptier spots; trust the picture less.",
        ),
        (
            0.0999,
            "Barely supported",
            "9 % of the images lie in emptier spots; trust the picture less.",
        ),
        (
            0.23,
            "Thinly supported",
            "23 % of the images lie in emptier spots; trust the picture less.",
        ),
        (0.29, "Partly supported", "29 % of the images lie in emptier spots."),
        (0.5, "Well supported", "50 % of the images lie in emptier spots."),
        (1.0, "Strongly supported", "Nearly all of the images lie in emptier spots."),
    ],
)
def test_what_is_said_of_a_share(share: float, words: str, sentence: str) -> None:
    assert LEVELS[support_level(share)].words == words
    assert support_sentence(share) == sentence
