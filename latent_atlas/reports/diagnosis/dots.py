"""Numbers with intervals: a row for each thing, a dot for each way of looking at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latent_atlas.reports.diagnosis.blocks import Chart, Key
from latent_atlas.reports.figures.canvas import points
from latent_atlas.reports.standalone.axes import GRID, INK, labelled, logarithmic

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SPREAD = 0.5  # of a row, over which its dots are spread
_ROW, _AROUND = 48, 64  # CSS pixels


@dataclass(frozen=True)
class Dot:
    """A number between the ends of its interval, and how people are told of it."""

    low: float
    value: float
    high: float
    told: str


@dataclass(frozen=True)
class Dots:
    """One number a row, or none: of one kind, in one colour."""

    name: str
    colour: str
    points: Sequence[Dot | None]
    diamond: bool = False


@dataclass(frozen=True)
class Along:
    """The axis of the numbers: where it ends, and the `mark` that they are held against."""

    name: str
    low: float
    high: float
    mark: float
    log: bool = False


@dataclass(frozen=True)
class DotRows:
    """All that a chart of them needs; the rows come in their order from the top."""

    rows: Sequence[str]
    dots: Sequence[Dots]
    along: Along

    def placed(self, place: int) -> list[tuple[float, Dot]]:
        """The dots of the kind in this place, each with its height, where row 0 is at 0."""
        shift = SPREAD * ((place + 0.5) / len(self.dots) - 0.5)
        there = self.dots[place].points
        return [(row + shift, dot) for row, dot in enumerate(there) if dot is not None]


def dots_chart(found: DotRows, title: str) -> Chart:
    """The still chart of them."""

    def draw(axes: "Axes") -> None:
        along = found.along
        for place, kind in enumerate(found.dots):
            for y, dot in found.placed(place):
                axes.plot(
                    (dot.low, dot.high), (y, y), color=kind.colour, linewidth=points(2), zorder=2
                )
                axes.plot(
                    dot.value,
                    y,
                    marker="D" if kind.diamond else "o",
                    markersize=points(8),
                    color=kind.colour,
                    zorder=3,
                )
        labelled(axes, along.name, "")
        if along.log:
            logarithmic(axes)
        axes.axvline(along.mark, color=GRID, linewidth=points(1.5), linestyle=(0, (4, 3)), zorder=1)
        axes.set_xlim(along.low, along.high)
        axes.set_ylim(len(found.rows) - 0.5, -0.5)
        axes.set_yticks(range(len(found.rows)), found.rows, color=INK, parse_math=False)
        axes.spines["left"].set_visible(False)

    keys = [
        Key(each.name, each.colour, "diamond" if each.diamond else "dot") for each in found.dots
    ]
    return Chart(title, draw, _AROUND + _ROW * len(found.rows), keys)
