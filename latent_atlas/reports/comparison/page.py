"""The comparison as one web page that needs nothing else: no script, no network, any screen.

Pictures are PNGs inside of it, charts SVGs that follow light and dark, and it can be printed.
"""

import base64
from collections.abc import Sequence
from html import escape

from latent_atlas.reports.comparison import drawing, tables
from latent_atlas.reports.comparison.measuring import Measured
from latent_atlas.reports.comparison.pictures import (
    Row,
    chosen,
    has_errors,
    row_sheet,
    under_images,
)
from latent_atlas.reports.comparison.record import ComparisonRecord, GuestRecord, ModelRecord
from latent_atlas.reports.comparison.tables import Grid
from latent_atlas.reports.comparison.words import (
    RATE_DISTORTION,
    RELIABILITY,
    THE_NUMBERS,
    about,
    judge_doubted,
    judge_told,
    rate_distortion_notes,
    title,
)
from latent_atlas.reports.data_words import ERROR_ENDS
from latent_atlas.reports.figures.canvas import Dash
from latent_atlas.reports.sheets import png_bytes
from latent_atlas.reports.standalone.parts import (
    figure,
    keys,
    made_by,
    quiet,
    section,
    table,
    unbroken,
    warning,
)
from latent_atlas.reports.standalone.style import STYLE
from latent_atlas.reports.standalone.svg import svg
from latent_atlas.reports.web_page import definitions, web_page

_WIDE, _SQUARE = (560, 340), (400, 400)
_LEAST_SIDE, _ROOM = 48, 420  # of an image, and of a row of them, in CSS pixels


def comparison_html(found: Measured) -> str:
    """The whole document."""
    record = found.record
    parts = [
        _head(record),
        _ledgers(record),
        _pictures(found),
        _spread_of_nats(found),
        _rate_distortion(found),
        _identity(found),
        _calibration(found),
        _classes(record),
        _configurations(record),
        _how(record),
    ]
    return web_page(title(record), "\n".join(filter(None, parts)), style=STYLE)


def _head(record: ComparisonRecord) -> str:
    apart = "".join(map(warning, record.apart))
    notes = "".join(warning(note) for model in record.models for note in model.notes)
    return (
        f"<header><h1>{unbroken(record.headline)}</h1>"
        f'<p class="quiet">{escape(about(record))}</p>{apart}{notes}</header>'
    )


def _ledgers(record: ComparisonRecord) -> str:
    scales = sorted({model.scale for model in record.models})
    shown = []
    for scale in scales:
        grid = tables.ledger(record, scale)
        targets = next(m.targets for m in record.models if m.scale == scale)
        name = f"<h3>{escape(targets)}</h3>" if len(scales) > 1 else ""
        shown.append(name + _table(grid, of=record))
    return section("What an image costs, in nats", *shown, quiet(" ".join(record.rules))) + section(
        "What the copies look like", _table(tables.pictures_table(record), of=record)
    )


def _pictures(found: Measured) -> str:
    rows = [
        f"<figure><h3>{escape(row.title)}</h3>{_png(found, row)}</figure>"
        for row in chosen(found.subjects, _ROOM, _LEAST_SIDE)
    ]
    note = under_images(found.subjects)
    if has_errors(found.subjects):
        note += f" Error is copy − original, from −1 to +1: {ERROR_ENDS}."
    return section("The images", quiet(note), f'<div class="sheets">{"".join(rows)}</div>')


def _png(found: Measured, row: Row) -> str:
    """Drawn twice as large as it is shown, for fine screens and for paper."""
    sheet = row_sheet(found.subjects, row.indices, at_least=_LEAST_SIDE, zoom=2)
    data = base64.b64encode(png_bytes(sheet)).decode("ascii")
    given = found.subjects
    names = ", ".join(each.title for some in (given.models, given.guests) for each in some)
    told = escape(f"{row.title}: originals, and copies by {names}")
    return (
        f'<div class="scroll"><img src="data:image/png;base64,{data}" alt="{told}" '
        f'width="{sheet.width // 2}" height="{sheet.height // 2}"></div>'
    )


def _spread_of_nats(found: Measured) -> str:
    record = found.record
    charts = []
    for chart in record.histograms:
        name = f"How many images cost how much: {', '.join(chart.counts)}"
        charts.append(
            _chart(svg(drawing.histogram(found, chart), *_WIDE, name), found, list(chart.counts))
        )
    for one, other in drawing.against_pairs(record.models):
        names = [record.models[n].title for n in (one, other)]
        name = f"{names[0]} against {names[1]}, image by image"
        words = f"Each dot is an image: below the line {names[1]} is better."
        charts.append(_chart(svg(drawing.against(found, one, other), *_SQUARE, name), words=words))
    return section(
        "All images, one by one", f'<div class="charts">{"".join(charts)}</div>', level=2
    )


def _rate_distortion(found: Measured) -> str:
    record = found.record
    charts = []
    for chart in record.rate_distortion:
        models = [m.title for m in record.models if chart.scale in (None, m.scale)]
        what = "squared error" if chart.scale is None else "distortion"
        name = f"Rate against {what}: {', '.join(models)}"
        drawn = svg(drawing.rate_distortion(found, chart), *_SQUARE, name)
        charts.append(_chart(drawn, found, models, lines=drawing.line_styles(record, chart)))
    notes = "".join(quiet(words) for words in rate_distortion_notes(record))
    return section(
        "Rate against distortion",
        quiet(RATE_DISTORTION),
        f'<div class="charts">{"".join(charts)}</div>{notes}',
        _table(tables.points_table(record), of=record),
    )


def _identity(found: Measured) -> str:
    record = found.record
    grid = tables.identity_table(record)
    if record.judge is None or grid is None:
        return ""
    doubt = judge_doubted(record.judge)
    return section(
        "Kept the identity?",
        quiet(judge_told(record.judge)),
        warning(doubt) if doubt else "",
        _table(grid, of=record),
    )


def _calibration(found: Measured) -> str:
    record = found.record
    titles = [model.title for model in record.models]
    chart = svg(drawing.reliability(found), *_SQUARE, "What pixels are, by what models say")
    spread = tables.spread_table(record)
    beside = "" if spread is None else f"<div>{_table(spread)}</div>"
    return section(
        "Are the pixels what the model says?",
        quiet(RELIABILITY),
        f'<div class="charts">{_chart(chart, found, titles)}{beside}</div>',
    )


def _classes(record: ComparisonRecord) -> str:
    shown = [
        _table(grid)
        for scale in sorted({model.scale for model in record.models})
        if (grid := tables.classes(record, scale)) is not None
    ]
    return section("By class", *shown) if shown else ""


def _configurations(record: ComparisonRecord) -> str:
    shown = []
    for place, model in enumerate(record.models):
        shown.append(_card(f"{_key(place)}{escape(model.title)}", model))
    for guest in record.guests:
        shown.append(_card(f"{escape(guest.title)}", guest))
    return section("The models", f'<div class="cards">{"".join(shown)}</div>')


def _card(name: str, model: ModelRecord | GuestRecord) -> str:
    """What is known of one; its `name` is HTML."""
    command = (
        f'<p class="quiet">Trained by</p><pre>{escape(model.trained_by)}</pre>'
        if model.trained_by
        else ""
    )
    return f"<article><h3>{name}</h3>{definitions(model.configuration)}{command}</article>"


def _how(record: ComparisonRecord) -> str:
    told = "".join(f"<p>{escape(sentence)}</p>" for sentence in THE_NUMBERS)
    again = f"<h3>The same again</h3><pre>{escape(record.command)}</pre>" if record.command else ""
    return section(
        "What these numbers are, and what they are not",
        told,
        again,
        made_by(record.version, record.created),
    )


def _chart(
    drawn: str,
    found: Measured | None = None,
    titles: list[str] | None = None,
    *,
    words: str = "",
    lines: Sequence[drawing.Styled] = (),
) -> str:
    key = ""
    if found is not None and titles:
        places = {model.title: n for n, model in enumerate(found.record.models)}
        entries = "".join(f"<li>{_key(places[each])}{escape(each)}</li>" for each in titles)
        entries += "".join(
            f"<li>{_stroke(colour, dash)}{escape(line.label)}</li>"
            for styled in lines
            for line, colour, dash in styled
        )
        key = keys(entries)
    return figure(drawn, key, words)


def _key(place: int) -> str:
    """The colour and the dash of a model, before its title."""
    colour, dash, _ = drawing.style(place)
    return _stroke(colour, dash)


def _stroke(colour: str, dash: Dash) -> str:
    line = "solid" if dash == "solid" else "dashed" if dash[1][0] > 1 else "dotted"
    return f'<i class="key" style="border-top: 3px {line} {colour}"></i>'


def _table(grid: Grid, of: ComparisonRecord | None = None) -> str:
    places = {model.title: n for n, model in enumerate(of.models)} if of else {}
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in grid.head)
    columns = [_aligned(column) for column in zip(*(row[1:] for row in grid.rows), strict=True)]
    rows = "".join(
        f'<tr><th scope="row">{_key(places[row[0]]) if row[0] in places else ""}{escape(row[0])}'
        f"</th>{''.join(f'<td>{column[n]}</td>' for column in columns)}</tr>"
        for n, row in enumerate(grid.rows)
    )
    note = quiet(grid.note) if grid.note else ""
    return table(head, rows) + note


def _aligned(column: Sequence[str]) -> list[str]:
    """Cells as HTML."""
    return [
        f"{_unseen(each.before)}{each.number}{_unseen(each.after)}{escape(each.rest)}"
        for each in tables.aligned(column)
    ]


def _unseen(digits: str) -> str:
    return f'<span class="unseen" aria-hidden="true">{digits}</span>' if digits else ""
