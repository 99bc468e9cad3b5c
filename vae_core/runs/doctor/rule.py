"""A rule of the doctor's, what it finds, and what it would change.

    RULE = Rule(name="diverged", order=10, question="…?", sentence="…", tolerance="…", judge=judge)

in a module of ``rules`` is found by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vae_core.errors import AtlasError
from vae_core.runs.clone import cloned_config
from vae_core.runs.config import RunConfig
from vae_core.runs.doctor.case import Case
from vae_core.runs.run import Run

Answer = Literal["yes", "no", "cannot be said"]
Reads = Literal["log", "model", "data"]


@dataclass(frozen=True)
class Remedy:
    """What to change in a clone that begins anew, flat as ``make_config`` takes it, and why."""

    changes: Mapping[str, object]
    reason: str

    def applied(self, run: Run) -> RunConfig:
        """What the clone is asked for. Raises AtlasError where it cannot be."""
        return cloned_config(run, start="fresh", **self.changes)


@dataclass(frozen=True)
class Verdict:
    """What a rule says of one run, without what it says of all.

    Attributes:
        answer: whether the run has it.
        sentence: the answer for people, with its numbers and their ±.
        otherwise: what would have changed the answer.
        evidence: the numbers that decided, by what they are.
    """

    answer: Answer
    sentence: str
    otherwise: str
    evidence: Mapping[str, float] = field(default_factory=dict)
    remedy: Remedy | None = None


@dataclass(frozen=True)
class Finding(Verdict):
    """A verdict with the ``rule`` that it is of, and the ``tolerance`` that it was judged by."""

    rule: str = ""
    tolerance: str = ""


@dataclass(frozen=True)
class Rule:
    """One thing that may ail a run.

    Attributes:
        name: what command line and JSON call it.
        order: its place among the rules.
        question: what it asks.
        sentence: what having it means.
        tolerance: from where on the answer is yes.
        judge: asks it of a run.
        reads: what it needs to read.
    """

    name: str
    order: int
    question: str
    sentence: str
    tolerance: str
    judge: Callable[[Case], Verdict]
    reads: Reads = "log"

    def ask(self, case: Case) -> Finding:
        """What it finds in a run."""
        return Finding(**vars(self.judge(case)), rule=self.name, tolerance=self.tolerance)


def unknown(sentence: str, otherwise: str) -> Verdict:
    """That it cannot be said, why, and what it takes."""
    return Verdict("cannot be said", sentence, otherwise)


def remedy(case: Case, reason: str, **changes: object) -> Remedy | None:
    """A remedy, if a run may be configured so and this one does not train so already."""
    found = Remedy(changes, reason)
    try:
        return found if found.applied(case.run) != cloned_config(case.run) else None
    except AtlasError:
        return None


def slower(case: Case, reason: str, by: float) -> Remedy | None:
    """Another learning rate, ``by`` times smaller, and never above what was asked for at first."""
    rate = min(case.top_learning_rate / by, case.config.learning_rate)
    return remedy(case, reason, learning_rate=float(f"{rate:.2g}"))
