"""Put the model of a finished run into checkpoints/, with a card that says how it was made.

python scripts/ship_model.py RUN_FOLDER mnist-2d --title "MNIST in two dimensions"
"""

import argparse
import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from latent_atlas.reports.data_words import levels
from latent_atlas.stored_models import measured_test
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import LIKELIHOODS, SavedModel, load_model
from vae_core.runs import open_run

LARGEST_MODEL = 6_000_000  # bytes: it is fetched by every browser and kept in the repository
CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"


def card(path: Path, name: str, title: str, data_dir: Path | None) -> dict[str, Any]:
    """What a reader wants to know before trusting the model; the test numbers are measured now."""
    saved = load_model(path)
    training = saved.training
    if training.dataset is None:
        raise AtlasError(f"{path} does not say what it was trained on.")
    dataset = load_dataset(training.dataset, data_dir)
    return {
        "name": name,
        "title": title,
        "dataset": dataset.title,
        "split": training.split,
        "treatment": _treatment(saved),
        "architecture": saved.vae.architecture.model_dump(mode="json"),
        "command": training.command,
        "seed": training.seed,
        "epochs": training.epochs,
        "images_seen": training.samples,
        "test": measured_test(saved, dataset),
        "licence": f"weights: MIT; data: {dataset.licence}",
        "code_version": training.code_version,
        "torch_version": training.torch_version,
        "created": training.created,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def _treatment(saved: SavedModel) -> str:
    """Such as “grey levels in [0, 1] as Bernoulli targets”."""
    architecture = saved.vae.architecture
    label = LIKELIHOODS[architecture.likelihood].label
    drawn = "" if saved.training.treatment == "grey" else f", {saved.training.treatment} binarised"
    return f"{levels(architecture.image_shape[0])} in [0, 1] as {label} targets{drawn}"


def main() -> int:
    """Copy the newest model of the run and write its card beside it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path)
    parser.add_argument("name")
    parser.add_argument("--title", required=True)
    parser.add_argument("--data-dir", type=Path)
    args = parser.parse_args()
    try:
        folder = args.run.resolve()
        run = open_run(folder.parent, folder.name)
        path = run.model_path()
        if run.status().state != "finished" or path is None:
            raise AtlasError(f"{args.run} has not finished: let it train to its end.")
        if path.stat().st_size > LARGEST_MODEL:
            raise AtlasError(f"{path} has {path.stat().st_size:,} bytes, over {LARGEST_MODEL:,}.")
        text = json.dumps(card(path, args.name, args.title, args.data_dir), indent=2)
    except AtlasError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    CHECKPOINTS.mkdir(exist_ok=True)
    shutil.copyfile(path, CHECKPOINTS / f"{args.name}.safetensors")
    (CHECKPOINTS / f"{args.name}.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
