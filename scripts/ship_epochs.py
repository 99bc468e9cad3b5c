"""Ship what the decoder of a shipped model was after some epochs, for the slider of Explore.

python scripts/ship_epochs.py RUN_FOLDER mnist-2d --epochs 1,2,4,10,20

The run is one of the command on the model's card, and must have ended with the shipped model to the
last bit. Weights are rounded to 8 bits; the card says how much that changes the pictures.
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import VAE, load_model, read_decoder
from vae_core.models.rounding import rounded
from vae_core.runs import list_snapshots, open_run

LARGEST = 3_000_000  # bytes of all snapshots of a model together
CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"
_EXTENT = 3.0  # of the plane on which the pictures are compared


def ship(run_folder: Path, name: str, epochs: list[int]) -> None:
    """Write the snapshots and add them to the card. Raises AtlasError where they do not belong."""
    run = open_run(run_folder.resolve().parent, run_folder.resolve().name)
    last, shipped = run.model_path(), CHECKPOINTS / f"{name}.safetensors"
    if last is None or not _same(load_model(last).vae, load_model(shipped).vae):
        raise AtlasError(f"{run_folder} did not end with the weights of {shipped.name}.")
    kept = {each.epoch: each.path for each in list_snapshots(run.snapshots_path)}
    if missing := [epoch for epoch in epochs if epoch not in kept]:
        raise AtlasError(f"The run kept no snapshot of epoch {missing[0]}.")
    files, differences = {}, []
    for epoch in epochs:
        whole = read_checkpoint(kept[epoch])
        content = checkpoint_bytes(rounded(whole.tensors), whole.metadata)
        files[epoch] = content
        differences.append(_difference(load_model(shipped).vae, kept[epoch].read_bytes(), content))
    if (size := sum(map(len, files.values()))) > LARGEST:
        raise AtlasError(f"The snapshots have {size:,} bytes, over {LARGEST:,}: ship fewer.")
    folder = shipped.with_suffix("") / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    for epoch, content in files.items():
        (folder / f"epoch-{epoch}.safetensors").write_bytes(content)
    every = torch.cat(differences)
    card = shipped.with_suffix(".json")
    told = json.loads(card.read_text(encoding="utf-8"))
    told["snapshots"] = {
        "epochs": epochs,
        "origin": "the decoders after these epochs of a run of the command above that ended with "
        "exactly these weights",
        "weights": "rounded to 8 bits, with a scale for each row",
        "change_of_pixels": {
            "mean": round(float(every.mean()), 4),
            "most": round(float(every.max()), 4),
            "unit": "black to white is 1; on 41 x 41 spots of the plane, |z| <= 3 on both axes",
        },
    }
    card.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _same(one: VAE, other: VAE) -> bool:
    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@torch.no_grad()
def _difference(vae: VAE, exact: bytes, content: bytes) -> torch.Tensor:
    """How much rounding changes each pixel over the plane. [spots · pixels]."""
    along = torch.linspace(-_EXTENT, _EXTENT, 41)
    z = torch.cartesian_prod(along, along)
    means = []
    for each in (exact, content):
        decoder = read_checkpoint(read_decoder(each, vae.architecture)).tensors
        vae.load_state_dict(vae.state_dict() | decoder)
        means.append(vae.decode(z).mean)
    return (means[0] - means[1]).abs().flatten()


def main() -> int:
    """Ship them, or say in a sentence why not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("run", type=Path)
    parser.add_argument("name")
    parser.add_argument("--epochs", default="1,2,4,10,20", metavar="1,2,…")
    args = parser.parse_args()
    try:
        ship(args.run, args.name, [int(epoch) for epoch in args.epochs.split(",")])
    except AtlasError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
