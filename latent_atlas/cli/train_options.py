"""The options of `train`."""

import argparse

from latent_atlas.cli.options import add_data_dir, add_json, add_runs_dir, image_size, widths

LIKELIHOODS = [
    "bernoulli",
    "continuous-bernoulli",
    "gaussian",
    "gaussian-fixed",
    "gaussian-shared",
]
ALGORITHMS = ["aevb", "iwae", "wake-sleep", "score-function", "svi", "mcem", "full-vb"]
BASELINES = ["none", "running-mean", "nvil", "leave-one-out", "bbvi"]


def add_train(train: argparse.ArgumentParser) -> None:
    """What to train, on what, how, and for how long."""
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
    add_runs_dir(train)
    add_data_dir(train)
    add_json(train)


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
        "--leapfrog-steps", type=int, default=10, metavar="N", help="of mcem, per move of a chain"
    )
    how.add_argument(
        "--updates", type=int, default=5, metavar="N", help="of mcem, steps in theta per move"
    )
    how.add_argument(
        "--baseline", choices=BASELINES, default="none", help="of score-function (default: none)"
    )
