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
    heads = ["Model", "Rate, nats", "Distortion, nats", "Cost: their sum", "Squared error"]
    if train is not None:
        heads += [f"Cost, {train.name} → {parts.test.name}", "Squared error saved against PCA"]
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
    told = (
        f"Each disc is a model, measured on {counted(len(parts.test), f'{parts.test.name} image')}"
        ". Further right, its code says more about each image; further down, its copies lose less."
    )
    if scale == "nats":
        told += (
            " Both are in nats and add up to what an image costs (−ELBO), the same along a dotted "
            "line: lower left is better."
        )
    else:
        told += " Lower left is better: less lost by a shorter code."
    if parts.train is not None:
        few, all_ = len(parts.train), counted(parts.of_train, f"{parts.train.name} image")
        which = all_ if few == parts.of_train else f"{few:,} of {all_}, evenly chosen"
        told += (
            f" The open circle is the same model on {which}: the longer the arrow from there, the "
            "worse it does on images that it has not seen."
        )
    return f"{told} Bars are ±: they hold the mean over all such images in 95 of 100 cases."


def bounded(scale: Scale, standings: Sequence[Standing], *, bounds: bool, looked_at: int) -> str:
    """What the dashed lines say, and what they do not; why there are none."""
    if not bounds and scale == "nats":
        kinds = listed(sorted({each.likelihood for each in standings}))
        return (
            "Here PCA has no line to compare with: it knows the squared error of a copy, which "
            f"alone does not tell what the copy costs in nats where p(x|z) is {kinds}. "
            "Choose “Squared error” to see it."
        )
    if not bounds:
        return ""
    what = "the least squared error" if scale == "squared error" else "the least distortion"
    apart = ""
    if scale == "nats" and (
        others := sorted({each.likelihood for each in standings if not each.one_sigma})
    ):
        apart = (
            " It holds where all pixels share one σ, and says nothing about models with p(x|z) "
            f"{listed(others)}."
        )
    return (
        f"A dashed line is {what} that any linear code of J numbers can reach, at each length of "
        f"the code: PCA of these very images ({counted(looked_at, 'image')}), told as exactly as "
        "the rate allows. A model below the line of its J has learned what no straight axes can "
        f"say.{apart}"
    )


def rule() -> str:
    """What decides a difference in the table."""
    return (
        "A difference counts where it is larger than its ±, else it cannot be said. The last "
        "column holds copies at the posterior mean against those of PCA with as many axes, learned "
        "from the same training images: above 0 the model loses less."
    )


def outside(count: int) -> str:
    """How many models lie so far from all others that the axes do not reach to them."""
    return f"{counted(count, 'model')} far from all others would lie outside of the chart."


def elsewhere(titles: Sequence[str]) -> str:
    """Which models are drawn on the other scale alone."""
    return (
        f"The nats of {listed(titles)} are on another scale (probabilities, those of "
        "256 levels and densities never share one): see the squared error."
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
