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
from vae_core.runs.commands import Waiting, waiting_commands
from vae_core.runs.divergence import divergence
from vae_core.runs.early_stopping import best, stopped_early
from vae_core.runs.environment import this_environment
from vae_core.runs.flat import changed
from vae_core.runs.metrics import (
    ChangeEvent,
    MetricEvent,
    MetricsLog,
    RefusalEvent,
    ResumeEvent,
    answered,
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
        self._answered = set(answered(events))
        self._why_ended: str | None = None
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
            self._obey(waiting_commands(self._run.commands_path), changes_only=True)
            traced = traced_step(loop, self._bench.model)
            if loop.finished or (traced.epoch_ended and self._bench.amortised):
                self._measure(whole=True)
            self._checkpoint(tested=loop.finished)
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
        # What was asked of a run at rest holds from the first batch on.
        self._obey(waiting_commands(self._run.commands_path), changes_only=True)
        self._show()  # also where a run was killed between a checkpoint and its snapshot
        # It may have waited long enough when it was killed, or taken its last batch alone.
        self._why_ended = stopped_early(self._run.config, self._metrics)
        while not loop.finished and self._why_ended is None:
            before, started = loop.samples, time.perf_counter()
            epoch_ended = loop.step()
            pace.stepped(loop.samples - before, time.perf_counter() - started)
            # Where each image is inferred by itself, whole splits would outlast the training.
            whole = loop.finished or (epoch_ended and self._bench.amortised)
            if whole or pace.measurement_due(loop.samples):
                self._measure(whole)
            if whole:
                self._why_ended = stopped_early(self._run.config, self._metrics)
            if epoch_ended or loop.finished or pace.checkpoint_due():
                self._checkpoint(tested=whole)
            self._show()
            if self._why_ended is None and pace.listen_due() and not loop.finished:
                rest = self._obey(waiting_commands(self._run.commands_path))
                if rest is not None:
                    return self._rest(rest)
        self._leave_sheet()
        self._refuse_rest()
        return self._write_status("finished", self._why_ended)

    def _close(self) -> None:
        self._log.close()
        if self._bench.frames is not None:
            self._bench.frames.end()
        if self._bench.sheets is not None:
            self._bench.sheets.end()

    def _show(self) -> None:
        """Keep and show the model as it is now, where that is due."""
        step, epoch = self._loop.step_count, self._loop.epoch
        if self._bench.snapshots is not None:
            self._bench.snapshots.keep(step, epoch)
        if self._bench.frames is not None:
            self._bench.frames.offer(step, epoch)
        if self._bench.sheets is not None:
            self._bench.sheets.keep(step, epoch)
            self._bench.sheets.offer(step, epoch)

    def _leave_sheet(self) -> None:
        """Show the model as it rests."""
        if self._bench.sheets is not None:
            self._bench.sheets.rest(self._loop.step_count, self._loop.epoch)

    def _announce_resume(self) -> None:
        here = this_environment(torch.get_num_threads())
        differences = self._run.document.environment.differences(here)
        note = None
        if differences:
            note = f"Resumed with {', '.join(differences)}: not bit-exact from there on."
            self._status = self._status.model_copy(update={"note": note})
        self._log.append(ResumeEvent(step=self._loop.step_count, note=note))

    def _obey(self, waiting: list[Waiting], *, changes_only: bool = False) -> State | None:
        """Carry commands out; returns the state to rest in, if one asks for a rest.

        A change or a refusal is in the log for good before its file is taken away.
        """
        rest: State | None = "interrupted" if self._ending() else None
        for each in waiting:
            command = each.command
            if each.id in self._answered:  # a kill came between the log and here
                pass
            elif command is None:
                self._refuse(each, each.problem or "")
            elif command.command == "change":
                self._change(each)
            elif changes_only:  # left before this process began: it was told to go on since
                pass
            else:
                rest = "paused" if command.command == "pause" else "stopped"
            each.remove()
        return rest

    def _change(self, waiting: Waiting) -> None:
        assert waiting.command is not None
        values = waiting.command.values()
        progress = self._loop.progress
        before = self._bench.course(progress)
        try:
            changed(self._run.config, values)
        except AtlasError as problem:
            self._refuse(waiting, str(problem))
            return
        change = ChangeEvent(
            step=progress.step,
            samples=progress.samples,
            **values,
            before={name: before[name] for name in values},
            command=waiting.id,
        )
        self._log.append(change)
        self._log.sync()  # the weights from here on depend on it
        self._answered.add(waiting.id)
        self._bench.course.change(change)

    def _refuse(self, waiting: Waiting, reason: str) -> None:
        step = self._loop.step_count
        self._log.append(RefusalEvent(step=step, reason=reason, command=waiting.id))
        self._log.sync()
        self._answered.add(waiting.id)

    def _refuse_rest(self) -> None:
        """Changes that came too late are answered, too."""
        for each in waiting_commands(self._run.commands_path):
            if each.id not in self._answered and (each.command is None or each.command.values()):
                told = "Training has ended: there is no further step to change a setting for."
                self._refuse(each, each.problem or told)
            each.remove()

    def _rest(self, state: State) -> RunStatus:
        self._measure(whole=False)
        self._checkpoint()
        self._leave_sheet()
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
            valid_half_widths=None if valid is None else dict(valid.half_widths),
            full_test=whole or len(bench.test) <= PROBE,
            vectors={name: _listed(vector) for name, vector in window.vectors.items()},
            vector_half_widths={
                name: _listed(torch.as_tensor(sure[name]))
                for name in window.vectors
                if name in sure
            },
            gradient_norm=gradient_norm,
            learning_rate=self._algorithm.learning_rate,
            in_force=self._bench.in_force(),
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
        cheap = bench.amortised and isinstance(bench.model, VAE)
        cost = 0.0 if cheap else time.perf_counter() - started
        self._pace.measured(self._loop.samples, cost)

    def _checkpoint(self, tested: bool = False) -> None:
        """Keep the model as it is; ``tested`` if the status tells of it on all test images."""
        self._log.sync()  # what a checkpoint stands on must not be lost while it stays
        first = self._algorithm.reports[0]
        present = checkpoints.steps(self._run.checkpoints_path)
        keep = best_step(self._metrics, present, first)
        self._bench.save(self._seconds(), keep=keep, tested=self._status if tested else None)
        found = best(self._metrics, [*present, self._loop.step_count], first)
        self._status = self._status.model_copy(update={"best": found})
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
