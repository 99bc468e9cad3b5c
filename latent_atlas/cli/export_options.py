"""The options of `export`."""

import argparse
from pathlib import Path

from latent_atlas.cli.options import add_data_dir, add_json, add_model

KINDS = ["html", "onnx", "safetensors", "csv"]


def add_export(export: argparse.ArgumentParser) -> None:
    """What to take away, and where to put it."""
    add_model(export)
    export.add_argument(
        "--to",
        choices=KINDS,
        required=True,
        help="html: the explorer with the model inside; onnx: one network; safetensors: the model; "
        "csv: the encodings of a dataset",
    )
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument(
        "--dataset",
        metavar="D",
        help="of html and csv: whose encodings, a name or a path; default: what it was trained on, "
        "or stands in",
    )
    export.add_argument(
        "--points", type=int, metavar="N", help="of html: at most so many, 0 for none; default: all"
    )
    export.add_argument(
        "--part", choices=["decoder", "encoder"], default="decoder", help="of onnx: which network"
    )
    add_data_dir(export)
    add_json(export)
