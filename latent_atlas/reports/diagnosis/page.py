"""The diagnosis as one web page that needs nothing else: no script, no network, any screen.

Pictures are PNGs inside of it, charts SVGs that follow light and dark, and it can be printed.
"""

import json
from collections.abc import Iterator, Mapping
from html import escape

from torch import Tensor

from latent_atlas.reports.data_uris import image_uri
from latent_atlas.reports.diagnosis.blocks import (
    WIDTH,
    Block,
    Chart,
    Heading,
    Key,
    Pictures,
    Table,
    Words,
)
from latent_atlas.reports.diagnosis.chapter import CHAPTERS
from latent_atlas.reports.diagnosis.pictures import Strip
from latent_atlas.reports.diagnosis.report import Diagnosis, MeasuredSection
from latent_atlas.reports.pixels import pixel_scale
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
from vae_core.numerals import duration

_SIDE = 56  # CSS pixels of a picture, at least
_STYLE = """
section > h3 { margin-top: 24px; text-wrap: balance; max-width: 60ch; }
section > h3.verdict { margin-top: 0; font-size: 18px; }
.rule { margin-bottom: 16px; }
figure { margin: 8px 0 16px; }
figure svg { display: block; width: 100%; height: auto; }
.row { display: flex; flex-wrap: wrap; gap: 8px; }
.row img { image-rendering: pixelated; outline: 1px solid rgb(128 128 128 / 40%); }
.walk { flex-wrap: nowrap; align-items: start; gap: min(8px, 1vw); }
.walk img { min-width: 0; height: auto; }
.row span { display: inline-flex; gap: 1px; margin-right: 8px; }
.strip { margin: 12px 0; }
.strip p { margin-bottom: 4px; }
.dot { width: 10px; height: 10px; border-radius: 50%; }
.diamond { width: 9px; height: 9px; transform: rotate(45deg); }
.area { width: 16px; height: 12px; }
summary { cursor: pointer; }
tbody th { overflow-wrap: break-word; }
.words td:not(.whole) { white-space: normal; }
.all td { white-space: normal; overflow-wrap: anywhere; }
.all tbody th { overflow-wrap: anywhere; }
.all tbody th { font-size: 13px; }
"""


def diagnosis_html(found: Diagnosis) -> str:
    """The whole document."""
    parts = [
        _head(found),
        *map(_chapter, found.measured),
        _unmeasured(found),
        section("The model", definitions(dict(found.model))),
        _numbers(found),
        section(
            "The same again",
            f"<pre>{escape(found.command)}</pre>" if found.command else "",
            made_by(found.version, found.created),
        ),
    ]
    return web_page(
        f"Diagnosis of {found.title}", "\n".join(filter(None, parts)), style=STYLE + _STYLE
    )


def _head(found: Diagnosis) -> str:
    about = f"On {found.dataset}, {found.where['split']}; {found.targets}. {found.created[:10]}."
    timed = any(each.seconds is not None for each in found.measured)
    rows = "".join(
        f'<tr><th scope="row">{escape(each.section.label)}</th>'
        f"<td>{escape(_title(each))}</td>{_seconds(each) if timed else ''}</tr>"
        for each in found.measured
    )
    names = ("weakness", "verdict", *(("took",) if timed else ()))
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        f"<header><h1>{unbroken(f'Diagnosis of {found.title}')}</h1>{quiet(about)}"
        f"{''.join(map(warning, found.notes))}</header>"
        f'<div class="words">{table(head, rows)}</div>'
    )


def _title(each: MeasuredSection) -> str:
    return CHAPTERS[each.section.name].title(each.finding)


def _seconds(each: MeasuredSection) -> str:
    told = "" if each.seconds is None else escape(duration(each.seconds))
    return f'<td class="whole">{told}</td>'


def _chapter(each: MeasuredSection) -> str:
    chapter = CHAPTERS[each.section.name]
    return section(
        each.section.label,
        f'<h3 class="verdict">{escape(_title(each))}</h3>',
        f'<p class="quiet rule">{escape(chapter.rule)}</p>',
        *map(_block, chapter.blocks(each.finding)),
    )


def _block(block: Block) -> str:
    match block:
        case Words():
            head = f"<strong>{escape(block.head)}</strong> " if block.head else ""
            of = "" if block.kind == "plain" else f' class="{block.kind}"'
            return f"<p{of}>{head}{escape(block.text)}</p>"
        case Heading():
            return f"<h3>{escape(block.text)}</h3>"
        case Table():
            return _table(block)
        case Chart():
            drawn = svg(block.draw, WIDTH, block.height, block.title)
            return figure(drawn, keys("".join(map(_key, block.keys))))
        case Pictures():
            told = quiet(block.words) if block.words else ""
            return f"<h3>{escape(block.heading)}</h3>{told}{''.join(map(_strip, block.strips))}"


def _table(block: Table) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in block.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        f"{''.join(f'<td>{escape(each)}</td>' for each in cells)}</tr>"
        for first, *cells in block.rows
    )
    return table(head, rows) + (quiet(block.note) if block.note else "")


def _key(key: Key) -> str:
    if key.drawn in ("line", "dashes"):
        line = "solid" if key.drawn == "line" else "dashed"
        return (
            f'<li><i class="key" style="border-top: 3px {line} {key.colour}"></i>'
            f"{escape(key.label)}</li>"
        )
    shape = f'<i class="key {key.drawn}" style="background: {key.colour}"></i>'
    return f"<li>{shape}{escape(key.label)}</li>"


def _strip(strip: Strip) -> str:
    label, beside = strip.label, strip.beside
    shown = [_picture(each, label, n) for n, each in enumerate(strip.pictures, start=1)]
    if beside is not None:
        shown = [
            f"<span>{one}{_picture(other, strip.beside_label, n)}</span>"
            for n, (one, other) in enumerate(zip(shown, beside, strict=True), start=1)
        ]
    row = f'<div class="{strip.row}">{"".join(shown)}</div>'
    return f'<div class="strip">{quiet(strip.heading)}{row}</div>'


def _picture(picture: Tensor, label: str, number: int) -> str:
    height, width = picture.shape[1:]
    scale = pixel_scale(height, width, _SIDE)
    return (
        f'<img width="{width * scale}" height="{height * scale}" '
        f'src="{image_uri(picture)}" alt="{escape(label)}, {number}">'
    )


def _unmeasured(found: Diagnosis) -> str:
    if not found.unmeasured:
        return ""
    rows = [(each.label, why) for each, why in found.unmeasured]
    told = _table(Table(("weakness", "why"), rows))
    return section("What was not measured, and why", f'<div class="words">{told}</div>')


def _numbers(found: Diagnosis) -> str:
    """Every number of the JSON, as it is written there, for those who read no JSON."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(text)}</td></tr>'
        for name, text in flat(found.as_json())
    )
    head = '<th scope="col">name</th><th scope="col">value</th>'
    return section(
        "All the numbers",
        quiet("As --json prints them, with the numbers of each image."),
        '<details><summary>Show them</summary><div class="all">',
        table(head, rows),
        "</div></details>",
    )


def flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """What JSON nests, as names and texts; lists of numbers stay together."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from flat(each, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple) and any(
        isinstance(each, Mapping | list | tuple) for each in value
    ):
        for number, each in enumerate(value):
            yield from flat(each, f"{name}[{number}]")
    elif isinstance(value, list | tuple):
        yield name, ", ".join(map(_written, value))
    else:
        yield name, _written(value)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, allow_nan=False)
