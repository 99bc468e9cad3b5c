"""The command that writes what people take away from a model: ``export``."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from latent_atlas.cli.export_options import KINDS, PARTS, SUFFIXES
from latent_atlas.cli.find_dataset import FoundDataset, dataset_for
from latent_atlas.cli.find_model import SUFFIX, FoundModel, asked_model
from latent_atlas.cli.output import STANDARD_OUTPUT, check_out, write_out
from latent_atlas.cli.useless import refuse, refuse_others
from latent_atlas.stored_models import file_digest
from vae_core.data import companion_datasets, load_dataset
from vae_core.errors import AtlasError
from vae_core.export import encodings_csv, onnx_bytes
from vae_core.export.onnx_file import Part
from vae_core.models import SavedModel, load_model, model_bytes
from vae_core.sentences import listed


def export_command(args: argparse.Namespace) -> int:
    """Write the file and say what it is."""
    args.to = args.to or _format_of(args.out)
    refuse_others(args, "to", KINDS)
    if args.points == 0 and args.dataset is not None:
        refuse("--dataset", "the points of html", "--points 0")
    if args.points is not None and args.points < 0:
        raise AtlasError(f"--points is {args.points}: give 0 or more.")
    part: Part = args.part or PARTS[0]
    model = asked_model(args)
    check_out(args, SUFFIXES[args.to], [model.path])
    saved = load_model(model.path)
    found = _dataset(args, model, saved) if args.to in ("html", "csv") else None
    size = write_out(args.out, _content(args, part, model, saved, found))
    data = found.called if found else None
    if args.out == STANDARD_OUTPUT:
        return 0
    if args.json:
        result = {
            "checkpoint": str(model.path),
            "to": args.to,
            "out": str(args.out),
            "bytes": size,
            "dataset": data,
            "trained_on": saved.training.dataset,
            "relation": found.kinship(model, saved).relation if found else None,
        }
        print(json.dumps(result | ({"part": part} if args.to == "onnx" else {})))
    else:
        what = {
            "html": f"the explorer, {f'with the points of {data}' if data else 'without points'}",
            "onnx": f"the {part}",
            "safetensors": "the model",
            "csv": f"the encodings of {data}",
        }[args.to]
        print(f"{args.out}: {what}, {size / 1000:z,.0f} kB")
    return 0


def _content(
    args: argparse.Namespace,
    part: Part,
    model: FoundModel,
    saved: SavedModel,
    found: FoundDataset | None,
) -> Iterable[bytes]:
    dataset = found.dataset if found else None
    if args.to == "html":
        # The page is made of the app's own files; nothing else here needs those.
        from latent_atlas.ui.export.explorer import explorer_html

        title, digest = _title(model, saved), file_digest(model.path)
        return [explorer_html(saved, dataset, title=title, points=args.points, digest=digest)]
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


def _dataset(args: argparse.Namespace, model: FoundModel, saved: SavedModel) -> FoundDataset | None:
    """What --dataset names, which must fit; else what goes with the model, if anything does."""
    if args.to == "html" and args.points == 0:
        return None
    if args.dataset is not None:
        return dataset_for(model, saved, args.dataset, args.data_dir)
    data_dir = args.data_dir or model.data_dir
    shape = saved.vae.architecture.image_shape
    known = companion_datasets(saved.training.dataset, shape, data_dir)
    if not known:
        return None
    return FoundDataset(load_dataset(known[0], data_dir), known[0]).announced(model, saved)


def _title(model: FoundModel, saved: SavedModel) -> str:
    """What the model is called, unless its file has the name that every run gives its model."""
    if model.title == f"model{SUFFIX}":
        return f"{saved.training.dataset or 'model'} {saved.vae.architecture.latent_dim}-D"
    return model.title.removesuffix(SUFFIX)


def _format_of(out: Path) -> str:
    """The format that the name of a file tells. Raises AtlasError where it tells none."""
    for kind, suffixes in SUFFIXES.items():
        if out.suffix.lower() in suffixes:
            return kind
    raise AtlasError(f"{out} does not tell what to write: add --to with {listed(KINDS, 'or')}.")
