"""How long a run would train on this machine, by trying a few of its batches."""

import math
from pathlib import Path
from time import perf_counter

from vae_core.data import load_dataset
from vae_core.runs.config import RunConfig
from vae_core.runs.workbench import assemble

_FEWEST = 2  # steps
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
    began, fastest, tried = perf_counter(), math.inf, 0
    while True:
        before = perf_counter()
        loop.step()
        now, tried = perf_counter(), tried + 1
        fastest = min(fastest, now - before)  # the first ones warm up
        if loop.finished or (tried >= _FEWEST and now - began >= _TRIED):
            return fastest * config.plan(len(images)).total_steps(len(images))
