"""What a run measures, as event files that TensorBoard shows, and everything else that reads them.

The files are made of the run's log and can be made again of it at any time. ``tensorboardX``, which
is an extra, writes them without TensorFlow.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vae_core.errors import AtlasError
from vae_core.runs.log_reader import LogReader
from vae_core.runs.metrics import Event, MetricEvent, ResumeEvent
from vae_core.runs.run import Run

FOLDER = "tensorboard"  # beside the runs: `tensorboard --logdir` takes it as a whole
_FILES = "events.out.tfevents.*"


def check_tensorboard() -> None:
    """Raises AtlasError where the extra is not installed."""
    if find_spec("tensorboardX") is None:
        raise AtlasError(
            "tensorboardX is not installed: pip install 'latent-atlas[tensorboard]', "
            "or leave TensorBoard files out."
        )


class EventFiles:
    """The event files of one run, which follow its log.

    Scalars are called ``PART/QUANTITY`` (``train/elbo``, ``test/rate``; the probe of test images is
    ``test_probe``), ``learning_rate`` and ``gradient_norm``, by the run's steps and at the times
    that it measured them.

    Args:
        run: whose.
        folder: to write into; the run's own below ``tensorboard`` beside it by default. Event files
            that are there are written anew.

    Raises:
        AtlasError: the extra is not installed, or the folder cannot be written.
    """

    def __init__(self, run: Run, folder: Path | None = None) -> None:
        check_tensorboard()
        self.folder = run.path.parent / FOLDER / run.id if folder is None else folder
        self._reader = LogReader(run.metrics_path)
        self._began = run.stored_status().created
        self._writer: Any = None
        self._run = run
        self.follow()

    def follow(self) -> None:
        """Write what was measured since. Raises AtlasError where that cannot be written."""
        afresh, events = self._reader.news()
        new: list[Event] = list(events)
        if afresh or any(isinstance(event, ResumeEvent) for event in new):
            self.close()  # some of what was written holds no longer
        try:
            if self._writer is None:
                self._writer, new = self._begun(), list(self._run.metrics())
            for event in new:
                if isinstance(event, MetricEvent):
                    self._write(event)
            self._writer.flush()
        except OSError as error:
            raise AtlasError(
                f"TensorBoard's files cannot be written to {self.folder} "
                f"({error.strerror or error}): free some space, or name another folder."
            ) from error

    def close(self) -> None:
        """End writing."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _begun(self) -> Any:  # noqa: ANN401  of a package that may not be there
        from tensorboardX import SummaryWriter

        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob(_FILES):
            old.unlink()
        return SummaryWriter(str(self.folder))

    def _write(self, event: MetricEvent) -> None:
        at = {"global_step": event.step, "walltime": self._began + event.seconds}
        for part, means, _ in event.parts():
            for name, value in means.items():
                self._writer.add_scalar(f"{part}/{name}".replace(" ", "_"), value, **at)
        self._writer.add_scalar("learning_rate", event.learning_rate, **at)
        self._writer.add_scalar("gradient_norm", event.gradient_norm, **at)
