"""The words of the command line. Imports nothing heavy, so that --help answers at once."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

LIKELIHOODS = [
    "bernoulli",
    "continuous-bernoulli",
    "gaussian",
    "gaussian-fixed",
    "gaussian-shared",
]
ALGORITHMS = ["aevb", "iwae", "wake-sleep", "score-function", "svi"]
BASELINES = ["none", "running-mean", "nvil", "leave-one-out", "bbvi"]
DESCRIPTION = "Train variational autoencoders and look inside them."


class OneSentenceParser(argparse.ArgumentParser):
    """Answers bad arguments with one sentence and exit status 2, instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Print the sentence and leave."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def build_parser() -> argparse.ArgumentParser:
    """All commands; ``args.command`` names the one that was given."""
    parser = OneSentenceParser(prog="python -m vae_core", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_train(commands.add_parser("train", help="train a model in the foreground"))

    resume = commands.add_parser(
        "resume", help="go on with a run that was paused, stopped or cut off"
    )
    resume.add_argument("run", metavar="RUN", help="name of the run, or its folder")
    resume.add_argument("--threads", type=int, help="other than the run began with: not bit-exact")
    _add_runs_dir(resume)
    _add_json(resume)

    runs = commands.add_parser("runs", help="list the runs and their states")
    _add_runs_dir(runs)
    _add_json(runs)

    evaluate = commands.add_parser("evaluate", help="measure a model's bound on a dataset")
    _add_model_and_data(evaluate)
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
    _add_json(evaluate)

    _add_likelihood(commands.add_parser("likelihood", help="estimate log p(x) on a dataset"))

    _add_data(commands.add_parser("data", help="which datasets there are; `fetch` one"))

    _add_gradient_variance(
        commands.add_parser("gradient-variance", help="compare the noise of gradients in phi")
    )

    reconstruct = commands.add_parser("reconstruct", help="draw originals beside reconstructions")
    _add_model_and_data(reconstruct)
    reconstruct.add_argument("--count", type=int, default=20, help="how many images")
    reconstruct.add_argument("--seed", type=int, default=0, help="of the choice of images")
    reconstruct.add_argument("--out", type=Path, required=True, metavar="FILE.png")

    manifold = commands.add_parser("manifold", help="draw the plane of a model as a grid of images")
    manifold.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    manifold.add_argument("--grid", type=int, default=20, help="images per side")
    manifold.add_argument("--axis", choices=["gaussian-cdf", "linear"], default="gaussian-cdf")
    manifold.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    return parser


def _add_train(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "dataset",
        metavar="DATASET",
        help="a name that `data` lists, or a folder, .zip, .npz or .npy of your own pictures",
    )
    own = train.add_argument_group("your own pictures")
    own.add_argument("--size", type=image_size, metavar="HxW", help="of the images, such as 64x64")
    own.add_argument("--colour", choices=["grey", "rgb"], help="default: as the pictures are")
    own.add_argument(
        "--fit", choices=["crop", "pad"], help="default: crop photographs, pad drawings"
    )
    train.add_argument("--split", default="train", help="what to train on (default: train)")
    train.add_argument("--latent-dim", type=int, default=2, metavar="J")
    train.add_argument("--network", choices=["mlp", "conv"], default="mlp")
    train.add_argument("--channels", type=widths, default=(32, 64), metavar="32,64", help="of conv")
    train.add_argument("--hidden", type=widths, default=(500,), metavar="500[,256…]")
    train.add_argument("--activation", choices=["tanh", "relu"], default="tanh")
    train.add_argument("--likelihood", choices=LIKELIHOODS, default="bernoulli")
    train.add_argument(
        "--scale", type=float, default=0.1, metavar="S", help="of gaussian-fixed (pixels: 0 to 1)"
    )
    _add_algorithm(train)
    train.add_argument("--optimizer", choices=["adam", "adagrad"], default="adam")
    train.add_argument("--binarize", choices=["none", "dynamic"], default="none")
    train.add_argument("--init", choices=["torch", "paper", "paper-small"], default="torch")
    train.add_argument("--weight-prior", choices=["none", "normal"], default="none")
    train.add_argument("--sampling", choices=["epoch", "replacement"], default="epoch")
    length = train.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=int, metavar="N", help="default: 20")
    length.add_argument("--samples", type=int, metavar="N", help="images, with repetition")
    train.add_argument("--batch-size", type=int, default=100, metavar="M")
    train.add_argument("--lr", type=float, default=1e-3, dest="learning_rate", metavar="X")
    train.add_argument("--beta", type=float, default=1.0, help="weight of the rate (1: the ELBO)")
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--threads", type=int, metavar="N", help="default: cores − 1")
    train.add_argument("--name", help="what to call the run in lists")
    _add_runs_dir(train)
    _add_data_dir(train)
    _add_json(train)


def _add_algorithm(train: argparse.ArgumentParser) -> None:
    how = train.add_argument_group("the learning algorithm")
    how.add_argument("--algorithm", choices=ALGORITHMS, default="aevb")
    how.add_argument(
        "--estimator",
        choices=["a", "b", "stl"],
        default="b",
        help="b: rate in closed form (default), a: sampled, stl: sampled, path gradient (aevb)",
    )
    how.add_argument("--samples-per-image", type=int, default=1, metavar="L")
    how.add_argument("--importance-samples", type=int, default=5, metavar="K", help="of iwae")
    how.add_argument(
        "--importance-gradient", choices=["plain", "dreg"], default="plain", help="of iwae"
    )
    how.add_argument("--local-steps", type=int, default=10, metavar="T", help="of svi, per visit")
    how.add_argument(
        "--baseline", choices=BASELINES, default="none", help="of score-function (default: none)"
    )


def _add_gradient_variance(variance: argparse.ArgumentParser) -> None:
    variance.add_argument("dataset", metavar="DATASET", help="a name that `data` lists")
    variance.add_argument("--latent-dim", type=int, default=10, metavar="J")
    variance.add_argument("--hidden", type=widths, default=(500,), metavar="500[,256…]")
    variance.add_argument("--init", choices=["torch", "paper", "paper-small"], default="paper")
    variance.add_argument(
        "--stages",
        type=widths,
        default=(0, 100_000),
        metavar="0,100000",
        help="samples of training (AEVB, the paper's recipe) after which to measure",
    )
    variance.add_argument("--draws", type=int, default=60, metavar="R", help="gradients of each")
    variance.add_argument("--batch-size", type=int, default=100, metavar="M")
    variance.add_argument("--seed", type=int, default=0)
    variance.add_argument("--threads", type=int, metavar="N", help="default: 1")
    _add_data_dir(variance)
    _add_json(variance)


def _add_likelihood(likelihood: argparse.ArgumentParser) -> None:
    _add_model_and_data(likelihood)
    likelihood.add_argument(
        "--images", type=int, default=1000, metavar="N", help="the first N of the split"
    )
    likelihood.add_argument(
        "--method", choices=["importance", "appendix-d", "ais"], default="importance"
    )
    likelihood.add_argument("--k", type=int, default=5000, help="importance samples per image")
    likelihood.add_argument(
        "--samples", type=int, default=50, metavar="L", help="of appendix D, to fit and to average"
    )
    likelihood.add_argument("--chains", type=int, default=16, help="of AIS, per image")
    likelihood.add_argument("--temperatures", type=int, default=100, metavar="T", help="of AIS")
    likelihood.add_argument(
        "--start", choices=["prior", "posterior"], default="posterior", help="of AIS: p(z), q(z|x)"
    )
    likelihood.add_argument(
        "--binarize", choices=["none", "dynamic"], help="default: as the model was trained"
    )
    likelihood.add_argument("--seed", type=int, default=0)
    _add_json(likelihood)


def widths(text: str) -> tuple[int, ...]:
    """``500,256`` → (500, 256)."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list of layer widths such as 500 or 512,256"
        ) from error


def image_size(text: str) -> tuple[int, int]:
    """``64`` → (64, 64), ``28x20`` → (28, 20): height, then width."""
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.isascii() and side.isdigit() for side in sides):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 64 or 28x20")
    return int(sides[0]), int(sides[-1])


def _add_model_and_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="a model.safetensors")
    parser.add_argument("--dataset", required=True, metavar="D", help="a name that `data` lists")
    parser.add_argument("--split", help="default: the test images of what it was trained on")
    _add_data_dir(parser)


def _add_runs_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--runs-dir", type=Path, metavar="R", help="default: LATENT_ATLAS_RUNS, else ./runs"
    )


def _add_data(data: argparse.ArgumentParser) -> None:
    _add_data_dir(data)
    _add_json(data)
    actions = data.add_subparsers(dest="action", metavar="fetch NAME")
    fetch = actions.add_parser(
        "fetch",
        help="download a dataset into the data folder",
        # No defaults of its own, which would override what is given before the word `fetch`.
        argument_default=argparse.SUPPRESS,
    )
    fetch.add_argument("name", metavar="NAME", help="a name that `data` lists")
    _add_data_dir(fetch)
    _add_json(fetch)


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="D",
        help="default: LATENT_ATLAS_DATA, else the cache folder",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")


def say(text: str) -> None:
    """Print for people, apart from results: to standard error."""
    print(text, file=sys.stderr, flush=True)
