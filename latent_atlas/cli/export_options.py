"""The options of `export`."""

import argparse
from typing import TYPE_CHECKING

from latent_atlas.cli.options import add_data_dir, add_json, add_model
from latent_atlas.cli.output import add_out

if TYPE_CHECKING:
    from vae_core.export.onnx_file import Part

# What can be taken away, and which options each has a use for.
KINDS: dict[str, tuple[str, ...]] = {
    "html": ("dataset", "data_dir", "points"),
    "onnx": ("part",),
    "safetensors": (),
    "csv": ("dataset", "data_dir"),
}
# What files of each end in, the usual way first.
SUFFIXES: dict[str, tuple[str, ...]] = {kind: (f".{kind}",) for kind in KINDS} | {
    "html": (".html", ".htm")
}
PARTS: "tuple[Part, ...]" = ("decoder", "encoder")


def add_export(export: argparse.ArgumentParser) -> None:
    """What to take away, and where to put it."""
    add_model(export)
    export.add_argument(
        "--to",
        choices=list(KINDS),
        help="html: the explorer with the model inside; onnx: one network; safetensors: the model; "
        "csv: the encodings of a dataset; default: what --out ends in",
    )
    add_out(export, "FILE", "what to write")
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
        "--part", choices=PARTS, help=f"of onnx: which network; default: {PARTS[0]}"
    )
    add_data_dir(export)
    add_json(export)
