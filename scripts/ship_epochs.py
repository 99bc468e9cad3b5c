"""Ship what a shipped model was on its way, for the slider of Explore and columns of Reconstruct.

python scripts/ship_epochs.py mnist-2d --show-with mnist-12k

The model is trained again by the command on its card, and must end with the shipped weights to the
last bit. Weights on the way are rounded to as few bits as change no pixel by more than `FAINT`; the
card says how much the pictures change. Encoders are in 8 bits; where they are too large for a
wheel, the earliest stay away. The points are of the dataset that the model is shown with on a fresh
machine.
"""

import argparse
import json
import shlex
import shutil
import sys
from pathlib import Path

import torch

from latent_atlas.cli.train_options import add_train, given
from scripts.fit_rounding import Fitted, fewest_bits
from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.data import fair_order, load_dataset
from vae_core.errors import AtlasError
from vae_core.models import VAE, SavedModel, decoder_tensors, load_model
from vae_core.runs import RunConfig, list_snapshots, make_config
from vae_core.runs.environment import this_environment
from vae_core.runs.keeping import FEWEST, Keeping, spread_steps
from vae_core.runs.snapshots import REST, SnapshotKeeper, probe_size
from vae_core.runs.workbench import assemble

LARGEST = 7_500_000  # bytes of all snapshots of a model together: every wheel carries them
FAINT = 8 / 255  # of black to white: eight grey levels of one pixel, which nobody sees
# What a card tells of the finished model alone.
_AT_THE_END = ("test", "test_half_widths", "test_images", "created")
CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"
_EXTENT = 3.0  # of the plane on which the pictures are compared
_FITTED = 4.5  # of the plane whose pictures rounding shall change least


def ship(name: str, show_with: str) -> None:
    """Write the snapshots and add them to the card. Raises AtlasError where they do not belong."""
    shipped = CHECKPOINTS / f"{name}.safetensors"
    card = shipped.with_suffix(".json")
    told = json.loads(card.read_text(encoding="utf-8"))
    folder = shipped.with_suffix("") / "snapshots"
    made = folder.with_name("made")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    saved = load_model(shipped)
    exact, steps = _train(_config(told["command"]), made, show_with, saved)
    packed = pack(made, exact, saved.vae)
    encoders = fit_encoders(made)
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)
    told["snapshots"] = {
        "steps": steps,
        "origin": "the decoder at these steps of a training by the command above that ended with "
        "exactly these weights, where its encoder put the first images of the dataset below, and "
        "the encoder itself at the last of them",
        "encoders": encoders,
        "dataset": show_with,
        "images": _probe(show_with, saved.vae).shape[0],
        "bits": [each.bits for each in packed],
        "weights": "in so many bits at each step, the first layer's in 8, with a scale for each "
        "row; rounded so that the pictures change least",
        "change_of_pixels": {
            "mean": round(float(torch.cat([each.changes for each in packed]).mean()), 4),
            "most": round(max(float(each.changes.max()) for each in packed), 4),
            "unit": "black to white is 1; on 41 x 41 spots of the plane, |z| <= 3 on both axes",
        },
    }
    card.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _config(command: str) -> RunConfig:
    """What a command on a card asks for: `python -m vae_core train …` or `latent-atlas train …`."""
    parser = argparse.ArgumentParser()
    add_train(parser)
    words = shlex.split(command)
    return make_config(**given(parser.parse_args(words[words.index("train") + 1 :])))


def _train(
    config: RunConfig, folder: Path, show_with: str, shipped: SavedModel
) -> tuple[list[dict[str, torch.Tensor]], list[int]]:
    """Train, keep, and give the exact decoders and the steps of what was kept.

    Raises AtlasError where the weights at the end are not the shipped ones.
    """
    torch.set_num_threads(config.threads or 1)
    torch.set_float32_matmul_precision(this_environment(config.threads or 1).precision)
    images = load_dataset(config.dataset).split(config.split).images
    model, loop = assemble(config, images)
    if not isinstance(model, VAE):
        raise AtlasError("Only a VAE has a decoder to ship.")
    steps = spread_steps(loop.plan.total_steps(len(images)), FEWEST + 1)[:-1]
    keeper = SnapshotKeeper(
        folder,
        model,
        _probe(show_with, model),
        dataset=show_with,
        images=len(load_dataset(show_with).images),
        plan=Keeping(steps, "int8", encoder=True),
        training=lambda: shipped.training.model_copy(
            update=dict.fromkeys(_AT_THE_END) | {"epochs": loop.epoch, "samples": loop.samples}
        ),
    )
    exact = []
    while True:
        keeper.keep(loop.step_count, loop.epoch)
        if loop.step_count in steps:
            exact.append({k: t.clone() for k, t in decoder_tensors(model)[0].items()})
        if loop.finished:
            break
        loop.step()
    a, b = model.state_dict(), shipped.vae.state_dict()
    if a.keys() != b.keys() or not all(torch.equal(a[key], b[key]) for key in a):
        raise AtlasError("This machine's training did not end with the shipped weights.")
    return exact, list(steps)


def _probe(dataset: str, vae: VAE) -> torch.Tensor:
    images = load_dataset(dataset).images
    return images[fair_order(len(images))[: probe_size(vae.architecture.latent_dim)]]


def pack(folder: Path, exact: list[dict[str, torch.Tensor]], vae: VAE) -> list[Fitted]:
    """Round the decoders of the snapshots in a folder to the fewest bits that nobody sees.

    `exact` has their weights as they were; `vae` is used, and left with the last of them.
    """
    packed = []
    for snapshot, whole in zip(list_snapshots(folder), exact, strict=True):
        vae.load_state_dict(vae.state_dict() | whole)
        packed.append(fewest_bits(vae, _spots(_FITTED, 61), _spots(_EXTENT, 41), FAINT))
        kept = read_checkpoint(snapshot.path)
        told = kept.metadata | {"snapshot": kept.metadata["snapshot"] | {"bits": packed[-1].bits}}
        snapshot.path.write_bytes(checkpoint_bytes(kept.tensors | packed[-1].tensors, told))
    return packed


def fit_encoders(folder: Path) -> int:
    """Take encoders away, the earliest first, until all snapshots fit; returns how many are left.

    Raises AtlasError where decoders alone are too large.
    """
    found = list_snapshots(folder)
    left = len(found)
    for snapshot in found:
        if _bytes(folder) <= LARGEST:
            return left
        kept = read_checkpoint(snapshot.path)
        told = {k: each for k, each in kept.metadata.items() if k != "training"}
        told["snapshot"] = {k: each for k, each in told["snapshot"].items() if k != "encoder"}
        tensors = {k: t for k, t in kept.tensors.items() if not k.startswith(REST)}
        snapshot.path.write_bytes(checkpoint_bytes(tensors, told))
        left -= 1
    if (size := _bytes(folder)) > LARGEST:
        raise AtlasError(f"The snapshots have {size:,} bytes, over {LARGEST:,}: ship fewer.")
    return left


def _bytes(folder: Path) -> int:
    return sum(each.path.stat().st_size for each in list_snapshots(folder))


def _spots(extent: float, along: int) -> torch.Tensor:
    """A grid of z over the plane. [along², 2]."""
    each = torch.linspace(-extent, extent, along)
    return torch.cartesian_prod(each, each)


def main() -> int:
    """Ship them, or say in a sentence why not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("name")
    parser.add_argument("--show-with", required=True, metavar="DATASET")
    args = parser.parse_args()
    try:
        ship(args.name, args.show_with)
    except AtlasError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
