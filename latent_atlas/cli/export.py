"""The command that writes what people take away from a model: ``export``."""

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from latent_atlas.cli.export_options import KINDS, PARTS
from latent_atlas.cli.useless import refuse, refuse_others
from vae_core.data import Dataset, companion_datasets, load_dataset
from vae_core.errors import AtlasError
from vae_core.export import encodings_csv, onnx_bytes
from vae_core.export.onnx_file import Part
from vae_core.models import SavedModel, load_model, model_bytes

# (model, dataset or None, title, points or None) → the page; made of the app's own files, which
# this package knows nothing of.
Explorer = Callable[[SavedModel, Dataset | None, str, int | None], bytes]


def export_command(args: argparse.Namespace, explorer: Explorer) -> int:
    """Write the file and say what it is."""
    refuse_others(args, "to", KINDS)
    if args.points == 0 and args.dataset is not None:
        refuse("--dataset", "the points of html", "--points 0")
    part: Part = args.part or PARTS[0]
    saved = load_model(args.checkpoint)
    if args.points is not None and args.points < 0:
        raise AtlasError(f"--points is {args.points}: give 0 or more.")
    dataset = _dataset(args, saved) if args.to in ("html", "csv") else None
    size = _write(args.out, _content(args, part, saved, dataset, explorer))
    data = dataset.name if dataset else None
    if args.json:
        result = {
            "checkpoint": str(args.checkpoint),
            "to": args.to,
            "out": str(args.out),
            "bytes": size,
            "dataset": data,
        }
        print(json.dumps(result | ({"part": part} if args.to == "onnx" else {})))
    else:
        what = {
            "html": f"the explorer, {f'with the points of {data}' if data else 'without points'}",
            "onnx": f"the {part}",
            "safetensors": "the model",
            "csv": f"the encodings of {data}",
        }[args.to]
        print(f"{args.out}: {what}, {size / 1000:,.0f} kB")
    return 0


def _content(
    args: argparse.Namespace,
    part: Part,
    saved: SavedModel,
    dataset: Dataset | None,
    explorer: Explorer,
) -> Iterable[bytes]:
    if args.to == "html":
        return [explorer(saved, dataset, _title(args.checkpoint, saved), args.points)]
    if args.to == "onnx":
        return [onnx_bytes(saved, part)]
    if args.to == "safetensors":
        return [model_bytes(saved.model, saved.training)]
    if dataset is None:
        raise AtlasError(
            "No images that fit this model are here, so there is nothing to encode: "
            "name a dataset with --dataset."
        )
    return (piece.encode() for piece in encodings_csv(saved.vae, dataset))


def _dataset(args: argparse.Namespace, saved: SavedModel) -> Dataset | None:
    """What --dataset names, which must fit; else what goes with the model, if anything does."""
    shape = saved.vae.architecture.image_shape
    if args.to == "html" and args.points == 0:
        return None
    if args.dataset is None:
        known = companion_datasets(saved.training.dataset, shape, args.data_dir)
        return load_dataset(known[0], args.data_dir) if known else None
    dataset = load_dataset(args.dataset, args.data_dir)
    if dataset.image_shape != shape:
        raise AtlasError(
            f"The images of {dataset.name} do not fit {args.checkpoint.name}: "
            "choose the data that it was trained on."
        )
    return dataset


def _title(checkpoint: Path, saved: SavedModel) -> str:
    """The name of the file, unless it is the one that every run gives its model."""
    if checkpoint.stem != "model":
        return checkpoint.stem
    return f"{saved.training.dataset or 'model'} {saved.vae.architecture.latent_dim}-D"


def _write(path: Path, content: Iterable[bytes]) -> int:
    """Write a file whole or not at all; returns its size in bytes."""
    temporary = path.parent / f".{path.name}.tmp"
    size = 0
    try:
        with temporary.open("wb") as file:
            for piece in content:
                size += file.write(piece)
        temporary.replace(path)
    except OSError as error:
        raise AtlasError(
            f"{path} could not be written ({error.strerror or error}): "
            "name a file in a folder that exists and that you may write to."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return size
