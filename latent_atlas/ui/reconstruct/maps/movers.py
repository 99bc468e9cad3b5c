"""The images that changed their neighbours most, each with those that it had and has."""

from html import escape

from torch import Tensor

from latent_atlas.ui.images import image_uri
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.maps import words
from latent_atlas.ui.reconstruct.maps.comparing import Agreement
from vae_core.numerals import grouped

SHOWN = 12
_NEIGHBOURS = 5
_SIDE = 32  # pixels that no picture is larger than

_STYLE = """<style>
.movers { overflow-x: auto; }
.movers table { border-collapse: collapse; font-size: 14px; }
.movers th, .movers td { padding: 3px 16px 3px 0; text-align: left; border: 0; }
.movers td { white-space: nowrap; }
.movers td:first-child { line-height: 18px; }
.movers th { font-weight: 600; }
.movers img {
  image-rendering: pixelated; margin-right: 4px; vertical-align: middle;
  outline: 1px solid color-mix(in srgb, currentColor 24%, transparent);
}
.movers img.new { outline: 2px solid #CC3311; }
.movers tr.chosen { background: color-mix(in srgb, currentColor 8%, transparent); }
.movers td:first-child { display: flex; align-items: center; gap: 4px; }
@media (max-width: 640px) {
  .movers thead { display: none; }
  .movers td { display: block; padding: 2px 0; }
  .movers td[data-of]::before { content: attr(data-of); display: inline-block; width: 40px; }
}
</style>"""


def movers(
    agreement: Agreement, comparison: Comparison, letters: tuple[str, str], chosen: int | None
) -> str:
    """The first of them as an HTML table; the one that is chosen stands above the others.

    Neighbours that the other map does not have among its own are outlined.
    """
    places = agreement.movers().tolist()
    ahead = [p for p in places if int(agreement.index[p]) == chosen]
    listed = [*ahead, *(p for p in places if p not in ahead)][:SHOWN]
    rows = "".join(
        _row(place, agreement, comparison, letters, chosen=place in ahead) for place in listed
    )
    k = min(_NEIGHBOURS, agreement.company.k)
    heads = ("Image", *(f"Its {k} nearest in {each}" for each in letters))
    head = "".join(f"<th scope='col'>{each}</th>" for each in heads)
    return (
        f"{_STYLE}<div class='movers' tabindex='0' role='region' "
        f"aria-label='Images that changed their neighbours'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(
    place: int,
    agreement: Agreement,
    comparison: Comparison,
    letters: tuple[str, str],
    *,
    chosen: bool,
) -> str:
    company = agreement.company
    one, other = company.first[place], company.second[place]
    kept = round(float(company.shares[place]) * company.k)
    picture = _picture(place, agreement, comparison)
    named = _named(place, agreement, comparison)
    told = f"<td>{picture}<span>{named}<br>kept {kept} of {company.k}</span></td>"
    near = [(letters[0], one, other), (letters[1], other, one)]
    cells = [
        f"<td data-of='in {of}'>{_row_of(own, elsewhere, agreement, comparison)}</td>"
        for of, own, elsewhere in near
    ]
    marked = " class='chosen'" if chosen else ""
    return f"<tr{marked}>{told}{''.join(cells)}</tr>"


def _row_of(near: Tensor, elsewhere: Tensor, agreement: Agreement, comparison: Comparison) -> str:
    there = {*elsewhere.tolist()}
    return "".join(
        _picture(place, agreement, comparison, new=place not in there)
        for place in near[:_NEIGHBOURS].tolist()
    )


def _picture(place: int, agreement: Agreement, comparison: Comparison, *, new: bool = False) -> str:
    image = comparison.split.images[int(agreement.index[place])]
    height, width = image.shape[-2:]
    times = max(1, _SIDE // max(height, width))
    share = min(times, _SIDE / max(height, width))
    size = round(width * share), round(height * share)
    told = _named(place, agreement, comparison) + (", not in the other map" if new else "")
    marked = " class='new'" if new else ""
    return (
        f"<img{marked} src='{image_uri(image)}' alt='{told}' title='{told}' "
        f"width='{size[0]}' height='{size[1]}'>"
    )


def _named(place: int, agreement: Agreement, comparison: Comparison) -> str:
    image = int(agreement.index[place])
    labels = comparison.split.labels
    of_class = "" if labels is None else f" ({comparison.class_names[int(labels[image])]})"
    return escape(f"image {grouped(image)}{of_class}", quote=True)


def headline(agreement: Agreement) -> tuple[str, str]:
    """What the list is of, as a title and a sentence: of images that are alike none comes first."""
    company = agreement.company
    kept = (company.shares * company.k).round().long()
    worst = int(kept.min())
    alike = int((kept == worst).sum())
    others = int((kept < company.k).sum()) - alike
    return words.changed(worst, company.k, alike, others, SHOWN)
