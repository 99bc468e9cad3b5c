"""The scores of `disent` (github.com/nmichlo/disent), to hold ours against.

They are functions of arrays, in a framework that would bring Lightning and torchvision along. So
the package is installed without what it needs, and what a score's file names of its rest is empty.
"""

import importlib
import importlib.util
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

EMPTY = {
    "disent.dataset": ["DisentDataset"],
    "disent.util": ["to_numpy"],
    "disent.util.function": ["wrapped_partial"],
}


@dataclass(frozen=True)
class DisentScores:
    """The files of two scores."""

    mig: Any
    dci: Any


def disent_scores() -> DisentScores:
    """Their files, with nothing of `disent` left behind."""
    spec = importlib.util.find_spec("disent")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    [folder] = spec.submodule_search_locations
    with pytest.MonkeyPatch.context() as patch:
        for name, inside in {"disent": "", "disent.metrics": "/metrics"}.items():
            package = ModuleType(name)
            package.__path__ = [f"{folder}{inside}"]
            patch.setitem(sys.modules, name, package)
        for name, needed in EMPTY.items():
            module = ModuleType(name)
            for each in needed:
                setattr(module, each, lambda made, *_, **__: made)
            patch.setitem(sys.modules, name, module)
        for name in ("utils", "_mig", "_dci"):
            patch.delitem(sys.modules, f"disent.metrics.{name}", raising=False)
        found = [importlib.import_module(f"disent.metrics.{name}") for name in ("_mig", "_dci")]
        for name in ("utils", "_mig", "_dci"):
            sys.modules.pop(f"disent.metrics.{name}", None)
    return DisentScores(*found)
