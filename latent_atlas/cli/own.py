"""``train PATH``: people's own pictures on the command line."""

import argparse
import sys
import time
from pathlib import Path

from latent_atlas.cli.parser import say
from latent_atlas.cli.useless import refuse
from vae_core.data.own import import_images, is_own
from vae_core.data.registry import SOURCES

SUFFIXES = (".zip", ".npz", ".npy")


def own_dataset(args: argparse.Namespace, runs_dir: Path) -> dict[str, str]:
    """The fields of the run that name own pictures, which are imported first if that is needed.

    Nothing for a dataset that the program knows by name. Raises AtlasError as `import_images`.
    """
    folder = (runs_dir / "datasets").resolve()
    path = None if is_own(args.dataset) else as_path(args.dataset)
    _refuse_useless(args, path)
    if is_own(args.dataset):
        return {} if args.data_dir else {"data_dir": str(folder)}
    if path is None:
        return {}
    tell = Counter()
    found = import_images(
        path, size=args.size, mode=args.colour, fit=args.fit, folder=folder, progress=tell
    )
    tell.close()
    for note in found.notes:
        say(note)
    about, (channels, height, width) = found.about, found.about.image_shape
    say(
        f"{about.title}: {sum(about.counts.values()):,} images of {height} × {width}, "
        f"{'RGB' if channels == 3 else 'grey'}, {len(about.class_names) or 'no'} classes; "
        f"kept as {about.name}"
    )
    return {"dataset": about.name, "data_dir": str(folder)}


def _refuse_useless(args: argparse.Namespace, path: Path | None) -> None:
    """What is for pictures that are read now, or for data that are looked up by name."""
    for option in ("size", "colour", "fit"):
        if path is None and getattr(args, option) is not None:
            refuse(f"--{option}", "pictures of your own (a folder or a file)", args.dataset)
    if path is not None and args.data_dir is not None:
        refuse("--data-dir", "data that are looked up by name", str(path))


def as_path(text: str) -> Path | None:
    """The path that `text` means; None for a name. `./digits` is a folder, `digits` a name."""
    path = Path(text).expanduser()
    looks_like_one = path.suffix.lower() in SUFFIXES or "/" in text or "\\" in text
    return path if text not in SOURCES and (looks_like_one or path.exists()) else None


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
