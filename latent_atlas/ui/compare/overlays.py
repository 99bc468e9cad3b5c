"""From runs and choices to what is drawn: lines, the errors of means, and the ranges of axes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from latent_atlas.reports import overlay as report
from latent_atlas.reports.colours import LINE_COLOURS
from latent_atlas.reports.overlay import Chart, Line, Numbers, Overlay
from latent_atlas.ui.charts import Curve, Reach, late, value_range
from latent_atlas.ui.compare.groups import EACH, Group, Varying, grouped, run_names
from latent_atlas.ui.compare.measured import Part, measured, on_scale_of
from latent_atlas.ui.train.along import PLACES, TITLES, Along
from latent_atlas.ui.yardsticks import Yardstick, described, image_shapes, yardstick
from vae_core.quantities import Quantity
from vae_core.runs import Course, Run, Smoothing, mean_course, smoothed
from vae_core.sentences import counted, listed

PART_NAMES: dict[Part, str] = {"test": "test", "valid": "validation", "train": "training"}
DASHES = ("solid", "dashed", "dotted")
_COLUMNS = 3
_TICKS, _FEW_TICKS = 5, 3
_NAMED = 3  # runs that a sentence names; of more it gives the number

Window = tuple[float, float]


@dataclass(frozen=True)
class Choices:
    """What is drawn and how; `way` is how runs are grouped, `window` the part of the lower axis."""

    quantity: Quantity
    part: Part = "test"
    along: Along = "images"
    log_axis: bool = False
    way: str = EACH
    smoothing: Smoothing | None = None
    multiples: bool = False
    window: Window | None = None


@dataclass(frozen=True)
class DrawnUp:
    """What is drawn, how far the lower axis goes when it is not zoomed, and what is to be said."""

    overlay: Overlay
    domain: Window
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    run: Run
    name: str
    course: Course
    stick: Yardstick


def draw_up(runs: Sequence[Run], choices: Choices, varying: Varying) -> DrawnUp:
    """The overlay of some runs: a chart for each yardstick, or one for each line of it."""
    found = _read(runs, choices, varying)
    domain = _domain([each.course for each in found], log_axis=choices.log_axis)
    seen = _seen(choices.window, domain)
    charts: list[Chart] = []
    groups: list[Group] = []
    strands, shapes = _strands(found), image_shapes()
    for mine in strands:
        own, lines = _lines(mine, choices, varying)
        groups += own
        of = described(mine[0].run.config, shapes) if len(strands) > 1 else ""
        ends = _value_range(lines, choices, seen, _FEW_TICKS if choices.multiples else _TICKS)
        if choices.multiples:
            charts += [Chart(of, line.name, (line,), seen, ends) for line in lines]
        elif lines:
            charts.append(Chart(of, "", tuple(lines), seen, ends))
    notes = [
        _apart(strands),
        _silent(runs, found, choices),
        _single(groups, choices.way),
        _disjoint(groups, charts),
    ]
    overlay = Overlay(
        quantity=choices.quantity,
        on=_images(choices.part),
        along=TITLES[choices.along],
        places=PLACES[choices.along],
        log_axis=choices.log_axis,
        columns=_COLUMNS if choices.multiples else 1,
        words=choices.smoothing.words if choices.smoothing else "",
        charts=tuple(charts),
    )
    return DrawnUp(overlay, domain, tuple(note for note in notes if note))


def _read(runs: Sequence[Run], choices: Choices, varying: Varying) -> list[_Found]:
    names, shapes = run_names(runs, varying), image_shapes()
    found = []
    for run in runs:
        own = on_scale_of(choices.quantity, run)
        if own is None:
            continue
        course = measured(run).course(own.name, choices.part, choices.along)
        if choices.log_axis:
            course = Course(course.x[course.x > 0], course.y[course.x > 0])
        if len(course.x):
            found.append(_Found(run, names[run.id], course, yardstick(run.config, own, shapes)))
    return found


def _strands(found: Sequence[_Found]) -> list[list[_Found]]:
    """The runs of each yardstick."""
    strands: dict[Yardstick, list[_Found]] = {}
    for each in found:
        strands.setdefault(each.stick, []).append(each)
    return [*strands.values()]


def _lines(
    found: Sequence[_Found], choices: Choices, varying: Varying
) -> tuple[list[Group], list[Line]]:
    """The groups of one yardstick, and the lines of those that have one."""
    by_id = {each.run.id: each for each in found}
    groups = grouped([each.run for each in found], choices.way, varying)
    lines = [
        _line(group, [by_id[run.id] for run in group.runs], choices, k)
        for k, group in enumerate(groups)
    ]
    return groups, [line for line in lines if line is not None]


def _line(group: Group, members: Sequence[_Found], choices: Choices, k: int) -> Line | None:
    """The line of a group: its run, or the mean of its runs; None where they have no range."""
    raw = [each.course for each in members]
    by = choices.smoothing
    courses = raw if by is None else [smoothed(each, by).smooth for each in raw]
    behind = tuple(report.Course(e.name, e.course.x, e.course.y) for e in members)
    colour, dash = LINE_COLOURS[k % len(LINE_COLOURS)], DASHES[k // len(LINE_COLOURS) % len(DASHES)]
    if len(members) == 1:
        own = courses[0]
        return Line(group.name, own.x, own.y, None, 1, colour, dash, behind if by else ())
    mean = mean_course(courses)
    if mean is None:
        return None
    return Line(group.name, mean.x, mean.mean, mean.standard_error, mean.runs, colour, dash, behind)


def _domain(courses: Sequence[Course], *, log_axis: bool) -> Window:
    """How far the lower axis goes: from nothing, or on a log scale from the first point."""
    if not courses:
        return 0.0, 1.0
    last = max(float(each.x[-1]) for each in courses)
    first = min(float(each.x[0]) for each in courses) if log_axis else 0.0
    return first, last if last > first else first + 1


def _seen(window: Window | None, domain: Window) -> Window:
    """The part of the axis that is wanted, as far as there is any of it."""
    if window is None:
        return domain
    low, high = max(window[0], domain[0]), min(window[1], domain[1])
    return (low, high) if low < high else domain


def _value_range(
    lines: Iterable[Line], choices: Choices, seen: Window, ticks: int
) -> report.Ends | None:
    """The upright axis, as on the Train page: the late stretch of what is in sight fills it."""
    curves = []
    for line in lines:
        wide = line.error if line.error is not None else np.zeros(len(line.y))
        reach = _reach(line.x, line.y, wide, choices, seen)
        curves.append(Curve(line.name, (), (), line.colour, reach=reach))
    return value_range(curves, ticks)


def _reach(x: Numbers, y: Numbers, wide: Numbers, choices: Choices, seen: Window) -> Reach:
    there = (x >= seen[0]) & (x <= seen[1])
    x, lows, tops = x[there], (y - wide)[there], (y + wide)[there]
    if not len(x):
        return Reach(math.inf, math.inf, -math.inf)
    whole = choices.window is None
    begin = late(float(x[0]), float(x[-1]), log_axis=choices.log_axis) if whole else seen[0]
    # What it cost early on, before it was any good, is left out on the bad side.
    low = lows[x >= begin] if choices.quantity.sign > 0 else lows
    top = tops if choices.quantity.sign > 0 else tops[x >= begin]
    return Reach(float(x[0]), float(low.min()), float(top.max()))


def _silent(runs: Sequence[Run], found: Sequence[_Found], choices: Choices) -> str:
    """A sentence on the runs that have nothing to draw."""
    there = {each.run.id for each in found}
    missing = [run.title for run in runs if run.id not in there]
    if not missing:
        return ""
    what = f"{choices.quantity.label} on {_images(choices.part)}"
    if len(missing) == len(runs):
        return f"None of these runs has measured its {what}."
    return (
        f"{_quoted(missing, 'run')} {'has' if len(missing) == 1 else 'have'} not measured {what}."
    )


def _apart(strands: Sequence[Sequence[_Found]]) -> str:
    """Why there is more than one chart."""
    if len(strands) < 2:
        return ""
    shapes = image_shapes()
    kinds = [described(strand[0].run.config, shapes) for strand in strands]
    if len(set(kinds)) < len(kinds):
        kinds = [strand[0].stick[0] for strand in strands]
    return f"{counted(len(strands), 'chart')}: numbers of {listed(kinds)} do not compare."


def _single(groups: Sequence[Group], way: str) -> str:
    """A sentence on the groups of one run."""
    alone = [group.name for group in groups if len(group.runs) == 1]
    if way == EACH or not alone:
        return ""
    if len(alone) == len(groups):
        return "Every group is one run, so there are no bands: an error over runs takes two."
    them = "is one run" if len(alone) == 1 else "are one run each"
    return f"{_quoted(alone, 'group')} {them}, so without a band."


def _disjoint(groups: Sequence[Group], charts: Sequence[Chart]) -> str:
    """A sentence on the groups whose runs have no stretch of the axis in common."""
    there = {line.name for chart in charts for line in chart.lines}
    names = [group.name for group in groups if group.name not in there]
    return f"The runs of {_quoted(names, 'group')} share no stretch: no mean." if names else ""


def _images(part: Part) -> str:
    return PART_NAMES[part] + " images"


def _quoted(names: Sequence[str], thing: str) -> str:
    if len(names) > _NAMED:
        return counted(len(names), thing)
    return listed(f"“{name}”" for name in names)
