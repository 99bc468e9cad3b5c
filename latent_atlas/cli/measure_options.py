"""The options of the commands that measure: `evaluate`, `likelihood` and `gradient-variance`."""

import argparse

from latent_atlas.cli.options import add_data_dir, add_json, add_model_and_data, seed, widths


def add_evaluate(evaluate: argparse.ArgumentParser) -> None:
    """How to measure the bound."""
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
    evaluate.add_argument("--seed", type=seed, default=0)
    add_json(evaluate)


def add_gradient_variance(variance: argparse.ArgumentParser) -> None:
    """Where and how often to draw gradients."""
    variance.add_argument("dataset", metavar="DATASET", help="a name that `data` lists, or a path")
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
    variance.add_argument("--seed", type=seed, default=0)
    variance.add_argument("--threads", type=int, metavar="N", help="default: 1")
    add_data_dir(variance)
    add_json(variance)


def add_likelihood(likelihood: argparse.ArgumentParser) -> None:
    """Which estimator of log p(x), and how hard it works."""
    from vae_core.evaluation.estimators import (  # imports torch
        ESTIMATORS,
        GRID_BY_DEFAULT,
        usual_estimator,
    )

    add_model_and_data(likelihood)
    likelihood.add_argument(
        "--images", type=int, default=1000, metavar="N", help="the first N of the split"
    )
    likelihood.add_argument(
        "--method",
        choices=list(ESTIMATORS),
        help=f"default: {usual_estimator(GRID_BY_DEFAULT)} for up to {GRID_BY_DEFAULT} latent "
        f"dimensions, else {usual_estimator(GRID_BY_DEFAULT + 1)}",
    )
    for method, estimator in ESTIMATORS.items():
        for name, setting in estimator.settings.items():
            likelihood.add_argument(
                f"--{name}",
                type=type(setting.default),
                choices=setting.choices or None,
                metavar=None if setting.choices else setting.symbol,
                help=f"of {method}: {setting.help}; default: {setting.default}",
            )
    likelihood.add_argument(
        "--binarize", choices=["none", "dynamic"], help="default: as the model was trained"
    )
    likelihood.add_argument("--seed", type=seed, default=0)
    add_json(likelihood)
