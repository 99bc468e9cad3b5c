"""Runs as the rows of a table: searched by a few words, sorted by any column."""

import math
import operator
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vae_core.quantities import Quantity
from vae_core.runs.annotations import Annotations
from vae_core.runs.log_reader import LogReader
from vae_core.runs.metrics import MetricEvent, ResumeEvent
from vae_core.runs.run import Run
from vae_core.runs.status import RunStatus
from vae_core.sentences import plain

LONGEST_QUERY = 500  # characters that are read
MOST_TERMS = 32
_MOST_READERS = 1 << 13


@dataclass(frozen=True)
class BestPoint:
    """Where a run was best on the validation split, and how it did on the test split just then.

    The half widths are the ± over images, in the quantity's unit; None in a log that has them not.
    """

    quantity: Quantity
    step: int
    samples: int
    valid: float
    valid_half_width: float | None
    test: float | None
    test_half_width: float | None


@dataclass(frozen=True)
class Row:
    """A run as a table has it: read once, so that all columns are of one moment.

    ``values`` has a value by the name of each column, as searched and sorted; None where there is
    none: every setting, and title, state, seconds, epoch, samples, created, starred, best (on the
    validation split), best_test (on the test split at that step) and test (the latest).
    """

    run: Run
    status: RunStatus
    annotations: Annotations
    best: BestPoint | None
    values: Mapping[str, object]

    @property
    def words(self) -> str:
        """What a word of a query is looked for in, in small letters."""
        named = (self.values[key] for key in ("title", "dataset", "algorithm", "state"))
        return " ".join(map(str, (*named, *self.annotations.tags, self.run.id))).casefold()


def row_of(run: Run) -> Row:
    """A run as it is now. Raises AtlasError as ``Run.status``."""
    status, config, added = run.status(), run.config, run.annotations
    quantity, best = config.algorithm.reports[0], best_of(run)
    values = {
        **config.settings(),
        "algorithm": config.algorithm.name,
        "title": run.title,
        "state": status.outcome,
        "seconds": status.seconds,
        "epoch": status.epoch,
        "samples": status.samples,
        "created": status.created,
        "starred": added.starred,
        "note": added.note,
        "best": None if best is None else best.valid,
        "best_test": None if best is None else best.test,
        "test": (status.test or {}).get(quantity.name),
    }
    return Row(run, status, added, best, values)


def best_of(run: Run) -> BestPoint | None:
    """None where the run has not been measured on a validation split."""
    quantity = run.config.algorithm.reports[0]
    found = [each for each in _validated(run) if quantity.name in (each.valid or {})]
    if not found:
        return None
    at = max(found, key=lambda each: quantity.sign * (each.valid or {})[quantity.name])
    return BestPoint(
        quantity,
        at.step,
        at.samples,
        (at.valid or {})[quantity.name],
        (at.valid_half_widths or {}).get(quantity.name),
        (at.test or {}).get(quantity.name),
        (at.test_half_widths or {}).get(quantity.name),
    )


def sorted_rows(rows: Iterable[Row], by: str, *, reverse: bool = False) -> list[Row]:
    """Rows by a column of ``Row.values``, those without a value last, either way.

    Small numbers and early letters come first; of what is measured the better, of starred runs and
    of days the starred and the later.
    """
    rows = list(rows)
    having = [row for row in rows if not _missing(row.values.get(by))]
    lacking = [row for row in rows if _missing(row.values.get(by))]
    return [*sorted(having, key=lambda row: _key(row, by), reverse=reverse), *lacking]


@dataclass(frozen=True)
class Query:
    """What is looked for. ``problems`` are sentences on what was not understood as it stands."""

    terms: tuple[Callable[[Row], bool], ...]
    problems: tuple[str, ...]

    def fits(self, row: Row) -> bool:
        """Whether a run fits every term."""
        return all(term(row) for term in self.terms)


def parse_query(text: str) -> Query:
    """From what somebody typed, such as ``beta>2 mnist tag:thesis state:finished starred -failed``.

    Terms stand apart; ``-`` before one turns it round; quotes hold words together. ``name:value``
    asks a column for it (text: a part of it), and so do ``=``, ``!=``, ``>``, ``>=``, ``<`` and
    ``<=``; ``tag:`` and ``note:`` ask for those. Any other word is a part of the title, the data,
    the algorithm, the state, a tag or the run's id. Never raises: what is not understood is looked
    for as a word, and said so.
    """
    problems = []
    if len(text) > LONGEST_QUERY:
        problems.append(f"Only the first {LONGEST_QUERY} characters are looked for.")
    words = [found[0] for found in _WORD.finditer(text[:LONGEST_QUERY])]
    if len(words) > MOST_TERMS:
        problems.append(f"Only the first {MOST_TERMS} terms are looked for.")
    terms = [_term(word, problems) for word in words[:MOST_TERMS]]
    return Query(tuple(terms), tuple(problems))


def filtered(rows: Sequence[Row], query: str) -> list[Row]:
    """The rows that fit a query, in their order."""
    asked = parse_query(query)
    return [row for row in rows if asked.fits(row)]


_WORD = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_ASKED = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)(:|!=|>=|<=|=|>|<)(.+)", re.DOTALL)
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    ":": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_ALSO = {"data": "dataset", "name": "title", "lr": "learning_rate", "elbo": "best", "valid": "best"}


def _term(word: str, problems: list[str]) -> Callable[[Row], bool]:
    if word.startswith("-") and (turned := word.lstrip("-")):
        positive = _term(turned, problems)
        return lambda row: not positive(row)
    asked = _ASKED.fullmatch(word)
    if asked is not None:
        key, sign, value = asked[1].replace("-", "_").casefold(), asked[2], asked[3]
        return _asked(_ALSO.get(key, key), sign, value.replace('"', "").casefold(), word, problems)
    plainly = word.replace('"', "").casefold()
    if plainly == "starred" and '"' not in word:
        return lambda row: row.annotations.starred
    return lambda row: plainly in row.words


def _asked(
    key: str, sign: str, value: str, word: str, problems: list[str]
) -> Callable[[Row], bool]:
    if key == "tag":
        return lambda row: (value in row.annotations.tags) != (sign == "!=")
    number = _number(value)
    if sign in (">", ">=", "<", "<=") and number is None:
        problems.append(f"“{plain(word, 60)}” compares with no number: it is looked for as a word.")
        return lambda row: word.casefold() in row.words

    def fits(row: Row) -> bool:
        found = row.values.get(key)
        if _missing(found):
            return False
        if isinstance(found, int | float) and not isinstance(found, bool):
            return number is not None and _COMPARED[sign](float(found), number)
        text = ",".join(map(str, found)) if isinstance(found, tuple | list) else f"{found}"
        same = text.casefold() == value
        return {":": value in text.casefold(), "=": same, "!=": not same}.get(sign, False)

    return fits


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return None if math.isnan(found) else found


def _missing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _key(row: Row, by: str) -> tuple[int, float, str]:
    value = row.values[by]
    if isinstance(value, bool | int | float):
        better_first = by in ("best", "best_test", "test")
        sign = row.run.config.algorithm.reports[0].sign if better_first else 1
        return 0, float(value) * (-sign if better_first or by in ("starred", "created") else 1), ""
    return 1, 0.0, f"{value}".casefold()


class _Validations:
    """The points of a log that were measured on a validation split; read on as it grows."""

    def __init__(self, run: Run) -> None:
        self._reader = LogReader(run.metrics_path)
        self._found: list[MetricEvent] = []
        self._turn = threading.Lock()

    def __call__(self) -> list[MetricEvent]:
        with self._turn:
            afresh, events = self._reader.news()
            if afresh:
                self._found = []
            for event in events:
                if isinstance(event, ResumeEvent):
                    self._found = [each for each in self._found if each.step <= event.step]
                elif isinstance(event, MetricEvent) and event.valid is not None:
                    self._found.append(event)
            return list(self._found)


_readers: dict[str, _Validations] = {}


def _validated(run: Run) -> list[MetricEvent]:
    reader = _readers.get(f"{run.path}")
    if reader is None:
        while len(_readers) >= _MOST_READERS:
            _readers.pop(next(iter(_readers)), None)
        reader = _readers.setdefault(f"{run.path}", _Validations(run))
    return reader()
