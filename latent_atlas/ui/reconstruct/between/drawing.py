"""Strips of frames as HTML, at whole multiples of their pixels; everything printed is escaped."""

from collections.abc import Sequence
from html import escape

from torch import Tensor

from latent_atlas.reports.pixels import pixel_scale
from latent_atlas.ui.images import image_uri
from latent_atlas.ui.reconstruct.between.ways import Strip, Ways
from latent_atlas.ui.reconstruct.between.words import length
from vae_core.latent.support_levels import whole_percent
from vae_core.numerals import decimal, places_for

# The least width of a picture and of what stands below it, in pixels of a phone: five fit in a row.
_SMALL = 56

STYLE = """<style>
.between { font-size: 12px; line-height: 16px; font-variant-numeric: tabular-nums;
  color: var(--st-text-color); --quiet: color-mix(in srgb, currentcolor 72%, transparent); }
.between .strip { display: flex; flex-wrap: wrap; gap: 4px; align-items: flex-start;
  margin: 0 0 8px; padding: 0; }
.between .strip > b { flex: 0 0 96px; font-weight: 400; padding-top: 4px; }
.between .strip > b::first-line { font-weight: 600; }
.between figure { margin: 0; width: calc(var(--w) * var(--s) * 1px); min-width: var(--least); }
.between figcaption { color: var(--quiet); white-space: nowrap; }
.between img { display: block; image-rendering: pixelated; max-width: none;
  width: calc(var(--w) * var(--s) * 1px); height: calc(var(--h) * var(--s) * 1px);
  outline: 1px solid color-mix(in srgb, currentcolor 24%, transparent); }
.between .term { display: flex; gap: 4px; }
.between .sign { align-self: center; font-size: 20px; padding-bottom: 32px; }
@media (max-width: 640px) {
  .between { --s: var(--small) !important; }
  .between .strip > b { flex-basis: 100%; }
  .between .unit { display: none; }
}
</style>"""


def strips_html(ways: Ways) -> str:
    """The three strips of one model."""
    rows = "".join(_strip(strip) for strip in ways.strips)
    _, height, width = ways.strips[0].frames[0].shape
    return _sheet(rows, height, width)


def sums_html(terms: Sequence[tuple[str, Tensor, str]]) -> str:
    """A row of pictures [C, H, W] with a sign before, and words below, each."""
    parts = []
    for sign, picture, caption in terms:
        mark = f'<span class="sign">{escape(sign)}</span>' if sign else ""
        parts.append(
            f'<div class="term">{mark}{_figure(picture, [escape(caption)], caption)}</div>'
        )
    _, height, width = terms[0][1].shape
    return _sheet(f'<div class="strip">{"".join(parts)}</div>', height, width)


def _sheet(rows: str, height: int, width: int) -> str:
    large = pixel_scale(height, width, 64)
    small = pixel_scale(height, width, _SMALL)
    sizes = f"--w:{width};--h:{height};--s:{large};--small:{small};--least:{_SMALL}px"
    return f'{STYLE}<div class="between" style="{sizes}">{rows}</div>'


def _strip(strip: Strip) -> str:
    figures = []
    places = min(1, places_for(strip.half_width))
    for place, frame in enumerate(strip.frames):
        cost = decimal(float(strip.costs[place]), places)
        below = [f'{cost}<span class="unit"> nats</span>']
        if strip.support is not None:
            below.append(f"{whole_percent(float(strip.support[place]))} %")
        what = f"{strip.name}, frame {place + 1} of {len(strip.frames)}"
        figures.append(_figure(frame, below, what))
    sure = decimal(strip.half_width, max(0, places))
    name = f"{escape(strip.name)}<br>{length(strip.travelled)}<br>± {sure} nats"
    return f'<div class="strip"><b>{name}</b>{"".join(figures)}</div>'


def _figure(picture: Tensor, below: Sequence[str], what: str) -> str:
    """A picture with lines of HTML below it."""
    captions = "".join(f"<figcaption>{each}</figcaption>" for each in below)
    return f'<figure><img src="{image_uri(picture)}" alt="{escape(what)}">{captions}</figure>'
