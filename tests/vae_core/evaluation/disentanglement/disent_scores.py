"""The scores of `disent` (github.com/nmichlo/disent), to hold ours against.

They are functions of arrays, in a framework that would bring Lightning and torchvision along. So
`make` installs it without what it needs, in a folder apart (`requirements-alone.txt`), and what the
files of its scores name of its rest is empty here.
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

FOLDER = Path(sys.prefix) / "alone" / "disent"
EMPTY = {
    "disent.dataset": "DisentDataset",
    "disent.util": "to_numpy",
    "disent.util.function": "wrapped_partial",
}


@dataclass(frozen=True)
class DisentScores:
    """The files of two scores."""

    mig: Any
    dci: Any


def disent_scores() -> DisentScores:
    """Their files, with nothing of `disent` left among the modules."""
    with patch.dict(sys.modules):
        for name, folder in {"disent": FOLDER, "disent.metrics": FOLDER / "metrics"}.items():
            sys.modules[name] = package = ModuleType(name)
            package.__path__ = [str(folder)]
        for name, needed in EMPTY.items():
            sys.modules[name] = module = ModuleType(name)
            setattr(module, needed, lambda made, *_, **__: made)
        return DisentScores(*(import_module(f"disent.metrics.{name}") for name in ("_mig", "_dci")))
