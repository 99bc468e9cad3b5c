"""Tries on disk: each person's own, bounded, and begun anew where they are damaged."""

from pathlib import Path

import pytest

from latent_atlas.ui.diagnose.matching import records
from latent_atlas.ui.diagnose.matching.records import MOST_TRIES, KeptTry, Shelf
from latent_atlas.ui.diagnose.matching.table import table
from latent_atlas.ui.owners import Owner

ANNA, BERT = (Owner(kind="user", name=name) for name in ("Anna", "../Bert"))
TRY = KeptTry(target=1, seconds=12.5, share=0.2, given_up=False)
ONE, TWO = "1" * 64, "2" * 64


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_ATLAS_CACHE", str(tmp_path))
    return tmp_path / "matching"


def test_each_person_finds_their_own_tries_on_these_images_alone() -> None:
    Shelf(ANNA, "digits").keep(ONE, "a model", TRY)
    Shelf(BERT, "digits").keep(TWO, "another", TRY)
    Shelf(None, "digits").keep(TWO, "nobody told apart", TRY)
    assert list(Shelf(ANNA, "digits").records()) == [ONE]
    assert list(Shelf(BERT, "digits").records()) == [TWO]
    assert Shelf(ANNA, "mnist").records() == {}
    assert Shelf(ANNA, "digits").records()[ONE].tries == [TRY]


def test_a_damaged_or_overlong_file_is_begun_anew(folder: Path) -> None:
    shelf = Shelf(None, "digits")
    shelf.keep(ONE, "it", TRY)
    (file,) = folder.glob("*.json")
    for content in ("{", '{"title": "x", "tries": [{"share": -1}]}', " " * 100_000):
        file.write_text(content, encoding="utf-8")
        assert shelf.records() == {}
        shelf.keep(ONE, "it", TRY)
        assert shelf.records()[ONE].tries == [TRY]


def test_of_each_target_the_first_try_alone_is_kept() -> None:
    shelf = Shelf(None, "digits")
    first = TRY.model_copy(update={"split": "test"})
    again = first.model_copy(update={"seconds": 1.0, "share": 0.0})
    others = [TRY.model_copy(update={"target": 2, "split": "test"}), again]
    elsewhere = again.model_copy(update={"split": "train"})
    for each in (first, again, *others, elsewhere):
        shelf.keep(ONE, "it", each)
    kept = shelf.record(ONE)
    assert kept.tries == [first, others[0], elsewhere]
    assert (kept.tried("test"), kept.tried("train"), kept.tried("other")) == ({1, 2}, {1}, set())


def test_of_a_file_that_holds_several_tries_of_a_target_the_first_one_counts(folder: Path) -> None:
    """As they were written before: neither told apart by their split."""
    shelf = Shelf(None, "digits")
    shelf.keep(ONE, "it", TRY)
    (file,) = folder.glob("*.json")
    tries = [
        f'{{"target":{target},"seconds":{seconds},"share":0.5,"given_up":false}}'
        for target, seconds in [(1, 60), (1, 3), (7, 50), (1, 2)]
    ]
    file.write_text(f'{{"version":1,"title":"it","tries":[{",".join(tries)}]}}', encoding="utf-8")
    record = shelf.record(ONE)
    assert [each.seconds for each in record.first_tries()] == [60, 50]
    assert record.tried("test") == {1, 7}
    shown = table(shelf.records(), ONE)
    assert ">2</td>" in shown
    assert "55 s" in shown  # the median
    shelf.keep(ONE, "it", TRY.model_copy(update={"split": "test"}))  # it may have been this one
    assert shelf.record(ONE) == record


def test_a_full_record_takes_no_more_and_the_last_files_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = Shelf(None, "digits")
    monkeypatch.setattr(records, "write_atomically", lambda path, text: path.write_text(text))
    for number in range(1, MOST_TRIES + 3):
        assert shelf.record(ONE).full == (number > MOST_TRIES)
        shelf.keep(ONE, "it" * 200, TRY.model_copy(update={"target": number}))
    kept = shelf.record(ONE)
    assert [kept.tries[0].target, kept.tries[-1].target] == [1, MOST_TRIES]
    assert len(kept.title) <= records.LONGEST_TITLE
    monkeypatch.setattr(records, "MOST_FILES", 1)
    shelf.keep(TWO, "two", TRY)
    assert list(shelf.records()) == [TWO]


def test_a_title_is_shown_and_is_no_markup() -> None:
    shelf = Shelf(None, "digits")
    shelf.keep(ONE, "<b>it</b>", TRY)
    shown = table(shelf.records(), ONE)
    assert "&lt;b&gt;it" in shown
    assert "<b>" not in shown
    assert ">20 %<" in shown
    assert "after 5 more tries" in shown
