"""Samples: whether they look real, show all there is, and are not copied, beside real images."""

from collections.abc import Iterator, Mapping
from html import escape

import streamlit as st

from latent_atlas.reports.colours import line_colour
from latent_atlas.reports.diagnosis.pictures import short_label
from latent_atlas.reports.diagnosis.section import Subject
from latent_atlas.reports.diagnosis.sections.samples import (
    SECTION,
    SamplesFinding,
    density,
    remembered,
)
from latent_atlas.reports.diagnosis.sections.sharpness import ratio_text
from latent_atlas.reports.shares import percent
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT, QUIET
from latent_atlas.ui.diagnose.dots_chart import Along, Dot, Dots, dots_height, dots_option
from latent_atlas.ui.diagnose.strips import draw_strips
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.plotly_ink import is_dark
from latent_atlas.ui.shared_moments import Option
from vae_core.evaluation import Watch
from vae_core.evaluation.proportions import Proportion
from vae_core.evaluation.sample_measures import (
    CONFIDENT,
    LEAST,
    RULE,
    InFeatures,
    SampleMeasures,
    Verdict,
)
from vae_core.numerals import with_error
from vae_core.sentences import counted, listed

SHARES = ("coverage", f"recognised at {CONFIDENT}", "precision", "recall")
_SAID: Mapping[Verdict, str] = {
    "failing": "fail",
    "passing": "pass",
    "cannot be said": "may fail, which cannot be said",
}
_STYLE = """<style>
.diagnose-measures { overflow-x: auto; }
.diagnose-measures table { border-collapse: collapse; font-size: 14px; line-height: 20px;
  font-variant-numeric: tabular-nums; }
.diagnose-measures :is(th, td) { font-weight: 400; text-align: right; padding: 4px 0 4px 24px;
  white-space: nowrap; border-bottom: 1px solid rgb(128 128 128 / 20%); }
.diagnose-measures th[scope=row] { text-align: left; padding-left: 0; white-space: normal; }
@media (max-width: 640px) {
  .diagnose-measures :is(th, td) { padding-left: 8px; font-size: 12px; white-space: normal; }
}
</style>"""


def title(found: SamplesFinding) -> str:
    """Which kinds of picture fail."""
    told = [
        f"{short_label(name)} {_SAID[each.features.verdict]}"
        for name, each in found.of.items()
        if each.features is not None
    ]
    if not told:
        return "What it makes of chance, beside real images"
    sentence = listed(told)
    return sentence[0].upper() + sentence[1:]


def _shares(seen: InFeatures, *, real: bool = False) -> tuple[Proportion, ...]:
    """In the order of ``SHARES``: of pictures, or of as many real images."""
    found = seen.coverage.floor if real else seen.coverage.samples
    recognised = seen.real_recognised if real else seen.recognised
    return found.coverage, recognised, found.precision, found.recall


def chart(seen: Mapping[str, InFeatures], *, ink: str) -> Option:
    """The option: a row for each share, a dot for each kind of picture, and one for real images."""
    kinds = {short_label(name): _shares(each) for name, each in seen.items()}
    dots = [
        Dots(label, line_colour(place), list(map(_dot, shares)))
        for place, (label, shares) in enumerate(kinds.items())
    ]
    *_, floor = seen.values()
    dots.append(Dots("real images", QUIET, [*map(_dot, _shares(floor, real=True))], "diamond"))
    along = Along("%", 0, 100, mark=100 * LEAST)
    return dots_option(SHARES, dots, along, ink=ink)


def _dot(share: Proportion) -> Dot:
    low, value, high = (100 * each for each in (share.low, share.share, share.high))
    return Dot(low, value, high, percent(share))


def table(found: SamplesFinding) -> str:
    """All measures as HTML: a row each, a column for each kind of picture, and one for real ones.

    Real images are held against each kind by themselves: its column has those of the last one.
    """
    kinds = [short_label(name) for name in found.of]
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in [*kinds, "real images"])
    columns = [_numbers(each) for each in found.of.values()]
    *_, last = found.of.values()
    real = _real_numbers(last)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(each.get(name, ''))}</td>" for each in [*columns, real])
        + "</tr>"
        for name in columns[0]
    )
    return (
        f'{_STYLE}<div class="diagnose-measures"><table><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _numbers(of: SampleMeasures) -> dict[str, str]:
    made, seen = of.drawn, of.features
    told = {
        "sharpness": ratio_text(of.sharpness.laplacian),
        "high frequencies": ratio_text(of.sharpness.high_frequency),
    }
    if seen is not None:
        told |= {
            "Fréchet distance": with_error(seen.frechet.value, seen.frechet.half_width),
            "kernel distance (KID)": with_error(seen.kernel.value, seen.kernel.half_width),
            "density": density(seen.coverage.samples),
            **dict(zip(SHARES, map(percent, _shares(seen)), strict=True)),
        }
    if of.memorisation is not None:
        told["nearer to training than 95 % of test images"] = percent(of.memorisation.near)
    told["pictures a second, on this machine"] = with_error(
        made.per_second, made.per_second_half_width
    )
    return told


def _real_numbers(of: SampleMeasures) -> dict[str, str]:
    seen = of.features
    told = {"sharpness": "1", "high frequencies": "1"}
    if seen is not None:
        told |= {
            "Fréchet distance": with_error(seen.frechet.floor, seen.frechet.floor_half_width),
            "kernel distance (KID)": with_error(seen.kernel.floor, seen.kernel.floor_half_width),
            "density": density(seen.coverage.floor),
            **dict(zip(SHARES, map(percent, _shares(seen, real=True)), strict=True)),
        }
    return told


def draw(found: SamplesFinding) -> None:
    """The shares with the rule, all measures, and the pictures."""
    seen = {name: each.features for name, each in found.of.items() if each.features is not None}
    if seen:
        st.echarts_chart(
            chart(seen, ink=INK_DARK if is_dark() else INK_LIGHT),
            height=dots_height(len(SHARES)),
            key="diagnose-samples",
            alt="Shares of pictures that look real and of real images shown; the table says them",
        )
        st.caption(RULE)
    else:
        st.info(escaped_message(found.unclassed))
    st.html(table(found))
    for sentence in _sentences(found):
        st.caption(escaped(sentence))
    st.markdown("#### The pictures")
    draw_strips(found.strips)


def _sentences(found: SamplesFinding) -> Iterator[str]:
    count = len(next(iter(found.of.values())).drawn.pictures)
    against = "".join(
        f" {short_label(name)[0].upper()}{short_label(name)[1:]} are held against real images "
        "drawn black and white, as the model learned them."
        for name in found.binary
    )
    yield (
        f"{counted(count, 'picture')} of each kind against as many real ones ({found.split}); the "
        "column of real images has what as many others of them give: what chance alone does."
        f"{against} ± and brackets hold in 95 of 100 cases. The model has "
        f"{counted(found.parameters, 'parameter')}."
    )
    for name, each in found.of.items():
        if each.memorisation is not None:
            yield f"{short_label(name)[0].upper()}{short_label(name)[1:]}. " + remembered(
                each.memorisation
            )


def _measure(subject: Subject, count: int, watch: Watch) -> SamplesFinding:
    return SECTION.measure(SECTION.cut(subject, count), watch)  # type: ignore[return-value]


VIEW = View(
    section=SECTION,
    counts=(300, 1_000, 2_000, 10_000),
    usual=2_000,
    measure=_measure,
    asked="Whether its samples look real, and show all there is",
    about=(
        "Half as many pictures as there are real images are made of chance and held against them: "
        "in the eyes of a small frozen classifier, and against all training images, to see whether "
        "any was copied. The classifier learns once, in a minute or two; then it takes seconds, "
        "with 10,000 images minutes."
    ),
    title=title,
    draw=draw,
)
