"""Keeping images as somebody's own, as far as they have room, also from two tabs at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from latent_atlas.ui.data import keeping
from latent_atlas.ui.data.keeping import keep_images
from latent_atlas.ui.owners import Owner, owners_of
from tests.vae_core.data.own.makers import png
from vae_core.data.own import Choice, own_datasets
from vae_core.errors import AtlasError

ANA = Owner(kind="user", name="ana")
BERT = Owner(kind="user", name="bert")


def _pictures(folder: Path, grey: int) -> Path:
    folder.mkdir()
    for n in range(4):
        (folder / f"{n}.png").write_bytes(png(grey + n))
    return folder


def _keep(folder: Path, who: Owner | None) -> str:
    choice = Choice((8, 8), "grey", "crop")
    ignored: dict[str, Any] = {"progress": lambda done, all_: None, "cancelled": lambda: False}
    return keep_images(folder, choice, folder.name, who, **ignored)


def _room_for(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    def check(who: Owner, _runs: Path) -> None:
        if sum(who in (owners_of(each.file) or ()) for each in own_datasets()) > most:
            raise AtlasError("You keep more than you may.")

    monkeypatch.setattr(keeping, "check_room", check)


def test_of_two_that_are_kept_at_once_one_is_where_there_is_room_for_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _room_for(monkeypatch, 1)
    both, import_images = threading.Barrier(2, timeout=30), keeping.import_images

    def imported(*given: Any, **named: Any) -> Any:
        found = import_images(*given, **named)
        both.wait()
        return found

    monkeypatch.setattr(keeping, "import_images", imported)
    folders = [_pictures(tmp_path / name, grey) for name, grey in (("a", 10), ("b", 90))]
    with ThreadPoolExecutor(2) as pool:
        ends = [each.exception() for each in [pool.submit(_keep, f, ANA) for f in folders]]
    assert sorted(type(end).__name__ for end in ends) == ["AtlasError", "NoneType"]
    assert len(own_datasets()) == 1


def test_what_was_kept_before_stays_where_there_is_no_room_any_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = _keep(folder := _pictures(tmp_path / "a", 10), ANA)
    # A run of theirs grows while the same images are brought again.
    checks = iter([None, AtlasError("You keep more than you may.")])

    def check(_who: Owner, _runs: Path) -> None:
        if problem := next(checks):
            raise problem

    monkeypatch.setattr(keeping, "check_room", check)
    assert _keep(folder, ANA) == name
    assert [each.name for each in own_datasets()] == [name]


def test_images_that_go_while_another_brings_the_same_are_told_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import_images = keeping.import_images

    def removed(*given: Any, **named: Any) -> Any:
        found = import_images(*given, **named)
        found.about.file.unlink()
        return found

    monkeypatch.setattr(keeping, "import_images", removed)
    with pytest.raises(AtlasError, match="removed meanwhile"):
        _keep(_pictures(tmp_path / "a", 10), BERT)
    assert own_datasets() == []
