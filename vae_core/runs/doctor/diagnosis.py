"""All rules asked of one run."""

from vae_core.declarations import DeclaredObjects
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Finding, Reads, Rule
from vae_core.runs.run import Run

RULES = DeclaredObjects("vae_core.runs.doctor.rules", Rule)


def diagnose(run: Run, reads: frozenset[Reads] | None = None) -> list[Finding]:
    """What each rule finds, in the order of the rules; the run's log is read once.

    Args:
        run: in any state; what it has not measured yet cannot be said.
        reads: only the rules that read one of these; all of them where none are given.

    Raises:
        AtlasError: the run's folder is damaged.
    """
    case = Case(run)
    return [rule.ask(case) for rule in RULES.values() if reads is None or rule.reads in reads]
