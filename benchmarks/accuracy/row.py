"""A line of the table: a quantity, what it is known to be, and what the program says."""

from dataclasses import dataclass

STANDARD_ERRORS = 3


@dataclass(frozen=True)
class Row:
    """One comparison.

    `reference` says where `exact` comes from. What is sampled has an `error`, one standard error
    of ours; what is not has a `tolerance`. `warned` says that the program itself doubts its number.
    """

    quantity: str
    model: str
    reference: str
    exact: float
    ours: float
    error: float | None = None
    tolerance: float | None = None
    warned: bool = False

    @property
    def allowed(self) -> float:
        """By how much the two may differ: 3 standard errors, or the tolerance."""
        if self.error is not None:
            return STANDARD_ERRORS * self.error
        return self.tolerance or 0.0

    @property
    def agrees(self) -> bool:
        """Whether they differ by no more."""
        return abs(self.ours - self.exact) <= self.allowed

    @property
    def verdict(self) -> str:
        """Agrees, or by how much it is off."""
        if self.agrees:
            return "agrees"
        off = f"{self.ours - self.exact:+.3g}".replace("-", "−")
        return f"off by {off}" + ("; the program warns of it" if self.warned else "")


@dataclass(frozen=True)
class Missing:
    """A comparison that could not be made, and why."""

    quantity: str
    model: str
    why: str


def line(row: Row | Missing) -> str:
    """The row as one of a Markdown table."""
    if isinstance(row, Missing):
        return _cells(row.quantity, row.model, "", "", "", row.why)
    within = (
        f"± {row.error:.2g}"
        if row.error is not None
        else f"within {float(f'{row.tolerance:.1g}'):g}"
    )
    numbers = [_number(value, row.allowed) for value in (row.exact, row.ours)]
    exact, ours = f"{numbers[0]} ({row.reference})", numbers[1]
    return _cells(row.quantity, row.model, exact, ours, within, row.verdict)


def _cells(*texts: str) -> str:
    """A row of a Markdown table, in which | is no bar but for its own."""
    return f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |"


def _number(value: float, allowed: float) -> str:
    """With as many decimals as what is allowed gives a meaning to."""
    decimals = 2
    while decimals < 8 and allowed < 10.0 ** (1 - decimals):
        decimals += 1
    return f"{value:.{decimals}f}".replace("-", "−")
