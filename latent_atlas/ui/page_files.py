"""The pages of the app, found by looking through their folder: adding a page is adding a file.

A page says its title before the colon of its docstring, and by `ORDER` its place in the navigation.
None is imported or run for that.
"""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_LAST = 1_000  # the place of a page that says none


@dataclass(frozen=True)
class PageFile:
    """A page: its script, what the navigation calls it, and its place there."""

    path: Path
    title: str
    order: int


def page_files(folder: Path) -> list[PageFile]:
    """The pages of a folder, first of all the one that the app opens on."""
    found = [_page(path, path.stat().st_mtime_ns) for path in folder.glob("*.py")]
    return sorted(found, key=lambda page: (page.order, page.title))


# The navigation asks at every run of a page.
@lru_cache(maxsize=64)
def _page(path: Path, _mtime_ns: int) -> PageFile:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    title, colon, _ = (ast.get_docstring(tree) or "").partition(":")
    return PageFile(
        path, title if colon else path.stem.replace("_", " ").capitalize(), _order(tree)
    )


def _order(tree: ast.Module) -> int:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="ORDER")], value=ast.Constant(value=int(order))):
                return order
    return _LAST
