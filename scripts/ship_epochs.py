"""Ship what a shipped model was on its way, for the slider of Explore.

python scripts/ship_epochs.py mnist-2d --show-with mnist-12k

The model is trained again by the command on its card, and must end with the shipped weights to the
last bit. Weights on the way are rounded; the card says how much that changes the pictures. The
points are of the dataset that the model is shown with on a fresh machine.
"""

import argparse
import json
import shlex
import shutil
import sys
from pathlib import Path

import torch

from latent_atlas.cli.train_options import add_train, given
from vae_core.checkpoint import read_checkpoint
from vae_core.data import fair_order, load_dataset
from vae_core.errors import AtlasError
from vae_core.models import VAE, decoder_tensors, load_model
from vae_core.runs import RunConfig, list_snapshots, make_config, read_snapshot
from vae_core.runs.environment import this_environment
from vae_core.runs.keeping import FEWEST, Keeping, spread_steps
from vae_core.runs.snapshots import SnapshotKeeper, probe_size
from vae_core.runs.workbench import assemble

LARGEST = 7_500_000  # bytes of all snapshots of a model together: every wheel carries them
CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"
_EXTENT = 3.0  # of the plane on which the pictures are compared


def ship(name: str, show_with: str) -> None:
    """Write the snapshots and add them to the card. Raises AtlasError where they do not belong."""
    shipped = CHECKPOINTS / f"{name}.safetensors"
    card = shipped.with_suffix(".json")
    told = json.loads(card.read_text(encoding="utf-8"))
    folder = shipped.with_suffix("") / "snapshots"
    made = folder.with_name("made")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    exact, steps = _train(_config(told["command"]), made, show_with, load_model(shipped).vae)
    if (size := sum(each.path.stat().st_size for each in list_snapshots(made))) > LARGEST:
        raise AtlasError(f"The snapshots have {size:,} bytes, over {LARGEST:,}: ship fewer.")
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)
    differences = _differences(folder, exact, load_model(shipped).vae)
    told["snapshots"] = {
        "steps": steps,
        "origin": "the decoder at these steps of a training by the command above that ended with "
        "exactly these weights, and where its encoder put the first images of the dataset below",
        "dataset": show_with,
        "images": _probe(show_with, load_model(shipped).vae).shape[0],
        "weights": "rounded to 8 bits, with a scale for each row",
        "change_of_pixels": {
            "mean": round(float(differences.mean()), 4),
            "most": round(float(differences.max()), 4),
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
    config: RunConfig, folder: Path, show_with: str, shipped: VAE
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
    plan = Keeping(spread_steps(loop.plan.total_steps(len(images)), FEWEST + 1)[:-1], "int8")
    probe, count = _probe(show_with, model), len(load_dataset(show_with).images)
    keeper = SnapshotKeeper(folder, model, probe, dataset=show_with, images=count, plan=plan)
    exact = []
    while True:
        keeper.keep(loop.step_count, loop.epoch)
        if loop.step_count in plan.steps:
            exact.append({k: t.clone() for k, t in decoder_tensors(model)[0].items()})
        if loop.finished:
            break
        loop.step()
    a, b = model.state_dict(), shipped.state_dict()
    if a.keys() != b.keys() or not all(torch.equal(a[key], b[key]) for key in a):
        raise AtlasError("This machine's training did not end with the shipped weights.")
    return exact, list(plan.steps)


def _probe(dataset: str, vae: VAE) -> torch.Tensor:
    images = load_dataset(dataset).images
    return images[fair_order(len(images))[: probe_size(vae.architecture.latent_dim)]]


@torch.no_grad()
def _differences(folder: Path, exact: list[dict[str, torch.Tensor]], vae: VAE) -> torch.Tensor:
    """How much rounding changes each pixel over the plane. [snapshots · spots · pixels]."""
    along = torch.linspace(-_EXTENT, _EXTENT, 41)
    z = torch.cartesian_prod(along, along)
    found = []
    for each, whole in zip(list_snapshots(folder), exact, strict=True):
        content = read_snapshot(each, vae.architecture)
        means = []
        for weights in (whole, read_checkpoint(content.decoder).tensors):
            vae.load_state_dict(vae.state_dict() | weights)
            means.append(vae.decode(z).mean)
        found.append((means[0] - means[1]).abs().flatten())
    return torch.cat(found)


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
