"""On what a run is done: versions, machine and threads, all of which can change the last bits."""

import os
import platform
from importlib.metadata import version
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vae_core.version import __version__

# What torch is asked for: oneDNN matrix products, in float32 on most CPUs. On CPUs with AMX they
# are presumably bfloat16, so the word is recorded with the run.
MATMUL_PRECISION = "medium"

Word = Annotated[str, Field(max_length=200)]


class Environment(BaseModel):
    """What the same numbers to the last bit depend on besides the config."""

    model_config = ConfigDict(frozen=True)

    torch: Word
    code: Word
    python: Word
    machine: Word
    threads: Annotated[int, Field(ge=1, le=1024)]
    precision: Word = MATMUL_PRECISION

    def differences(self, other: "Environment") -> list[str]:
        """What differs in a way that may change the last bits, in words."""
        names = {
            "threads": "threads",
            "precision": "precision",
            "torch": "torch",
            "machine": "machine",
        }
        return [
            f"{word} {getattr(self, field)} → {getattr(other, field)}"
            for field, word in names.items()
            if getattr(self, field) != getattr(other, field)
        ]


def default_threads() -> int:
    """Cores − 1, at least one: the app needs one, and crowded threads starve each other."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return max(1, cores - 1)


def this_environment(threads: int | None) -> Environment:
    """The environment of this process, without importing torch."""
    return Environment(
        torch=version("torch"),
        code=__version__,
        python=platform.python_version(),
        machine=platform.machine(),
        threads=threads or default_threads(),
    )
