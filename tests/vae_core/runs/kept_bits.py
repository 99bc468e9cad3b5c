"""Whether this machine computes the very bits of the one that wrote a kept run folder.

The last bits of a product of matrices differ from one kind of processor to the next, and no name
of a kind tells them all apart: so the run is made again from its start, and compared.
"""

import shutil
from pathlib import Path

import torch

from vae_core.models import load_model
from vae_core.runs import open_run
from vae_core.runs.workbench import Workbench

# Relative and absolute, of weights after some ten steps: last bits grow.
ELSEWHERE = (1e-3, 1e-4)
EXACTLY = (0.0, 0.0)


def allowed(kept: Path, scratch: Path) -> tuple[float, float]:
    """How far weights may be from those that the kept run ended with: relative, and absolute.

    Not at all where the same run, made again in the folder ``scratch``, ends with these.
    """
    shutil.copytree(kept, scratch / kept.name, ignore=shutil.ignore_patterns("checkpoints"))
    bench = Workbench(open_run(scratch, kept.name))
    while not bench.loop.finished:
        bench.loop.step()
    wanted = load_model(kept / "uninterrupted.safetensors").model.state_dict()
    same = all(torch.equal(each, wanted[k]) for k, each in bench.model.state_dict().items())
    return EXACTLY if same else ELSEWHERE
