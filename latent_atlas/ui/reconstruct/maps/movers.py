"""The images that changed their neighbours most, each with those that it had and has."""

from html import escape

from torch import Tensor

from latent_atlas.reports.pixels import pixel_scale
from latent_atlas.ui.images import image_uri
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.maps.comparing import Agreement
from vae_core.sentences import counted

SHOWN = 12
_NEIGHBOURS = 5
_SIDE = 40  # pixels, about

_STYLE = """<style>
.movers { overflow-x: auto; }
.movers table { border-collapse: collapse; font-size: 14px; }
.movers th, .movers td { padding: 4px 24px 4px 0; text-align: left; border: 0; }
.movers th { font-weight: 600; }
.movers img {
  image-rendering: pixelated; margin-right: 4px; vertical-align: middle;
  outline: 1px solid color-mix(in srgb, currentColor 24%, transparent);
}
.movers td:not(:first-child) { white-space: nowrap; }
.movers img.new { outline: 2px solid #CC3311; }
.movers tr.chosen { background: color-mix(in srgb, currentColor 8%, transparent); }
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
    rows = "".join(_row(place, agreement, comparison, chosen=place in ahead) for place in listed)
    k = min(_NEIGHBOURS, agreement.company.k)
    heads = ("Image", *(f"Its {k} nearest in {each}" for each in letters))
    head = "".join(f"<th scope='col'>{each}</th>" for each in heads)
    return (
        f"{_STYLE}<div class='movers' tabindex='0' role='region' "
        f"aria-label='Images that changed their neighbours'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(place: int, agreement: Agreement, comparison: Comparison, *, chosen: bool) -> str:
    company = agreement.company
    one, other = company.first[place], company.second[place]
    kept = round(float(company.shares[place]) * company.k)
    picture = _picture(place, agreement, comparison)
    told = f"{picture} {_named(place, agreement, comparison)}, kept {kept} of {company.k}"
    cells = [told, _row_of(one, other, agreement, comparison)]
    cells.append(_row_of(other, one, agreement, comparison))
    marked = " class='chosen'" if chosen else ""
    return f"<tr{marked}>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _row_of(near: Tensor, elsewhere: Tensor, agreement: Agreement, comparison: Comparison) -> str:
    there = {*elsewhere.tolist()}
    return "".join(
        _picture(place, agreement, comparison, new=place not in there)
        for place in near[:_NEIGHBOURS].tolist()
    )


def _picture(place: int, agreement: Agreement, comparison: Comparison, *, new: bool = False) -> str:
    image = comparison.split.images[int(agreement.index[place])]
    height, width = image.shape[-2:]
    times = min(pixel_scale(height, width), max(1, _SIDE // max(height, width)))
    share = min(1.0, 2 * _SIDE / max(height, width))
    size = round(width * times * share), round(height * times * share)
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
    return escape(f"image {image:,}{of_class}", quote=True)


def headline(agreement: Agreement) -> str:
    """What the list is of."""
    return f"The {counted(min(SHOWN, len(agreement.movers())), 'image')} that changed most"
