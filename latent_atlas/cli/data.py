"""The command ``data``: which datasets there are; fetch one, or import pictures of one's own."""

import argparse
import json
import sys
from dataclasses import asdict

from latent_atlas.cli.find_dataset import find_named_dataset
from latent_atlas.cli.parser import say
from latent_atlas.cli.pictures import kept_pictures
from latent_atlas.reports.data_words import SIZES, size_and_colour
from vae_core.data import available_datasets, fetch_dataset
from vae_core.data.own import damaged_datasets
from vae_core.folders import runs_folder


def data(args: argparse.Namespace) -> int:
    """List the datasets, present or not, and where they are looked for; fetch or import one."""
    if args.action == "fetch":
        return _fetch(args)
    if args.action == "import":
        return _import(args)
    found = available_datasets(args.data_dir)
    if args.json:
        print(json.dumps([asdict(info) for info in found]))
        return 0
    for info in found:
        splits = ", ".join(f"{name} {count:,}" for name, count in info.counts.items())
        print(f"{info.name:16} {info.title}")
        print(f"{'':16} {size_and_colour(info.image_shape)}: {splits}")
        print(f"{'':16} {info.where}" if info.present else f"{'':16} absent: {info.remedy}")
    for problem in damaged_datasets(args.data_dir):
        say(problem)
    print(SIZES)
    return 0


def _fetch(args: argparse.Namespace) -> int:
    name = find_named_dataset(args.name, args.data_dir)
    shown = _Bytes()
    try:
        info = fetch_dataset(name, args.data_dir, progress=shown)
    finally:
        shown.close()
    if args.json:
        print(json.dumps(asdict(info)))
    else:
        print(f"{info.title}: {info.where}")
    return 0


def _import(args: argparse.Namespace) -> int:
    folder = runs_folder(args.runs_dir) / "datasets"
    about = kept_pictures(args.path.expanduser(), args, folder.resolve(), args.name)
    told = {**asdict(about), "file": str(about.file)}
    print(json.dumps(told) if args.json else f"{about.title}: {about.file}")
    return 0


class _Bytes:
    """A line on a terminal that says how much has come; elsewhere a line every tenth."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._tenths = 0

    def __call__(self, done: int, total: int | None) -> None:
        words = f"{done / 1e6:z,.1f} MB" + (f" of {total / 1e6:z,.1f} MB" if total else "")
        tenths = 10 * done // total if total else 0
        if self._terminal:
            sys.stderr.write(f"\r\x1b[2K{words}")
            sys.stderr.flush()
        elif tenths > self._tenths:
            self._tenths = tenths
            say(words)

    def close(self) -> None:
        """Leave the terminal on a clean line."""
        if self._terminal:
            sys.stderr.write("\r\x1b[2K")
