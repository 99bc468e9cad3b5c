"""The gap in the bound: how far it falls short of log p(x), and whose fault that is."""

import math

import streamlit as st

from latent_atlas.reports.diagnosis.sections.gap import SECTION, GapFinding, OfSplit, of_splits
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.charts import INK_DARK, INK_LIGHT
from latent_atlas.ui.diagnose.gap_charts import (
    curve_option,
    gap_text,
    gaps_height,
    gaps_option,
)
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.posterior.component import DIMENSIONS, posterior_plane
from latent_atlas.ui.diagnose.view import View
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.plotly_ink import is_dark
from vae_core.evaluation.gaps import Gaps
from vae_core.models import VAE
from vae_core.numerals import with_error
from vae_core.sentences import counted

RULE = (
    "± holds the mean over images like these in 95 of 100 cases. Which part is larger is said "
    "where the difference, taken image by image, is beyond two standard errors, else it cannot "
    "be said."
)


def larger_part(gaps: Gaps) -> str | None:
    """Which of the two parts is larger; None where that cannot be said."""
    apart = gaps.amortisation.each - gaps.approximation.each
    if len(apart) < 2:
        return None
    mean, error = apart.mean().item(), apart.std().item() / math.sqrt(len(apart))
    if not abs(mean) > 2 * error:
        return None
    return "amortisation" if mean > 0 else "approximation"


def title(found: GapFinding) -> str:
    """How far the bound is below, and the larger cause."""
    gaps = found.splits[0].gaps
    why = {
        "amortisation": ", mostly because the encoder is imprecise",
        "approximation": ", mostly because q(z|x) has too simple a shape",
    }
    told = why.get(larger_part(gaps) or "", "")
    return f"The bound is {gap_text(gaps.inference)} nats below log p(x){told}"


def sentence(each: OfSplit) -> str:
    """Whole and parts on one split, and the larger of them."""
    gaps, log_p = each.gaps, each.gaps.evidence.joined
    images = counted(len(log_p.log_p), "image")
    larger = larger_part(gaps)
    verdict = "which is larger cannot be said" if larger is None else f"the {larger} is larger"
    level = with_error(log_p.mean, 2 * log_p.standard_error)
    return (
        f"**{escaped(each.name)}** ({images}): log p(x) is {level} nats an image (by "
        f"{log_p.method}), and the bound {gap_text(gaps.inference)} below: "
        f"{gap_text(gaps.approximation)} because no {escaped(gaps.family)} Gaussian comes nearer "
        f"(approximation), {gap_text(gaps.amortisation)} because the encoder does not find the "
        f"best one (amortisation); {verdict}."
    )


def draw(found: GapFinding) -> None:
    """The bars, the sentences with their rule, and the curve."""
    ink = INK_DARK if is_dark() else INK_LIGHT
    st.echarts_chart(
        gaps_option(found, ink=ink),
        height=gaps_height(found),
        key="diagnose-gaps",
        alt="How far the bound is below log p(x), in two parts; the sentences say it in numbers",
    )
    for each in found.splits:
        st.markdown(sentence(each))
        for doubt in each.gaps.doubts:
            st.caption(escaped(doubt.sentence))
    st.caption(RULE)
    for name, apart in found.differences().items():
        if name != "inference":
            first, second = (escaped(split.name) for split in found.splits[:2])
            by = with_error(apart.mean, 2 * apart.standard_error)
            st.caption(
                f"The {name} gap on {first} less that on {second}: {by} nats: {apart.verdict}."
            )
    st.markdown("#### More draws of z bring the bound nearer")
    st.echarts_chart(
        curve_option(found, ink=ink),
        height=340,
        key="diagnose-curve",
        alt="The bound of k draws rises towards log p(x) as k grows",
    )
    st.caption(
        "L_k is the bound that k draws of z make together (IWAE); the ELBO is L_1. Dashed is log "
        "p(x), which no L_k passes but by chance. The band is what another seed would change on "
        "these images."
    )


def lively(looked_at: LookedAt, found: GapFinding | None) -> None:
    """The gap of single images on the plane, where there is one, whether it is measured or not."""
    model = loaded(looked_at.entry).model
    if not isinstance(model, VAE):
        return
    latent_dim = model.architecture.latent_dim
    if latent_dim != DIMENSIONS:
        st.caption(
            "A model of two latent dimensions shows here where an image could have come from, and "
            f"what the encoder says of it: this one has {latent_dim:,}."
        )
        return
    posterior_plane(looked_at, model, None if found is None else found.splits[0].gaps)


VIEW = View(
    section=SECTION,
    counts=(10, 25, 100, 500),
    usual=25,
    measure=lambda subject, count, watch: of_splits(subject.first(count), watch),
    asked="How far the bound is below log p(x), and why",
    about=(
        "A VAE learns by a lower bound of log p(x). Measured is how far below it is, and how much "
        "of that is the fault of q(z|x)'s simple shape, how much of the encoder. It takes seconds "
        "with one or two latent dimensions, minutes with more."
    ),
    title=title,
    draw=draw,
    lively=lively,
)
