"""Where a run stands: the content of ``status.json``."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from vae_core.quantities import Amount, Count, Measures, Moment, Sentence

State = Literal["queued", "running", "paused", "finished", "stopped", "failed", "interrupted"]

RESUMABLE: frozenset[State] = frozenset({"paused", "stopped", "failed", "interrupted"})


class Best(BaseModel):
    """The checkpoint that is best on validation images, which is not always the last.

    Attributes:
        step, samples: where it stands.
        valid, test: the means there over the whole validation and test images.
        test_half_widths: as of ``RunStatus``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    step: Count
    samples: Count
    valid: Measures
    test: Measures | None = None
    test_half_widths: Measures | None = None


class RunStatus(BaseModel):
    """How far a run is. Times are seconds since 1970; ``seconds`` is time spent training.

    Attributes:
        reason: one sentence on why it is in this state, where that needs saying.
        diverged: what happened and what to do, while its training counts as diverged.
        note: one sentence that stays true of the run (say, that a resume was not bit-exact).
        epoch, epochs: images seen and planned, in units of the training set.
        test: the latest means on the whole test split, by the names of their quantities.
        test_half_widths: the ± of each, over images (``vae_core.evaluation.intervals``).
        best: the checkpoint that is best on validation images, where there are any.
        queued: when it was put into the queue; the oldest goes first.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State
    reason: Sentence | None = None
    diverged: Sentence | None = None
    note: Sentence | None = None
    step: Count = 0
    total_steps: Count
    samples: Count = 0
    total_samples: Count
    epoch: Amount = 0.0
    epochs: Amount
    seconds: Amount = 0.0
    images_per_second: Amount | None = None
    test: Measures | None = None
    test_half_widths: Measures | None = None
    best: Best | None = None
    created: Moment
    queued: Moment
    updated: Moment

    @property
    def active(self) -> bool:
        """Whether something is still going to happen without the user."""
        return self.state in ("queued", "running")

    @property
    def outcome(self) -> str:
        """The state; of a run that has come to rest after it diverged, that it did."""
        return "diverged" if self.diverged is not None and not self.active else self.state

    @property
    def seconds_left(self) -> float | None:
        """Training time still to go at the present pace."""
        if self.samples == 0 or self.seconds <= 0 or self.state not in ("running", "paused"):
            return None
        return self.seconds * (self.total_samples - self.samples) / self.samples
