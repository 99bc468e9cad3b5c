"""The options of `export`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from latent_atlas.cli.options import add_data_dir, add_json

if TYPE_CHECKING:
    from vae_core.export.onnx_file import Part

# What can be taken away, and which options each has a use for.
KINDS: dict[str, tuple[str, ...]] = {
    "html": ("dataset", "data_dir", "points"),
    "onnx": ("part",),
    "safetensors": (),
    "csv": ("dataset", "data_dir"),
}
PARTS: "tuple[Part, ...]" = ("decoder", "encoder")


def add_export(export: argparse.ArgumentParser) -> None:
    """What to take away, and where to put it."""
    export.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="a model.safetensors")
    export.add_argument(
        "--to",
        choices=list(KINDS),
        required=True,
        help="html: the explorer with the model inside; onnx: one network; safetensors: the model; "
        "csv: the encodings of a dataset",
    )
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument(
        "--dataset",
        metavar="D",
        help="of html and csv: whose encodings; default: what it was trained on, or stands in",
    )
    export.add_argument(
        "--points", type=int, metavar="N", help="of html: at most so many, 0 for none; default: all"
    )
    export.add_argument(
        "--part", choices=PARTS, help=f"of onnx: which network; default: {PARTS[0]}"
    )
    add_data_dir(export)
    add_json(export)
