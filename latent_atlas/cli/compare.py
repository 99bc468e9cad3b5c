"""The command that holds models against each other: ``compare``."""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from latent_atlas.cli.compared_subjects import compared_subjects
from latent_atlas.cli.means import OVER_IMAGES
from latent_atlas.cli.model_and_data import models_and_data
from latent_atlas.cli.output import STANDARD_OUTPUT, check_out, write_out
from latent_atlas.cli.parser import say
from latent_atlas.cli.progress import PartBar
from latent_atlas.reports.comparison import tables
from latent_atlas.reports.comparison.files import FILES
from latent_atlas.reports.comparison.measuring import Measured, measured
from latent_atlas.reports.comparison.record import ComparisonRecord
from latent_atlas.reports.comparison.words import about
from vae_core.errors import AtlasError
from vae_core.evaluation import Watch
from vae_core.sentences import counted, listed

MOST_MODELS = 12
_SHARE = 0.8  # of the time, for what each model gives of each image


def compare_command(args: argparse.Namespace) -> int:
    """Write the report, or a part of it, and print what it says."""
    if args.images is not None and args.images < 1:
        raise AtlasError(f"--images is {args.images}: give 1 or more.")
    if len(args.checkpoint) > MOST_MODELS:
        raise AtlasError(
            f"A comparison has room for {counted(MOST_MODELS, 'model')}, and "
            f"{len(args.checkpoint)} were named."
        )
    write = None if args.out is None else _writer(args.out)
    found, dataset = models_and_data(args)
    if args.out is not None:
        check_out(args, tuple(_WRITERS), [each.model.path for each in found])
    bar = PartBar()
    try:
        made = measured(
            compared_subjects(args, found, dataset, lambda done: bar(_SHARE * done)),
            Watch(progress=lambda done: bar(_SHARE + (1 - _SHARE) * done)),
        )
        content = [] if write is None else list(write(made))
    finally:
        bar.close()
    if args.out is not None:
        size = write_out(args.out, content)
        if args.out == STANDARD_OUTPUT:
            return 0
        say(f"{args.out}: {size / 1000:z,.0f} kB")
    if args.json:
        print(json.dumps(made.record.as_dict(), allow_nan=False))
    else:
        print(_told(made.record))
    return 0


_WRITERS = {Path(name).suffix: each.content for name, each in FILES.items()}


def _writer(out: Path) -> Callable[[Measured], Iterable[bytes]]:
    """What makes a file of this name. Raises AtlasError where the name does not tell."""
    found = _WRITERS.get(".html" if out == STANDARD_OUTPUT else out.suffix.lower())
    if found is None:
        raise AtlasError(
            f"{out} does not tell what to write: end its name in {listed(_WRITERS, 'or')}."
        )
    return found


def _told(record: ComparisonRecord) -> str:
    """The headline and the ledgers, as text."""
    told = [record.headline, about(record), *record.apart]
    for scale in sorted({model.scale for model in record.models}):
        grid = tables.ledger(record, scale)
        columns = [
            [name, *(each.before + each.number + each.after + each.rest for each in cells)]
            for name, cells in zip(
                grid.head,
                map(_spaced, zip(*grid.rows, strict=True)),
                strict=True,
            )
        ]
        widths = [max(map(len, column)) for column in columns]
        for row in zip(*columns, strict=True):
            line = "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True))
            told.append(line.rstrip())
    return "\n".join([*told, OVER_IMAGES])


def _spaced(column: Sequence[str]) -> list[tables.Cell]:
    """Cells with spaces for what fills them up unseen."""
    return [
        replace(each, before=" " * len(each.before), after=" " * len(each.after))
        for each in tables.aligned(column)
    ]
