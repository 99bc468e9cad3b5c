"""How pictures of the running app are taken: an app and a browser of their own, and the screens."""

import argparse
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import chromium
from tests.browser.server import AppServer, running_app

PATIENCE = 60_000  # milliseconds


@dataclass(frozen=True)
class Screen:
    """A kind of screen: its name in file names, size in CSS pixels, and colour scheme."""

    name: str
    width: int
    height: int
    scheme: str = "light"


SCREENS = (
    Screen("wide", 1280, 800),
    Screen("dark", 1280, 800, "dark"),
    Screen("phone", 390, 844),
)


@contextmanager
def opened(browser: Browser, screen: Screen) -> Iterator[Page]:
    """A page of a profile of its own on such a screen."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme="dark" if screen.scheme == "dark" else "light",
        has_touch=screen.name == "phone",
    )
    yield context.new_page()
    context.close()


@dataclass(frozen=True)
class Sitting:
    """What a script that takes pictures works with."""

    browser: Browser
    server: AppServer
    out: Path
    names: list[str]


@contextmanager
def sitting(purpose: str, out: Path, names: Iterable[str]) -> Iterator[Sitting]:
    """An app, a browser, and what the command line asks for: `names` and `out` by default."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--out", type=Path, default=out)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(names)}; default: all")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder)) as server,
        chromium() as browser,
    ):
        yield Sitting(browser, server, args.out, args.names or list(names))
