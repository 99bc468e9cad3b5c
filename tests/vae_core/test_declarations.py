"""What a package offers is what its modules declare, in the order that they say."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from tests.toys import searched_too
from vae_core.declarations import Declarations, declared

PACKAGE = "toybox"
TOY = """
from tests.vae_core.test_declarations import Kind

class {word}(Kind):
    name = "{word}"
    order = {order}

    def says(self):
        return "{word}"
"""


class Kind(ABC):
    """What the toys of this file are."""

    name: ClassVar[str]

    @abstractmethod
    def says(self) -> str: ...


@pytest.fixture(autouse=True)
def _toybox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with two modules, the first of which comes second by its ``order``."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "a.py").write_text(TOY.format(word="late", order=2))
    (folder / "b.py").write_text(TOY.format(word="early", order=1))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def _names() -> list[str]:
    return list(declared(PACKAGE, Kind))  # type: ignore[type-abstract]


def test_a_class_is_found_by_its_name_in_the_order_that_it_says(tmp_path: Path) -> None:
    found = declared(PACKAGE, Kind)  # type: ignore[type-abstract]
    assert list(found) == ["early", "late"]
    assert found["late"]().says() == "late"


def test_what_is_abstract_nameless_or_imported_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / PACKAGE / "c.py").write_text(
        "from tests.vae_core.test_declarations import Kind\n"
        "from toybox.a import late\n"
        "class Half(Kind):\n    name = 'half'\n"
        "class Nameless(Kind):\n    def says(self): return ''\n"
        "class other:\n    name = 'other'\n"
    )
    assert _names() == ["early", "late"]


def test_two_classes_of_one_name_are_a_fault_in_the_program(tmp_path: Path) -> None:
    (tmp_path / PACKAGE / "c.py").write_text(TOY.format(word="late", order=3))
    with pytest.raises(ValueError, match="both called late"):
        _names()


def test_a_folder_that_joins_the_package_is_seen_at_once_and_for_as_long_as_it_belongs(
    tmp_path: Path,
) -> None:
    kinds = Declarations(PACKAGE, Kind)  # type: ignore[type-abstract]
    assert list(kinds) == ["early", "late"]
    for word in ("more", "most"):  # two folders, one after the other, with a module of one name
        folder = tmp_path / word
        folder.mkdir()
        (folder / "added.py").write_text(TOY.format(word=word, order=3))
        with searched_too(PACKAGE, folder):
            assert (list(kinds), len(kinds)) == (["early", "late", word], 3)
            assert kinds[word]().says() == word
        assert list(kinds) == ["early", "late"]
        assert word not in kinds
