"""Disentanglement: what each latent dimension says of each factor, and what it changes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from latent_atlas.reports.diagnosis.blocks import Block, Chart, Pictures, Table, Words
from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.diagnosis.pictures import Strip
from latent_atlas.reports.diagnosis.sections.disentangle import (
    CANDID,
    EXTENT,
    SECTION,
    DisentangleFinding,
)
from latent_atlas.reports.figures.canvas import points
from latent_atlas.reports.standalone.axes import INK, labelled
from vae_core.numerals import decimal, with_error
from vae_core.sentences import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RULE = (
    "± in 95 of 100 cases. By chance is what these codes score once they are dealt to other "
    "images, at best what a code has with one dimension to each factor. A factor has a dimension "
    "of its own where that one, less the ±, is ahead of all others by half of what there is to "
    "know."
)
MEANINGS = {
    "MIG": "by how much the dimension that says most of a factor is ahead of the next",
    "FactorVAE score": "how often the dimension that stands still tells which factor does",
    "DCI disentanglement": "whether a dimension is of use for one factor alone",
    "DCI completeness": "whether one dimension alone is of use for a factor",
    "DCI informativeness": "how often the whole code tells a factor's level",
    "SAP": "by how much the dimension that tells a factor best is ahead of the next",
}
ALT = "What each latent dimension says of each factor; the sentences below say the most"
CELLS = (
    "A cell is mutual information, in per cent of what there is to know of the factor, by "
    "histograms of twenty bins."
)
WALKS = "What each dimension changes"
MOST = 16  # dimensions that have a column, the largest rate first
LONGEST = 16  # letters of a factor beside the axis
MOST_WRITTEN = 160  # cells that have their number in them
BRIGHT = 0.55  # of the scale: from there on a number is written dark
ON_DARK, ON_BRIGHT = "#FFFFFF", "#14161A"
_ROW, _AROUND = 36, 72  # CSS pixels


def title(found: DisentangleFinding) -> str:
    """Which factors have a dimension of their own."""
    verdict = found.verdict
    return verdict[0].upper() + verdict[1:]


def walks_words() -> str:
    """From where to where the walks go."""
    end = decimal(EXTENT, 0)
    return (
        f"From z = −{end} to {end}, all else as in one image; the dimension of the largest KL "
        "first."
    )


def walks(found: DisentangleFinding) -> list[Strip]:
    """A row for each dimension that is walked along; none of a model that shows no means."""
    if found.walks is None:
        return []
    return [
        Strip(f"along z{j + 1}, which {found.carries(j)}", images, walk=True)
        for j, images in zip(found.walked, found.walks, strict=True)
    ]


def _blocks(found: DisentangleFinding) -> Iterator[Block]:
    yield Words(f"Measured on {found.measured_on}.", "quiet")
    height = _AROUND + _ROW * max(3, len(found.found.factors))
    yield Chart(ALT, lambda axes: _draw(axes, found), height)
    yield Words(CELLS, "quiet")
    scores = [
        (
            name,
            with_error(score.value, score.half_width),
            decimal(score.chance, 2),
            decimal(score.best, 2),
            MEANINGS[name],
        )
        for name, score in found.found.scores.items()
    ]
    yield Table(("score", "value", "by chance", "at best", "what it asks"), scores)
    yield _information(found)
    for j in found.walked:
        yield Words(found.dimension(j))
    for doubt in found.doubts:
        yield Words(doubt, "warning")
    if strips := walks(found):
        yield Pictures(WALKS, strips, walks_words())
    yield Words(CANDID, head="What this cannot say.")


def _information(found: DisentangleFinding) -> Table:
    """Every cell of the map, and what chance alone gives."""
    information = found.found.information
    rows = [
        (
            f"z{j + 1}",
            with_error(found.units.rate[j], found.units.rate_half_width[j]),
            *(f"{decimal(100 * share, 1)} %" for share in information.shares[j]),
        )
        for j in found.units.order
    ]
    rows.append(("by chance", "", *(f"{decimal(100 * bias, 1)} %" for bias in information.bias)))
    return Table(("dimension", "KL, nats", *found.found.factors), rows)


def _draw(axes: "Axes", found: DisentangleFinding) -> None:
    """A row for each factor; the scale is 0 to 100 % for every model."""
    information, names = found.found.information, found.found.factors
    order = found.units.order[:MOST]
    cells = [[min(1.0, information.shares[j][row]) for j in order] for row in range(len(names))]
    axes.pcolormesh(cells, cmap="viridis", vmin=0, vmax=1, edgecolors="none")
    if len(order) * len(names) <= MOST_WRITTEN:
        for row, shares in enumerate(cells):
            for column, share in enumerate(shares):
                axes.text(
                    column + 0.5,
                    row + 0.5,
                    decimal(100 * share, 0),
                    ha="center",
                    va="center",
                    fontsize=points(12),
                    color=ON_BRIGHT if share > BRIGHT else ON_DARK,
                )
    labelled(axes, "latent dimensions, by their KL", "")
    axes.set_xticks([k + 0.5 for k in range(len(order))], [f"z{j + 1}" for j in order])
    axes.set_yticks(
        [k + 0.5 for k in range(len(names))],
        [plain(name, LONGEST) for name in names],
        color=INK,
        parse_math=False,
    )
    axes.set_ylim(len(names), 0)
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)


CHAPTER = Chapter(SECTION, DisentangleFinding, title, RULE, _blocks)
