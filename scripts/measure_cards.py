"""Measure the test numbers of the cards in checkpoints/ again: the models stay as they are.

python scripts/measure_cards.py --data-dir DATA

A card whose data are not there is left as it is, and named.
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from latent_atlas.places import CHECKPOINTS
from latent_atlas.stored_models import measured_test
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import load_model


def main() -> int:
    """Rewrite the part `test` of each card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="of models; default: all")
    parser.add_argument("--data-dir", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)  # the last bits depend on it
    for path in sorted(CHECKPOINTS.glob("*.json")):
        if args.names and path.stem not in args.names:
            continue
        card = json.loads(path.read_text(encoding="utf-8"))
        saved = load_model(path.with_suffix(".safetensors"))
        try:
            dataset = load_dataset(saved.training.dataset or "", args.data_dir)
        except AtlasError as absent:
            sys.stderr.write(f"{path.stem} is left as it is: {absent}\n")
            continue
        card["test"] = measured_test(saved, dataset)
        path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
