"""``latent-atlas``: the command line (``--help`` lists the commands)."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from latent_atlas.cli.parser import build_parser, say
from vae_core.errors import AtlasError

if TYPE_CHECKING:
    from vae_core.data import Dataset
    from vae_core.models import SavedModel

MANIFOLD_NOTES = {
    "gaussian-cdf": "equal steps of prior probability",
    "linear": "equal steps of z from -3 to 3",
}

# Each command imports what it needs when it is called: torch alone takes over a second.


def _train(args: argparse.Namespace) -> int:
    from latent_atlas.cli import training

    return training.train(args)


def _resume(args: argparse.Namespace) -> int:
    from latent_atlas.cli import training

    return training.resume(args)


def _runs(args: argparse.Namespace) -> int:
    from latent_atlas.cli import training

    return training.runs(args)


def _evaluate(args: argparse.Namespace) -> int:
    from latent_atlas.cli import models

    return models.evaluate_command(args)


def _likelihood(args: argparse.Namespace) -> int:
    from latent_atlas.cli.likelihood import likelihood_command

    return likelihood_command(args)


def _gradient_variance(args: argparse.Namespace) -> int:
    from latent_atlas.cli.gradients import gradient_variance_command

    return gradient_variance_command(args)


def _data(args: argparse.Namespace) -> int:
    from latent_atlas.cli.data import data

    return data(args)


def _reproduce(args: argparse.Namespace) -> int:
    from latent_atlas.cli import reproduce
    from latent_atlas.reports.figures import write_figure
    from latent_atlas.reports.report import write_report

    figures = []
    for figure in reproduce.results(args):
        write_figure(figure, args.out)
        figures.append(figure)
        write_report(figures, args.out)
    reproduce.print_results(figures, args)
    return 0


def _reconstruct(args: argparse.Namespace) -> int:
    from latent_atlas.cli import models
    from latent_atlas.reports import sheets

    found = models.reconstructions(args)
    sheet = sheets.reconstruction_sheet(
        found.originals,
        found.reconstructions,
        found.reconstructions - found.originals,
        found.nats,
        model=args.checkpoint.name,
        data=f"{args.dataset} {found.split}",
        nats_per_image=found.split_nats,
        treatment=found.treatment,
    )
    sheets.save_png(sheet, args.out)
    print(args.out)
    return 0


def _manifold(args: argparse.Namespace) -> int:
    from latent_atlas.cli import models
    from latent_atlas.reports import sheets

    sheet = sheets.manifold_sheet(
        models.manifold(args),
        title=args.checkpoint.name,
        note=f"{args.grid} x {args.grid}, {MANIFOLD_NOTES[args.axis]}",
    )
    sheets.save_png(sheet, args.out)
    print(args.out)
    return 0


def _export(args: argparse.Namespace) -> int:
    from latent_atlas.cli.export import export_command

    return export_command(args, _explorer)


def _explorer(
    saved: "SavedModel", dataset: "Dataset | None", title: str, points: int | None
) -> bytes:
    try:
        from latent_atlas.ui.export.explorer import explorer_html
    except ModuleNotFoundError as error:
        raise AtlasError(
            f"The HTML explorer is made of the app's own files, and {error.name} is not here: "
            "run this in a checkout of Latent Atlas, with what `make install` installs."
        ) from error
    return explorer_html(saved, dataset, title=title, points=points)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "train": _train,
    "resume": _resume,
    "runs": _runs,
    "evaluate": _evaluate,
    "likelihood": _likelihood,
    "gradient-variance": _gradient_variance,
    "reproduce": _reproduce,
    "data": _data,
    "reconstruct": _reconstruct,
    "manifold": _manifold,
    "export": _export,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 2 for input that the user can put right."""
    args = build_parser().parse_args(arguments)
    try:
        return COMMANDS[args.command](args)
    except AtlasError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
