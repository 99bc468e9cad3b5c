"""What a process of this machine holds, as Linux tells it."""

from dataclasses import dataclass
from pathlib import Path

from vae_core.numerals import decimal
from vae_core.sentences import counted


@dataclass(frozen=True)
class Vitals:
    """Bytes in memory, threads and open files of a process."""

    memory: int
    threads: int
    files: int

    def __str__(self) -> str:
        threads, files = counted(self.threads, "thread"), counted(self.files, "open file")
        return f"{megabytes(self.memory)}, {threads}, {files}"


def vitals(pid: int) -> Vitals:
    """Those of a living process. Raises OSError where there is none."""
    folder = Path("/proc", str(pid))
    told = dict(
        line.split(":", 1) for line in (folder / "status").read_text("utf-8").splitlines() if line
    )
    memory = int(told["VmRSS"].split()[0]) * 1024
    return Vitals(memory, int(told["Threads"]), len(list((folder / "fd").iterdir())))


def megabytes(count: float) -> str:
    """Bytes in words."""
    return f"{decimal(count / 2**20, 0)} MB"
