"""Training a run from wherever it stands to its end, a rest or a fault, leaving word of all of it.

The clock, the commands and the log are here; the arithmetic is in ``vae_core.training``.
"""

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.models import VAE
from vae_core.runs import checkpoints
from vae_core.runs.batch_trace import write_trace
from vae_core.runs.commands import Command, take_commands
from vae_core.runs.divergence import divergence
from vae_core.runs.environment import this_environment
from vae_core.runs.metrics import (
    ChangeEvent,
    MetricEvent,
    MetricsLog,
    ResumeEvent,
    changes,
    measurements,
    standards_of,
)
from vae_core.runs.pace import Pace
from vae_core.runs.run import Run, best_step
from vae_core.runs.status import RunStatus, State
from vae_core.runs.workbench import PROBE, Workbench
from vae_core.traced_step import traced_step
from vae_core.training import Diverged

Listener = Callable[[RunStatus], None]

TOLD_TO_END = "The training process was told to end. Resume goes on from where it was."


class Session:
    """One stretch of training by the process that holds the run's lock.

    Args:
        run: the run.
        listener: is told the status whenever it is written, a few times a second.
        ending: asked a few times a second whether this process has been told to end.
        threads: another number of threads than the run began with (then it says so).
    """

    def __init__(
        self, run: Run, listener: Listener, ending: Callable[[], bool], threads: int | None = None
    ) -> None:
        self._run = run
        self._listener = listener
        self._ending = ending
        self._status = run.stored_status()
        self._bench = Workbench(run, threads)
        self._loop, self._algorithm = self._bench.loop, self._bench.algorithm
        events = run.events()
        self._log = MetricsLog(run.metrics_path)
        self._standards = standards_of(events)
        if events or self._bench.resumed_from is not None:
            self._announce_resume()
        elif (found := self._bench.standards()) is not None and _finite(found.untrained):
            self._standards = found
            self._log.append(found)
        # Changes that the lost steps had seen must be seen again, at the same steps.
        self._replay = [c for c in changes(events) if c.step >= self._loop.step_count]
        self._metrics = [m for m in measurements(events) if m.step <= self._loop.step_count]
        self._pace = Pace(self._loop.samples)

    def train(self) -> RunStatus:
        """Go on until the plan is fulfilled or a rest is asked for. Raises AtlasError, OSError."""
        try:
            return self._train()
        finally:
            self._close()

    def take_batch(self) -> RunStatus:
        """Train on the next batch alone, rest as before, and leave its trace (``batch_trace``).

        It counts as any other batch, but is no point of the curves where it ends no epoch. Raises
        AtlasError, OSError, ValueError.
        """
        loop = self._loop
        if not isinstance(self._bench.model, VAE):
            raise AtlasError("What this run trains has no codes: its batches cannot be shown.")
        try:
            self._show()
            self._replay_changes()
            traced = traced_step(loop, self._bench.model)
            if loop.finished or (traced.epoch_ended and self._bench.amortised):
                self._measure(whole=True)
            self._checkpoint()
            self._show()
            status = self._write_status("finished" if loop.finished else "paused")
            # Last of all: who sees it finds all the rest as it says.
            write_trace(self._run.path, traced, loop.step_count)
            return status
        finally:
            self._close()

    def _train(self) -> RunStatus:
        self._write_status("running")
        loop, pace = self._loop, self._pace
        self._show()  # also where a run was killed between a checkpoint and its snapshot
        while not loop.finished:
            self._replay_changes()
            before, started = loop.samples, time.perf_counter()
            epoch_ended = loop.step()
            pace.stepped(loop.samples - before, time.perf_counter() - started)
            # Where each image is inferred by itself, whole splits would outlast the training.
            whole = loop.finished or (epoch_ended and self._bench.amortised)
            if whole or pace.measurement_due(loop.samples):
                self._measure(whole)
            if epoch_ended or loop.finished or pace.checkpoint_due():
                self._checkpoint()
            self._show()
            if pace.listen_due() and not loop.finished:
                rest = self._obey(take_commands(self._run.commands_path))
                if rest is not None:
                    return self._rest(rest)
        return self._write_status("finished")

    def _close(self) -> None:
        self._log.close()
        if self._bench.frames is not None:
            self._bench.frames.end()

    def _show(self) -> None:
        """Keep and show the model as it is now, where that is due."""
        step, epoch = self._loop.step_count, self._loop.epoch
        if self._bench.snapshots is not None:
            self._bench.snapshots.keep(step, epoch)
        if self._bench.frames is not None:
            self._bench.frames.offer(step, epoch)

    def _announce_resume(self) -> None:
        here = this_environment(torch.get_num_threads())
        differences = self._run.document.environment.differences(here)
        note = None
        if differences:
            note = f"Resumed with {', '.join(differences)}: not bit-exact from there on."
            self._status = self._status.model_copy(update={"note": note})
        self._log.append(ResumeEvent(step=self._loop.step_count, note=note))

    def _replay_changes(self) -> None:
        while self._replay and self._replay[0].step <= self._loop.step_count:
            self._apply(self._replay.pop(0))

    def _apply(self, change: ChangeEvent) -> None:
        if change.learning_rate is not None:
            self._algorithm.learning_rate = change.learning_rate
        if change.beta is not None:
            self._algorithm.beta = change.beta

    def _obey(self, commands: list[Command]) -> State | None:
        """Carry the commands out; returns the state to rest in, if one asks for a rest."""
        rest: State | None = "interrupted" if self._ending() else None
        for command in commands:
            if command.command == "change":
                change = ChangeEvent(
                    step=self._loop.step_count,
                    learning_rate=command.learning_rate,
                    beta=command.beta,
                )
                self._log.append(change)
                self._log.sync()  # the weights from here on depend on it
                self._apply(change)
            else:
                rest = "paused" if command.command == "pause" else "stopped"
        return rest

    def _rest(self, state: State) -> RunStatus:
        self._measure(whole=False)
        self._checkpoint()
        return self._write_status(state, TOLD_TO_END if state == "interrupted" else None)

    def _measure(self, whole: bool) -> None:
        """Log a point; on the whole test and validation splits at epoch ends, else on the probe."""
        window = self._loop.take_window()
        if window is None:
            return
        bench, started = self._bench, time.perf_counter()
        test = bench.measured(bench.test if whole else bench.test[:PROBE])
        valid = bench.measured(bench.valid) if whole and bench.valid is not None else None
        gradient_norm = self._algorithm.gradient_norm()
        found = [mean for each in (test, valid) if each is not None for mean in each.means.values()]
        if not _finite(gradient_norm, *found):
            # A log holds numbers only, and from here on there are none.
            raise Diverged(
                f"The bound on test images or the gradient stopped being a number at "
                f"step {self._loop.step_count:,}"
            )
        # One that is beyond all numbers says nothing, and a log could not hold it.
        sure = {
            name: half_width
            for name, half_width in window.half_widths.items()
            if bool(torch.as_tensor(half_width).isfinite().all())
        }
        event = MetricEvent(
            step=self._loop.step_count,
            samples=self._loop.samples,
            epoch=self._loop.epoch,
            seconds=self._seconds(),
            train=window.scalars,
            train_half_widths={name: float(sure[name]) for name in window.scalars if name in sure},
            test=None if test is None else test.means,
            test_half_widths=None if test is None else dict(test.half_widths),
            valid=None if valid is None else valid.means,
            full_test=whole or len(bench.test) <= PROBE,
            vectors={name: _listed(vector) for name, vector in window.vectors.items()},
            vector_half_widths={
                name: _listed(torch.as_tensor(sure[name]))
                for name in window.vectors
                if name in sure
            },
            gradient_norm=gradient_norm,
            learning_rate=self._algorithm.learning_rate,
            images_per_second=self._pace.images_per_second(),
        )
        self._log.append(event)
        self._metrics.append(event)
        told = divergence(
            self._run.config,
            self._standards,
            self._metrics,
            beta=self._algorithm.beta,
            ended=self._loop.finished,
        )
        update: dict[str, object] = {"diverged": told}
        if whole:
            update |= {"test": event.test, "test_half_widths": event.test_half_widths}
        self._status = self._status.model_copy(update=update)
        self._write_status("running")
        # An encoder's bound is cheap, but for whole splits: its curves never wait.
        cost = 0.0 if bench.amortised else time.perf_counter() - started
        self._pace.measured(self._loop.samples, cost)

    def _checkpoint(self) -> None:
        self._log.sync()  # what a checkpoint stands on must not be lost while it stays
        first = self._algorithm.reports[0]
        best = best_step(self._metrics, checkpoints.steps(self._run.checkpoints_path), first)
        tested = self._status if self._loop.finished else None
        self._bench.save(self._seconds(), keep=best, tested=tested)
        self._pace.saved()

    def _seconds(self) -> float:
        return self._bench.seconds + self._pace.elapsed()

    def _write_status(self, state: State, reason: str | None = None) -> RunStatus:
        speed = self._pace.images_per_second() or self._pace.overall_images_per_second()
        self._status = self._status.model_copy(
            update={
                "state": state,
                "reason": reason,
                "step": self._loop.step_count,
                "samples": self._loop.samples,
                "epoch": self._loop.epoch,
                "seconds": self._seconds(),
                "images_per_second": speed or None,
                "updated": time.time(),
            }
        )
        self._run.write_status(self._status)
        self._listener(self._status)
        return self._status


def _listed(vector: Tensor) -> list[float]:
    return [round(float(value), 6) for value in vector]


def _finite(*values: float) -> bool:
    return all(math.isfinite(value) for value in values)
