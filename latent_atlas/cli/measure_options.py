"""The options of the commands that measure: `gradient-variance` and `likelihood`."""

import argparse
from dataclasses import dataclass

from latent_atlas.cli.options import add_data_dir, add_json, add_model_and_data, widths


@dataclass(frozen=True)
class Setting:
    """What one method of ``likelihood`` may be told: a whole number within bounds, or a word."""

    default: int | str
    help: str
    least: int = 1
    most: int = 1
    choices: tuple[str, ...] = ()
    symbol: str = "N"


METHODS: dict[str, dict[str, Setting]] = {
    "importance": {"k": Setting(5000, "importance samples per image", 1, 1_000_000, symbol="K")},
    "appendix-d": {"samples": Setting(50, "to fit and to average", 4, 10_000, symbol="L")},
    "ais": {
        "chains": Setting(16, "per image", 2, 1_000),
        "temperatures": Setting(100, "from start to posterior", 1, 100_000, symbol="T"),
        "start": Setting("posterior", "p(z) or q(z|x)", choices=("prior", "posterior")),
    },
}


def add_gradient_variance(variance: argparse.ArgumentParser) -> None:
    """Where and how often to draw gradients."""
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
    add_data_dir(variance)
    add_json(variance)


def add_likelihood(likelihood: argparse.ArgumentParser) -> None:
    """Which estimator of log p(x), and how hard it works."""
    add_model_and_data(likelihood)
    likelihood.add_argument(
        "--images", type=int, default=1000, metavar="N", help="the first N of the split"
    )
    likelihood.add_argument("--method", choices=list(METHODS), default="importance")
    for method, settings in METHODS.items():
        for name, setting in settings.items():
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
    likelihood.add_argument("--seed", type=int, default=0)
    add_json(likelihood)
