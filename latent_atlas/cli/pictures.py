"""People's own pictures on the command line: imported to be trained on, or looked at in passing."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from latent_atlas.cli.parser import say
from latent_atlas.reports.data_words import size_and_colour
from vae_core.data import Dataset, load_dataset
from vae_core.data.own import Mode, import_images
from vae_core.sentences import counted


def kept_pictures(path: Path, args: argparse.Namespace, folder: Path) -> str:
    """Import the pictures at `path` into `folder`, as --size, --colour and --fit say.

    Returns the name of the dataset; raises AtlasError as `import_images`.
    """
    tell = Counter()
    found = import_images(
        path, size=args.size, mode=args.colour, fit=args.fit, folder=folder, progress=tell
    )
    tell.close()
    for note in found.notes:
        say(note)
    about = found.about
    say(
        f"{about.title}: {counted(sum(about.counts.values()), 'image')} of "
        f"{size_and_colour(about.image_shape)}, {len(about.class_names) or 'no'} classes; "
        f"kept as {about.name}"
    )
    return about.name


def borrowed_pictures(path: Path, image_shape: tuple[int, int, int] | None) -> Dataset:
    """The pictures at `path` as images of that shape [C, H, W], in memory alone.

    Without a shape they get the one that training on them would give them. Raises AtlasError as
    `import_images`.
    """
    size: tuple[int, int] | None = None
    mode: Mode | None = None
    if image_shape is not None:
        size, mode = image_shape[1:], "grey" if image_shape[0] == 1 else "rgb"
    tell = Counter()
    with tempfile.TemporaryDirectory(prefix="latent-atlas-") as folder:
        found = import_images(path, size=size, mode=mode, folder=Path(folder), progress=tell)
        tell.close()
        for note in found.notes:
            say(note)
        return load_dataset(found.about.name, Path(folder))


class Counter:
    """Counts pictures on one line of a terminal; silent elsewhere."""

    def __init__(self) -> None:
        self._told = 0.0
        self._terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Tell how many are done, ten times a second at most."""
        if self._terminal and (done == total or time.monotonic() - self._told > 0.1):
            self._told = time.monotonic()
            print(f"\rreading pictures {done:,} / {total:,}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the line."""
        if self._terminal and self._told:
            print(file=sys.stderr, flush=True)
