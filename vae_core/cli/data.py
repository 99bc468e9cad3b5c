"""The command ``data``: which datasets there are."""

import argparse
import json
from dataclasses import asdict

from vae_core.data import available_datasets


def data(args: argparse.Namespace) -> int:
    """List the datasets, present or not, and where they are looked for."""
    found = available_datasets(args.data_dir)
    if args.json:
        print(json.dumps([asdict(info) for info in found]))
        return 0
    for info in found:
        splits = ", ".join(f"{name} {count:,}" for name, count in info.counts.items())
        print(f"{info.name:12} {info.title}")
        print(f"{'':12} {splits}")
        print(f"{'':12} {info.where}" if info.present else f"{'':12} absent: {info.remedy}")
    return 0
