"""The sentences of rate against distortion: what is drawn, what bounds it, and what does not."""

from collections.abc import Sequence
from html import escape

from latent_atlas.reports.rate_distortion import Scale
from latent_atlas.ui.reconstruct.rate_distortion.candidates import Candidate
from latent_atlas.ui.reconstruct.rate_distortion.standing import Parts, Standing
from vae_core.evaluation.rate_distortion import Mean, OperatingPoint, apart
from vae_core.numerals import with_error
from vae_core.sentences import counted, listed

UNDECIDED = "cannot be said"

_STYLE = """<style>
.rate-distortion { overflow-x: auto; }
.rate-distortion table { border-collapse: collapse; font-size: 14px; width: 100%; }
.rate-distortion th, .rate-distortion td {
  padding: 4px 16px 4px 0; text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; border: 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent);
}
.rate-distortion th { font-weight: 600; }
.rate-distortion :is(th, td):first-child {
  max-width: 36ch; overflow: hidden; text-overflow: ellipsis; text-align: left;
}
</style>"""


def told_of(title: str, standing: Standing, parts: Parts) -> str:
    """What stands beside a point: lines apart by <br>; of Plotly's own marks nothing is left."""
    lines = [f"<b>{escape(title)}</b>", _places(parts.test.name, standing.test)]
    if standing.train is not None and parts.train is not None:
        lines.append(_places(parts.train.name, standing.train))
    return "<br>".join(lines)


def _places(part: str, at: OperatingPoint) -> str:
    return (
        f"{escape(part)}: rate {_mean(at.rate)}, distortion {_mean(at.distortion)}, "
        f"cost {_mean(at.cost)} nats; squared error {_mean(at.squared_error)}"
    )


def table(measured: Sequence[tuple[Candidate, Standing]], parts: Parts) -> str:
    """The numbers of models as an HTML table."""
    train = parts.train
    heads = ["Model", "Rate", "Distortion", "Cost, their sum", "Squared error"]
    if train is not None:
        heads += [f"Cost, {train.name} → {parts.test.name}", "Keeps more than PCA of J axes"]
    rows = []
    for each, standing in measured:
        at = standing.test
        cells = [f"{each.letter} {each.title}".strip()]
        cells += [_mean(mean) for mean in (at.rate, at.distortion, at.cost, at.squared_error)]
        if standing.train is not None and standing.keeps_more is not None:
            cells += [_change(apart(standing.train.cost, at.cost)), _change(standing.keeps_more)]
        rows.append(cells)
    head = "".join(f"<th scope='col'>{escape(each)}</th>" for each in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>" for cells in rows
    )
    return (
        f"{_STYLE}<div class='rate-distortion' tabindex='0' role='region' aria-label='Numbers'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def reading(scale: Scale, parts: Parts) -> str:
    """How the chart is read, and on which images it stands."""
    images = counted(len(parts.test), f"{parts.test.name} image")
    told = f"A disc is where a model stands on {images}"
    if parts.train is not None:
        told += (
            f", the open circle where it stands on {counted(len(parts.train), 'image')} of "
            f"{parts.train.name}; the arrow leads from there"
        )
    where = "The lower and the further left, the better."
    if scale == "nats":
        where = "Along each dotted line the bound is the same; it is better to the lower left."
    return f"{told}. {where} ± in 95 of 100 cases, over images, with one draw of z for each."


def bounded(scale: Scale, standings: Sequence[Standing], *, bounds: bool, looked_at: int) -> str:
    """What the dashed lines say, and what they do not; why there are none."""
    if not bounds and scale == "nats":
        kinds = listed(sorted({each.likelihood for each in standings}))
        return (
            f"There is no line of linear codes here: a squared error bounds no nats of {kinds}, "
            "whose pixels have more to them than one σ for all. See the squared error."
        )
    if not bounds:
        return ""
    what, whose = "how little squared error they leave", "VAE"
    unbounded = ""
    if scale == "nats":
        what, whose = "how little they cost in nats at the best σ", "VAE of one σ for all pixels"
        if others := sorted({each.likelihood for each in standings if not each.one_sigma}):
            unbounded = f" They bound nothing of {listed(others)}, which has no such σ."
    return (
        "The dashed lines are linear codes of so many numbers, from the principal axes of the "
        f"{counted(looked_at, 'image')} themselves (reverse water-filling): at each rate, {what}. "
        f"No {whose} whose two networks are linear lies below the line of its J; a deep one that "
        f"does has learned what no linear code can.{unbounded}"
    )


def rule() -> str:
    """What decides a difference in the table."""
    return (
        "A change counts where it is larger than its ±, else it cannot be said. The last column is "
        "how much less squared error the copies have than those of PCA with J axes, learned from "
        "the same training images; both tell their J numbers exactly."
    )


def outside(count: int) -> str:
    """How many models lie so far from all others that the axes do not reach to them."""
    return f"{counted(count, 'model')} far from all others would lie outside of the chart."


def elsewhere(titles: Sequence[str]) -> str:
    """Which models are drawn on the other scale alone."""
    return (
        f"The nats of {listed(titles)} are on another scale (a density and probabilities never "
        "share one): see the squared error."
    )


def diverged(titles: Sequence[str]) -> str:
    """Which of the models compared have no place in the chart."""
    return f"{listed(titles)} cannot be drawn: a cost on these images is no finite number."


def _mean(mean: Mean) -> str:
    return with_error(mean.value, mean.half_width)


def _change(mean: Mean) -> str:
    told = with_error(mean.value, mean.half_width)
    signed = told if mean.value < 0 else f"+{told}"
    return signed if mean.decided else f"{signed}: {UNDECIDED}"
