"""The process that runs a race: ``python -m latent_atlas.reproduce.race FOLDER LOCK``.

LOCK is the number of an inherited file descriptor that holds the lock of the folder.
"""

import sys
from pathlib import Path

import torch

from latent_atlas.reproduce.race.folder import run_here
from vae_core.runs.lock import FileLock
from vae_core.runs.processes import give_way


def main(folder: Path, lock_descriptor: int) -> None:
    """Run it, holding the lock to the end."""
    give_way()
    torch.set_num_threads(1)
    lock = FileLock(folder / "lock", lock_descriptor)
    run_here(folder)
    lock.release()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
