"""How a claim is judged: the rule that stands beside its verdict, and the one test of every rule.

A claim says that numbers lie above (or below) a limit. Each number was found once a seed: a
difference of two methods that began alike is one value, so the test is paired wherever there are
pairs. The mean over seeds is held against the limit by Student's t, on each side with an error of
1 in 20. At any truth only one of the two sides is the wrong one, so a verdict that is given is
wrong at most once in twenty; where neither side can be given, nothing can be said. With three
seeds t has 2 degrees of freedom, and only what is plain to see passes.

Where there is one seed, and how far its number is known over images, it is held against the limit
by that. Such a verdict is of the models that were trained, and its rule says so.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from latent_atlas.reproduce.numbers import factor_spread, number_text, spread
from latent_atlas.reproduce.student import quantile
from vae_core.numerals import places_for, with_error

Verdict = Literal["holds", "does not hold", "cannot be said"]
Side = Literal["above", "below"]
Number = Annotated[float, Field(allow_inf_nan=False)]

ERROR = 0.05  # how often a verdict that is given may be wrong
_LARGE = 100.0  # a standard error from which on no decimal is written
_OVER_IMAGES = 1_000  # degrees of freedom of an error over so many images and more
MOST_SEEDS = 100  # beyond which it is not worked out how many seeds would do


class Frozen(BaseModel):
    """What is stored: it does not change, and has no other fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Frozen):
    """One number behind a verdict: a value for each seed, and the unit."""

    label: str
    values: tuple[Number, ...]
    unit: str = "nats per image"


@dataclass(frozen=True)
class SeedTest:
    """Student's t over one value a seed, which is a difference wherever there are pairs.

    Attributes:
        mean: of the values.
        standard_error: of the mean; of a single value, which tells no spread, that over images, and
            infinite where none is known.
        degrees: of freedom, one less than there are values, or those of the error over images.
    """

    mean: float
    standard_error: float
    degrees: int

    def reach(self, error: float = ERROR) -> float:
        """How far from the mean the truth is unlikely to lie, on one side: t · standard error."""
        if self.degrees < 1:
            return math.inf
        return quantile(1 - error, self.degrees) * self.standard_error

    def outcome(self, limit: float, error: float = ERROR) -> Verdict:
        """Whether the truth is above ``limit``, if these values can say it."""
        if self.mean - self.reach(error) > limit:
            return "holds"
        return "does not hold" if self.mean + self.reach(error) <= limit else "cannot be said"

    def seeds_needed(self, limit: float, error: float = ERROR) -> int | None:
        """How many seeds of this mean and spread would decide; None if too many, or unknown."""
        deviation = self.standard_error * math.sqrt(self.degrees + 1)
        for seeds in range(self.degrees + 2, MOST_SEEDS + 1):
            wider = quantile(1 - error, seeds - 1) * deviation / math.sqrt(seeds)
            if wider < abs(self.mean - limit):
                return seeds
        return None


def seed_test(values: Sequence[float]) -> SeedTest:
    """Mean and standard error of one or more values, a seed each."""
    error = math.inf
    if len(values) > 1:
        error = statistics.stdev(values) / math.sqrt(len(values))
    return SeedTest(statistics.fmean(values), error, len(values) - 1)


class Comparison(Evidence):
    """A number that a claim says is above, or below, a limit.

    Attributes:
        limit: in the unit of the values.
        side: of the limit on which the claim says the truth lies.
        paired: whether each value is a difference (or ratio) within one seed.
        ratio: values and limit are factors, all positive; their logarithms are tested.
        error: the standard error of a single value over images, of a ratio that of its logarithm;
            None where it is not known. Of several seeds their spread alone counts.
    """

    values: Annotated[tuple[Number, ...], Field(min_length=1)]
    limit: Number = 0.0
    side: Side = "above"
    paired: bool = True
    ratio: bool = False
    error: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _ratios_are_positive(self) -> "Comparison":
        if self.ratio and min(*self.values, self.limit) <= 0:
            raise ValueError(f"“{self.label}” has ratios that are not positive")
        return self

    @property
    def test(self) -> SeedTest:
        """Of the values' logarithms where they are ratios; turned round for a limit from above."""
        sign = 1 if self.side == "above" else -1
        values = [sign * self._straight(value) for value in self.values]
        if self.over_images and self.error is not None:
            return SeedTest(values[0], self.error, _OVER_IMAGES)
        return seed_test(values)

    @property
    def over_images(self) -> bool:
        """Whether it is tested by the error over images of one seed's value."""
        return self.error is not None and len(self.values) == 1

    def outcome(self, error: float = ERROR) -> Verdict:
        """Whether this much of the claim holds."""
        return self.test.outcome(self._turned_limit, error)

    def seeds_needed(self, error: float = ERROR) -> int | None:
        """How many seeds of this mean and spread would decide."""
        return self.test.seeds_needed(self._turned_limit, error)

    @property
    def mean(self) -> float:
        """Over seeds, in the values' unit; a geometric mean of ratios."""
        return self._back(self.test.mean)

    @property
    def told(self) -> str:
        """The mean with its standard error (`PLUS_MINUS`): 0.54 ± 0.08, or 4.0 (3.6 to 4.5)."""
        error = self.test.standard_error
        if self.over_images:
            return self._told_alone(error)
        if self.ratio:
            return factor_spread(self.values)
        if len(self.values) < 2:
            return number_text(self.mean)
        return (
            spread(self.values, max(1, places_for(error)))
            if error < _LARGE
            else with_error(self.mean, error)
        )

    def _told_alone(self, error: float) -> str:
        [value] = self.values
        if not self.ratio:
            return with_error(value, error)
        ends = (number_text(value * math.exp(sign * error)) for sign in (-1, 1))
        return f"{number_text(value)} ({' to '.join(ends)})"

    def reaches(self, error: float) -> tuple[float, float] | None:
        """Between what the truth may lie, by t on each side; None where one value tells no spread.

        At ``ERROR``; where that would exclude the limit, the side that it lies on is at ``error``,
        which is what decides there.
        """
        found = self.test
        if found.degrees < 1:
            return None
        fails = self.outcome() == "does not hold"
        ends = (found.mean - found.reach(), found.mean + found.reach(error if fails else ERROR))
        low, high = sorted(map(self._back, ends))
        return low, high

    @property
    def margin(self) -> float:
        """How many standard errors the mean lies on the claim's side of the limit."""
        lead = self.test.mean - self._turned_limit
        error = self.test.standard_error
        return lead / error if error > 0 else math.copysign(math.inf, lead)

    def edge(self, verdict: Verdict, error: float = ERROR) -> float:
        """The mean up to which, with this spread, the verdict would not have been given."""
        away = self.test.reach(error) * (1 if verdict == "holds" else -1)
        return self._back(self._turned_limit + away)

    @property
    def _turned_limit(self) -> float:
        return self._straight(self.limit) * (1 if self.side == "above" else -1)

    def _straight(self, value: float) -> float:
        return math.log(value) if self.ratio else value

    def _back(self, value: float) -> float:
        value = value if self.side == "above" else -value
        return math.exp(value) if self.ratio else value


class Rule(Frozen):
    """By what a claim is judged.

    Attributes:
        quantity: what is compared, in words.
        tolerance: how much is let pass, in words.
        comparisons: the numbers, all of which have to be on the claim's side.
        no_power: why these numbers cannot bear the claim out, whatever they are; empty if they can.
        needed: what could, where they do not; if it is empty, more seeds are.
    """

    quantity: str
    tolerance: str
    comparisons: tuple[Comparison, ...] = ()
    no_power: str = ""
    needed: str = ""

    @property
    def verdict(self) -> Verdict:
        """It holds if all comparisons do, and does not if one does not.

        Where there are several, one of them is the likelier to fail by chance: each is then
        allowed its share of the error only.
        """
        if any(each.outcome(self._share) == "does not hold" for each in self.comparisons):
            return "does not hold"
        if self.no_power or any(each.outcome() != "holds" for each in self.comparisons):
            return "cannot be said"
        return "holds" if self.comparisons else "cannot be said"

    @property
    def test(self) -> str:
        """What was done with the numbers, in words."""
        if not self.comparisons:
            return "none"
        seeds = min(len(each.values) for each in self.comparisons)
        many = len(self.comparisons)
        every = f", for each of {many} comparisons" if many > 1 else ""
        wrong = f"wrong at most once in {1 / ERROR:z.0f}{every}"
        if all(each.over_images for each in self.comparisons):
            return (
                f"by the error over images of one training each, {wrong}; of other trainings it "
                "says nothing"
            )
        if seeds < 2:
            return "none, for one seed has no spread"
        paired = [each.paired for each in self.comparisons]
        pairs = ", paired by seed" if any(paired) else ""
        pairs += "" if all(paired) or not pairs else " where there are pairs"
        degrees = "1 degree" if seeds == 2 else f"{seeds - 1} degrees"
        return f"Student's t over {seeds} seeds{pairs} ({degrees} of freedom), {wrong}"

    @property
    def deciding(self) -> Comparison | None:
        """The comparison that the verdict rests on: the one least on the claim's side.

        None where nothing was compared, or where what was compared has no say.
        """
        if not self.comparisons or (self.no_power and self.verdict == "cannot be said"):
            return None
        return min(self.comparisons, key=lambda each: each.margin)

    @property
    def decided(self) -> str:
        """By which comparison, with its mean and standard error; or why by none."""
        each = self.deciding
        if each is None:
            return f"no power: {self.no_power}" if self.comparisons else "nothing was compared"
        side = "more" if each.side == "above" else "less"
        unit = f" {each.unit}" if each.unit not in ("", "×") else ""
        limit = f"{each.limit:z,g}".replace("-", "−")
        over = " over images" if each.over_images else ""
        text = f"“{each.label}” is {each.told}{unit}{over}, and {side} than {limit}"
        reaches = each.reaches(self._share)
        if self.verdict != "cannot be said" or reaches is None:
            return f"{text} is claimed"
        low, high = map(number_text, reaches)
        return f"{text} is claimed, while by this test it may be from {low} to {high}"

    @property
    def otherwise(self) -> str:
        """What would have changed the verdict."""
        verdict, each = self.verdict, self.deciding
        if each is not None and verdict != "cannot be said":
            error = ERROR if verdict == "holds" else self._share
            lower = (verdict == "holds") == (each.side == "above")
            beyond = "or less" if lower else "or more"
            what, known = ("value", "error") if each.over_images else ("mean", "spread")
            return (
                f"a {what} of {number_text(each.edge(verdict, error))} {beyond} with this {known}"
            )
        seeds = min((len(each.values) for each in self.comparisons), default=0)
        if self.needed:
            return f"a second seed, and {self.needed}" if seeds == 1 else self.needed
        return "a second seed at least" if seeds < 2 else self._more_seeds()

    @property
    def sentence(self) -> str:
        """Quantity, test, tolerance, what decided and what would have changed it, in one line."""
        parts = [f"Compared: {self.quantity}", f"Test: {self.test}"]
        parts += [f"Tolerance: {self.tolerance}"]
        if self.deciding is not None:
            parts.append(f"Decided by: {self.decided}")
        elif self.comparisons:
            parts.append(f"No power: {self.no_power}")
        parts.append(f"What would have changed it: {self.otherwise}")
        return ". ".join(parts) + "."

    @property
    def _share(self) -> float:
        return ERROR / max(len(self.comparisons), 1)

    def _more_seeds(self) -> str:
        undecided = [each for each in self.comparisons if each.outcome() != "holds"]
        needs = [each.seeds_needed(self._share) for each in undecided]
        of = (
            f" for {len(undecided)} of {len(self.comparisons)}" if len(self.comparisons) > 1 else ""
        )
        if None in needs:
            return f"more seeds{of}: with this spread over {MOST_SEEDS}"
        most = max(need for need in needs if need is not None)
        return f"more seeds{of}: {most} with this mean and spread"
