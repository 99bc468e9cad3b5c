"""A result as files: NAME.json, NAME.png and NAME.html, with the Plotly script beside them."""

import os
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from latent_atlas.reports.figures.html import PLOTLY_FILE, figure_html
from latent_atlas.reports.figures.png import figure_png
from latent_atlas.reports.origin import file_stem
from latent_atlas.reproduce.figure import FigureData
from vae_core.errors import AtlasError


def write_figure(figure: FigureData, folder: Path) -> None:
    """Write the numbers, the still and the interactive figure into `folder`, each one whole.

    The page draws with `plotly.min.js`, written once for all pages of the folder.

    Raises:
        AtlasError: a name that is no plain file name, images that cannot be unpacked, or a folder
            that cannot be written to.
    """
    stem = file_stem(figure)
    script = folder / PLOTLY_FILE
    source = files("plotly") / "package_data" / PLOTLY_FILE
    content = source.read_bytes()
    if not script.is_file() or script.stat().st_size != len(content):
        write_whole(script, lambda path: path.write_bytes(content))
    write_whole(folder / f"{stem}.json", _text(figure.json_text()))
    write_whole(folder / f"{stem}.png", lambda path: figure_png(figure, path))
    write_whole(folder / f"{stem}.html", _text(figure_html(figure)))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Have `write` fill a file that takes the place of `path` only when it is complete.

    Raises AtlasError where that is impossible.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        os.replace(part, path)
    except OSError as error:
        raise AtlasError(
            f"{path} could not be written ({error.strerror or error}): "
            "name a folder that you may write to."
        ) from error
    finally:
        with suppress(OSError):  # it is there only where something went wrong
            part.unlink()


def _text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content, encoding="utf-8")
