"""People's own pictures on the command line: imported to be trained on, or looked at in passing."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from latent_atlas.cli.parser import say
from latent_atlas.reports.data_words import size_and_colour
from vae_core.data import Dataset, load_dataset
from vae_core.data.own import About, Mode, SizeNeeded, UnreadablePictures, import_images
from vae_core.sentences import counted, listed


def kept_pictures(
    path: Path, args: argparse.Namespace, folder: Path, title: str | None = None
) -> About:
    """Import the pictures at `path` into `folder`, as the options of `picture_options` say.

    Raises AtlasError as `import_images`.
    """
    tell = Counter()
    try:
        found = import_images(
            path,
            size=args.size,
            mode=args.colour,
            fit=args.fit,
            scale=args.levels,
            ground=args.ground,
            inverted=args.invert,
            own_parts=args.parts != "new",
            leave_out=args.leave_out_unreadable,
            label=args.label,
            title=title,
            folder=folder,
            progress=tell,
        )
    except SizeNeeded as problem:
        raise SizeNeeded(f"{problem} --size HxW says it.") from problem
    except UnreadablePictures as problem:
        raise UnreadablePictures(f"{problem} --leave-out-unreadable does that.") from problem
    finally:
        tell.close()
    for note in found.notes:
        say(note)
    about = found.about
    if len(about.label_names) > 1:
        main, *others = [f"“{name}”" for name in about.label_names]
        say(f"Labels: {main} counts, {listed(others)} {'is' if len(others) == 1 else 'are'} kept.")
        if args.label is None:
            say("--label COLUMN has another one count.")
    counts = ", ".join(f"{count:,} {part}" for part, count in about.counts.items())
    say(
        f"{about.title}: {counted(sum(about.counts.values()), 'image')} of "
        f"{size_and_colour(about.image_shape)} ({counts}), {len(about.class_names) or 'no'} "
        f"classes; {found.inspected.summary()}; kept as {about.name}"
    )
    return about


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
