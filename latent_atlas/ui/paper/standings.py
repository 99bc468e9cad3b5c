"""Who leads the race, at equal samples or at equal seconds."""

import math
from html import escape

from latent_atlas.reports.colours import METHOD_COLOURS
from latent_atlas.reproduce.race import Entry, Point, Race
from latent_atlas.ui.charts import QUIET
from vae_core.numerals import decimal, places_for
from vae_core.sentences import counted

SAMPLES, SECONDS = "Equal samples", "Equal seconds"
_SLACK = 1.01  # a step of MCEM or SVI counts many samples, so marks are overshot a little


def colour(entry: Entry) -> str:
    """The colour that the racer's method has in every figure."""
    return METHOD_COLOURS.get(entry.algorithm, QUIET)


def dashed(entry: Entry) -> bool:
    """Whether the racer shares its method's colour with another one and is told apart by dashes."""
    return entry.key == "score-none"


def far(point: Point, by: str) -> float:
    """How far a racer is: in samples evaluated, or in seconds."""
    return point.samples if by == SAMPLES else point.seconds


def standings(now: Race, by: str) -> tuple[float, list[tuple[Entry, Point | None]]]:
    """Where everybody was when the one who is least far on was there, the leader first.

    Returns:
        How many samples, or seconds, that is for each, and the racers with their last point until
        then; None for who has not been measured by then, or is out of the race.
    """
    still = {k: p for k, p in now.points.items() if p and k not in now.out}
    common = min((far(points[-1], by) for points in still.values()), default=0.0)
    reached = {
        key: next((p for p in reversed(points) if far(p, by) <= _SLACK * common), None)
        for key, points in still.items()
    }
    found = [(entry, reached.get(entry.key)) for entry in now.entries]
    return common, sorted(found, key=lambda row: -row[1].log_p if row[1] else math.inf)


def standings_table(now: Race, by: str) -> str:
    """The standings as HTML: name, log p(x), samples, seconds; digits stand still."""
    common, found = standings(now, by)
    each = counted(round(common), "sample") if by == SAMPLES else f"{common:z.2f} s"
    rows = [_row(entry, point) for entry, point in found]
    head = "".join(
        f"<th style='text-align:right;font-weight:400'>{name}</th>"
        for name in ("nats", "samples", "time")
    )
    return (
        "<table class='standings' style='width:100%;border-collapse:collapse;font-size:14px;"
        "line-height:2;font-variant-numeric:tabular-nums;white-space:nowrap'>"
        f"<tr style='opacity:.75'><th colspan=2 style='text-align:left;font-weight:400'>"
        f"after {each} each</th>{head}</tr>{''.join(rows)}{_error_row(found)}</table>"
    )


def _error_row(found: list[tuple[Entry, Point | None]]) -> str:
    """The largest ± of the means above: beside each there is no room, and they are much alike."""
    known = [p.half_width for _, p in found if p is not None and p.half_width is not None]
    if not known:
        return ""
    largest = decimal(max(known), places_for(max(known)))
    return f"<tr style='opacity:.75'><td colspan=5>nats: ± {largest} at most</td></tr>"


def _row(entry: Entry, point: Point | None) -> str:
    cells = ("–", "–", "–")
    if point:
        nats = decimal(point.log_p, 1)
        cells = (nats, f"{point.samples / 1000:z.0f} k", f"{point.seconds:z.1f} s")
    style = "dashed" if dashed(entry) else "solid"
    return (
        "<tr><td style='width:32px;padding-right:8px'><span style='display:block;"
        f"border-top:3px {style} {colour(entry)}'></span></td><td>{escape(entry.title)}</td>"
        + "".join(f"<td style='text-align:right'>{cell}</td>" for cell in cells)
        + "</tr>"
    )
