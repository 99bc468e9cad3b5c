"""A progress line on a terminal, or a line an epoch elsewhere."""

import sys

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
            sys.stderr.write(f"{CLEAR_LINE}{_bar(status)} {_words(status, self._algorithm)}")
        elif int(status.epoch) > self._epoch_shown:
            self._epoch_shown = int(status.epoch)
            sys.stderr.write(_words(status, self._algorithm) + "\n")
        sys.stderr.flush()

    def close(self) -> None:
        """Leave the terminal on a fresh line."""
        if self._terminal:
            sys.stderr.write("\n")


def _bar(status: RunStatus) -> str:
    filled = int(WIDTH * status.samples / status.total_samples)
    return "▕" + "█" * filled + " " * (WIDTH - filled) + "▏"


def _words(status: RunStatus, algorithm: str) -> str:
    words = [f"epoch {status.epoch:z.1f} / {status.epochs:.4g}"]
    if (best := headline(algorithm, status.test)) is not None:
        quantity, value = best
        unit = quantity.unit.removesuffix(" per image")
        half_width = (status.test_half_widths or {}).get(quantity.name)
        words.append(f"test {quantity.label} {with_error(value, half_width)} {unit}")
    if status.diverged:
        words.append("diverged")
    if status.images_per_second:
        words.append(f"{status.images_per_second:z,.0f} images/s")
    if status.seconds_left:
        words.append(f"{status.seconds_left:z.0f} s left")
    return " · ".join(words)
