"""How far a sweep is: a line that changes on a terminal, or a line a trial elsewhere."""

import sys
from collections.abc import Sequence

from latent_atlas.cli.console import CLEAR_LINE
from latent_atlas.cli.progress import bar, words
from vae_core.numerals import duration
from vae_core.runs import Run, RunStatus


class SweepProgress:
    """Shows how the runs of a sweep are on standard error; call it with their statuses."""

    def __init__(self, runs: Sequence[Run], expected: float | None) -> None:
        """Of these runs, which all together were expected to take so many seconds."""
        self._runs = runs
        self._expected = expected
        self._terminal = sys.stderr.isatty()
        self._ended: set[str] = set()
        self._first = True

    def __call__(self, statuses: Sequence[RunStatus | None]) -> None:
        """Show these."""
        known = [
            (run, each) for run, each in zip(self._runs, statuses, strict=True) if each is not None
        ]
        ended = [(run, each) for run, each in known if each.state in ("finished", "failed")]
        count = f"{sum(each.state == 'finished' for _, each in known)} of {len(known)} finished"
        if self._terminal:
            told = [count, *(_training(run, each) for run, each in known if _trains(each))]
            told += filter(None, [self._left([each for _, each in known])])
            done = sum(each.samples for _, each in known)
            total = sum(each.total_samples for _, each in known)
            sys.stderr.write(f"{CLEAR_LINE}{bar(done / max(total, 1))} {' · '.join(told)}")
        elif not self._first:
            for run, each in ended:
                if run.id not in self._ended:
                    told_of = words(each, run.config.algorithm.name)
                    sys.stderr.write(f"{count} · {run.title}: {each.state}, {told_of}\n")
        self._ended |= {run.id for run, _ in ended}
        self._first = False
        sys.stderr.flush()

    def close(self) -> None:
        """Leave the terminal on a fresh line."""
        if self._terminal:
            sys.stderr.write("\n")

    def _left(self, statuses: Sequence[RunStatus]) -> str:
        """How long it may take yet, at the pace so far."""
        done = sum(each.samples for each in statuses)
        total = sum(each.total_samples for each in statuses)
        left = total - done
        if not left or not (done or self._expected):
            return ""
        seconds = sum(each.seconds for each in statuses)
        took = seconds / done if done else (self._expected or 0.0) / total
        return f"about {duration(took * left, places=0)} left"


def _trains(status: RunStatus) -> bool:
    return status.state == "running"


def _training(run: Run, status: RunStatus) -> str:
    return f"{run.title}: epoch {status.epoch:z.1f} / {status.epochs:.4g}"
