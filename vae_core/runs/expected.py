"""How long a run would train on this machine, by trying a few of its batches."""

import math
from pathlib import Path
from time import perf_counter

from vae_core.data import load_dataset
from vae_core.runs.config import RunConfig
from vae_core.runs.workbench import assemble

_WARM_UP = 2  # steps
_TRIED = 0.1  # seconds


def expected_seconds(config: RunConfig) -> float:
    """Seconds that all steps of a run take at the pace of the fastest of its first ones.

    These are tried in this process, in about a tenth of a second, but at least two of them; nothing
    of it is kept. Tests on the way are left out, and what else the machine may have to do.

    Raises:
        AtlasError: its data are not here, or its first steps diverge.
    """
    folder = Path(config.data_dir) if config.data_dir else None
    images = load_dataset(config.dataset, folder).split(config.split).images
    loop = assemble(config, images)[1]
    begun = perf_counter()
    for _ in range(_WARM_UP):
        loop.step()
        if perf_counter() - begun >= _TRIED:
            break
    began, fastest = perf_counter(), math.inf
    while True:
        before = perf_counter()
        loop.step()
        now = perf_counter()
        fastest = min(fastest, now - before)
        if now - began >= _TRIED or loop.finished:
            return fastest * config.plan(len(images)).total_steps(len(images))
