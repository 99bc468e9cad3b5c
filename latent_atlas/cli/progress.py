"""A progress line on a terminal, or a line an epoch elsewhere."""

import sys
import time

from latent_atlas.cli.console import CLEAR_LINE
from vae_core.algorithms import headline
from vae_core.numerals import with_error
from vae_core.runs import Run, RunStatus

WIDTH = 24


class Progress:
    """Shows a run's status on standard error; call it with each new one."""

    def __init__(self, run: Run) -> None:
        self._algorithm = run.config.algorithm.name
        self._terminal = sys.stderr.isatty()
        self._epoch_shown = 0

    def __call__(self, status: RunStatus) -> None:
        """Show this status."""
        if self._terminal:
            done = bar(status.samples / status.total_samples)
            sys.stderr.write(f"{CLEAR_LINE}{done} {words(status, self._algorithm)}")
        elif int(status.epoch) > self._epoch_shown:
            self._epoch_shown = int(status.epoch)
            sys.stderr.write(words(status, self._algorithm) + "\n")
        sys.stderr.flush()

    def close(self) -> None:
        """Leave the terminal on a fresh line."""
        if self._terminal:
            sys.stderr.write("\n")


class PartBar:
    """A progress bar on a terminal's standard error; nothing elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._began = time.perf_counter()
        self._shown = -1

    def __call__(self, done: float) -> None:
        """Show the part that is done, each time another hundredth is."""
        if not self._terminal or int(100 * done) == self._shown:
            return
        self._shown = int(100 * done)
        left = (time.perf_counter() - self._began) * (1 - done) / done if done > 0 else 0
        sys.stderr.write(f"{CLEAR_LINE}{bar(done)} {self._shown} % · {left:z.0f} s left")
        sys.stderr.flush()

    def close(self) -> None:
        """Leave the terminal's line empty."""
        if self._terminal:
            sys.stderr.write(CLEAR_LINE)


def bar(share: float) -> str:
    """How much is done, from 0 to 1, as a picture."""
    filled = int(WIDTH * share)
    return "▕" + "█" * filled + " " * (WIDTH - filled) + "▏"


def words(status: RunStatus, algorithm: str) -> str:
    """How far a run is and what came of it so far."""
    told = [f"epoch {status.epoch:z.1f} / {status.epochs:.4g}"]
    if (best := headline(algorithm, status.test)) is not None:
        quantity, value = best
        unit = quantity.unit.removesuffix(" per image")
        half_width = (status.test_half_widths or {}).get(quantity.name)
        told.append(f"test {quantity.label} {with_error(value, half_width)} {unit}")
    if status.diverged:
        told.append("diverged")
    if status.images_per_second:
        told.append(f"{status.images_per_second:z,.0f} images/s")
    if status.seconds_left:
        told.append(f"{status.seconds_left:z.0f} s left")
    return " · ".join(told)
