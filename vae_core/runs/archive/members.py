"""The files that a run takes along: by their names in its folder, and how large each may be.

Left behind is what belongs to the machine or to its people: locks, owners, commands, what the
worker printed (``worker.log``), and the pictures of a single batch.
"""

import re

from vae_core.checkpoint import LARGEST_FILE
from vae_core.runs import annotations

CONFIG, STATUS, LOG = "config.json", "status.json", "metrics.jsonl"
ANNOTATIONS = annotations.FILE
START = "start.safetensors"
_NUMBER = r"(?:0|[1-9][0-9]{0,14})"

# A pattern of the name, and the bytes that such a file may have.
_MEMBERS = {
    re.escape(CONFIG): 1 << 20,
    re.escape(STATUS): 1 << 20,
    re.escape(ANNOTATIONS): annotations.LARGEST,
    re.escape(LOG): 1 << 28,
    re.escape(START): LARGEST_FILE,
    rf"checkpoints/step-{_NUMBER}/(?:model|state)\.safetensors": LARGEST_FILE,
    rf"samples/(?:newest|epoch-{_NUMBER}(?:\.[0-9]{{1,9}})?)\.safetensors": 1 << 25,
    rf"snapshots/epoch-{_NUMBER}(?:\.[0-9]{{1,9}})?\.safetensors": LARGEST_FILE,
}
_KNOWN = {re.compile(pattern): largest for pattern, largest in _MEMBERS.items()}


def largest_size(name: str) -> int | None:
    """How many bytes the file of this name in a run's folder may have; None for no such file."""
    for pattern, largest in _KNOWN.items():
        if pattern.fullmatch(name):
            return largest
    return None
