"""After how many steps a search first reaches a bound: a ladder, then bisection."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

FIRST, MOST = 50, 3200  # steps of the ladder, which doubles
FINENESS = 16  # bisection ends where the two sides are this part of the steps apart


class Tried(BaseModel):
    """A search of so many steps, and the bound that it ended at, in nats per image."""

    model_config = ConfigDict(frozen=True)

    steps: int
    bound: float


class Crossing(BaseModel):
    """Where a search passes the bound ``goal``.

    A search whose step size falls to zero is another one for every number of steps, so each that
    was tried ran by itself; nothing is read off a longer one.

    Attributes:
        goal: nats per image.
        step_size: of the search's first step.
        below: the longest that stayed below the goal, of those next to the crossing.
        above: the shortest that reached it; None if not even the last of the ladder did.
    """

    model_config = ConfigDict(frozen=True)

    goal: float
    step_size: float
    below: Tried
    above: Tried | None

    @property
    def steps(self) -> float:
        """Steps to the goal: between the two sides by a straight line, or at least so many."""
        if self.above is None:
            return float(self.below.steps)
        part = (self.goal - self.below.bound) / (self.above.bound - self.below.bound)
        return self.below.steps + part * (self.above.steps - self.below.steps)


def crossing(bound_after: Callable[[int], float], goal: float, step_size: float) -> Crossing:
    """Find where ``bound_after`` (of a number of steps) reaches ``goal``."""

    def tried(steps: int) -> Tried:
        return Tried(steps=steps, bound=bound_after(steps))

    below, above = tried(0), tried(FIRST)
    while above.bound < goal:
        if above.steps >= MOST:
            return Crossing(goal=goal, step_size=step_size, below=above, above=None)
        below, above = above, tried(2 * above.steps)
    while above.steps - below.steps > max(1, above.steps // FINENESS):
        middle = tried((below.steps + above.steps) // 2)
        if middle.bound >= goal:
            above = middle
        else:
            below = middle
    return Crossing(goal=goal, step_size=step_size, below=below, above=above)
