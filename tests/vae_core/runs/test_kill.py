"""kill -9 at any instant loses only the steps since the last checkpoint and corrupts nothing.

A few kills at instants that are always the same; `make torture` tries hundreds, of all kinds.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pytest

from torture.deaths import INSTANTS, MOMENT, TORN_LINE, Death
from torture.kills import Series, Survival, Undisturbed, kinds, survival, survivals, undisturbed
from torture.lanes import Died, in_lanes, preload
from vae_core.algorithms import ALGORITHMS
from vae_core.models import LIKELIHOODS
from vae_core.models.encoder_decoder import EncoderDecoder
from vae_core.runs.keeping import USUAL

Piece = TypeVar("Piece")
Result = TypeVar("Result")

FIELDS = {"binarize": "dynamic"}
STEPS = 60  # 4 epochs of the small digits

_random = random.Random(20131220)
DEATHS = (
    [Death("after step", _random.randrange(1, STEPS)) for _ in range(4)]
    + [Death("before fsync", _random.randrange(1, 40)) for _ in range(3)]
    + [Death("after fsync", _random.randrange(1, 40)) for _ in range(2)]
    + [Death("before rename", _random.randrange(1, 7)) for _ in range(2)]
    + [Death("after rename", each) for each in (1, 4)]
    + [Death("before replace", _random.randrange(3, 12)) for _ in range(2)]
    + [Death("after replace", _random.randrange(3, 12))]
    + [Death("before snapshot", 2), Death("after snapshot", 3)]
    + [Death(TORN_LINE, _random.randrange(1, 6)) for _ in range(2)]
)


def _done(work: Callable[[Piece], Result], piece: Piece) -> Result:
    preload("torture.kills")
    [(_, found)] = in_lanes(work, [piece], patience=100)
    assert not isinstance(found, Died), found
    return found


def _survival(asked: tuple[dict[str, Any], list[Death], Undisturbed]) -> Survival:
    return survival(*asked)


@pytest.fixture(scope="module")
def whole() -> Undisturbed:
    found = _done(undisturbed, FIELDS)
    assert found.steps == STEPS
    assert (len(found.trained.snapshots), len(found.epoch_ends)) == (USUAL, 4)
    return found


@pytest.mark.parametrize("death", DEATHS, ids=str)
def test_a_killed_run_resumes_and_ends_as_the_undisturbed_one(
    death: Death, whole: Undisturbed
) -> None:
    assert _done(_survival, (FIELDS, [death], whole)) == Survival(1, [])


def test_a_run_killed_again_and_again_still_ends_as_the_undisturbed_one(
    whole: Undisturbed,
) -> None:
    deaths = [
        Death("after step", 20),
        Death("before rename", 1),
        Death("after step", 9),
        Death("after fsync", 8),
    ]
    assert _done(_survival, (FIELDS, deaths, whole)) == Survival(4, [])


def test_a_run_that_ends_otherwise_is_told_as_lost(whole: Undisturbed) -> None:
    """The comparison compares: with another seed nothing is as it was."""
    [told] = _done(_survival, ({**FIELDS, "seed": 1}, [Death(MOMENT, 0.05)], whole)).lost[:1]
    assert told == "the weights differ"


def test_a_series_kills_at_instants_of_its_own_as_often_as_it_says() -> None:
    name = "svi, gaussian-fixed"
    assert _done(survivals, Series(name, kinds()[name], 2, seed=0)) == Survival(2, [])


def test_every_algorithm_is_killed_and_those_of_vaes_with_every_likelihood() -> None:
    of_vaes = [
        name for name, settings in ALGORITHMS.items() if issubclass(settings.trains, EncoderDecoder)
    ]
    others = set(ALGORITHMS) - set(of_vaes)
    pairs = {f"{name}, {likelihood}" for name in of_vaes for likelihood in LIKELIHOODS}
    assert set(kinds()) == pairs | others
    assert {death.at for death in DEATHS} == set(INSTANTS)


def test_a_piece_of_work_does_not_begin_with_what_another_test_left_as_the_main_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "page.py"
    script.write_text("raise SystemExit(1)\n", encoding="utf-8")
    left = ModuleType("__main__")
    left.__file__ = str(script)
    monkeypatch.setitem(sys.modules, "__main__", left)
    assert list(in_lanes(abs, [-3], patience=60)) == [(-3, 3)]
