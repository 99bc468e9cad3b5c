"""The words of the command line. Imports nothing heavy, so that --help answers at once."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from latent_atlas.cli.export_options import add_export
from latent_atlas.cli.measure_options import add_gradient_variance, add_likelihood
from latent_atlas.cli.options import add_data_dir, add_json, add_model_and_data, add_runs_dir
from latent_atlas.cli.reproduce_options import add_reproduce
from latent_atlas.cli.train_options import add_train

DESCRIPTION = "Train variational autoencoders and look inside them."


class OneSentenceParser(argparse.ArgumentParser):
    """Answers bad arguments with one sentence and exit status 2, instead of a page of usage.

    Attributes:
        later: adds what takes long to know, once this parser is asked to parse or to help.
    """

    later: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As usual, with all options."""
        if self.later is not None:
            add, self.later = self.later, None
            add(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Print the sentence and leave."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def build_parser() -> argparse.ArgumentParser:
    """All commands; ``args.command`` names the one that was given."""
    parser = OneSentenceParser(prog="latent-atlas", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train a model in the foreground")
    train.later = add_train

    resume = commands.add_parser(
        "resume", help="go on with a run that was paused, stopped or cut off"
    )
    resume.add_argument("run", metavar="RUN", help="name of the run, or its folder")
    resume.add_argument("--threads", type=int, help="other than the run began with: not bit-exact")
    add_runs_dir(resume)
    add_json(resume)

    runs = commands.add_parser("runs", help="list the runs and their states")
    add_runs_dir(runs)
    add_json(runs)

    evaluate = commands.add_parser("evaluate", help="measure a model's bound on a dataset")
    add_model_and_data(evaluate)
    evaluate.add_argument(
        "--binarize", choices=["none", "dynamic"], help="default: as the model was trained"
    )
    evaluate.add_argument("--samples-per-image", type=int, default=1, metavar="L")
    evaluate.add_argument(
        "--inference",
        choices=["encoder", "per-image"],
        help="q(z|x) by the encoder or by optimisation; default: as the model was trained",
    )
    evaluate.add_argument("--seed", type=int, default=0)
    add_json(evaluate)

    add_likelihood(commands.add_parser("likelihood", help="estimate log p(x) on a dataset"))

    _add_data(commands.add_parser("data", help="which datasets there are; `fetch` one"))

    add_gradient_variance(
        commands.add_parser("gradient-variance", help="compare the noise of gradients in phi")
    )

    add_reproduce(commands.add_parser("reproduce", help="put the paper's experiments to the test"))

    reconstruct = commands.add_parser("reconstruct", help="draw originals beside reconstructions")
    add_model_and_data(reconstruct)
    reconstruct.add_argument("--count", type=int, default=20, help="how many images")
    reconstruct.add_argument("--seed", type=int, default=0, help="of the choice of images")
    reconstruct.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    manifold = commands.add_parser("manifold", help="draw the plane of a model as a grid of images")
    manifold.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    manifold.add_argument("--grid", type=int, default=20, help="images per side")
    manifold.add_argument("--axis", choices=["gaussian-cdf", "linear"], default="gaussian-cdf")
    manifold.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    add_export(commands.add_parser("export", help="take a model away: HTML, ONNX, CSV, the model"))
    return parser


def _add_data(data: argparse.ArgumentParser) -> None:
    add_data_dir(data)
    add_json(data)
    actions = data.add_subparsers(dest="action", metavar="fetch NAME")
    fetch = actions.add_parser(
        "fetch",
        help="download a dataset into the data folder",
        # No defaults of its own, which would override what is given before the word `fetch`.
        argument_default=argparse.SUPPRESS,
    )
    fetch.add_argument("name", metavar="NAME", help="a name that `data` lists")
    add_data_dir(fetch)
    add_json(fetch)


def say(text: str) -> None:
    """Print for people, apart from results: to standard error."""
    print(text, file=sys.stderr, flush=True)
