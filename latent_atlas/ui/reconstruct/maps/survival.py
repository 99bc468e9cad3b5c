"""Which distances survive retraining: on demand, in the background, with a way to stop it."""

import hashlib
import re
from collections.abc import Sequence
from functools import partial

# As in `paper/figure.py`: Plotly asks pandas about all that it draws once it finds it.
import pandas  # noqa: F401
import streamlit as st

from latent_atlas.reports.rate_axes import AXIS, straight_axis
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.plotly_ink import put_ink
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.maps import words
from latent_atlas.ui.reconstruct.measure import fingerprint
from latent_atlas.ui.reconstruct.rate_distortion.standing import Kept
from vae_core.data.own import ImportCancelled
from vae_core.latent.retraining import FEWEST_MODELS, PAIRS, Survival, distances_survive
from vae_core.numerals import grouped
from vae_core.sentences import counted

_HEIGHT = 340  # pixels
_SEED = re.compile(r" --seed \d+")
_found: Kept[Survival] = Kept(64)


def twins(comparison: Comparison, of: Column) -> list[Column]:
    """The columns that differ from one by chance alone, itself among them.

    Of one architecture, and trained alike on the same images but for the seed.
    """
    alike = [column for column in comparison.columns if _asked(column) == _asked(of)]
    # The very same weights twice are no retraining.
    return list({column.entry.digest: column for column in alike}.values())


def _asked(column: Column) -> tuple[object, ...]:
    """All that was asked of a training, but the seed; as far as the file tells."""
    told = loaded(column.entry).training
    command = _SEED.sub("", told.command or "")
    learned = told.dataset, told.split, told.treatment, told.algorithm, told.changes
    return (column.vae.architecture, *learned, command)


def survival(comparison: Comparison, of: Column) -> None:
    """Draw the question, its answer once it is known, or what is missing."""
    st.markdown("**Distances that survive retraining**")
    columns = twins(comparison, of)
    if len(columns) < FEWEST_MODELS:
        st.caption(escaped(words.more_needed(len(columns))))
        return
    key = _key(columns, comparison)
    if (found := _found.get(key)) is not None:
        st.markdown(words.survival(found))
        with st.columns(2)[0]:
            _chart(found)
        return
    job = jobs.find(key)
    if job is not None and job.state == "running":
        watch(job, key, unit="distances")
        return
    st.markdown(escaped(words.invitation([column.title for column in columns])))
    with st.container(horizontal=True, vertical_alignment="center"):
        pairs = min(PAIRS, len(comparison.split) // 2)
        st.button(
            f"Measure {counted(pairs, 'pair')}",
            icon=":material/straighten:",
            key="measure-survival",
            on_click=partial(_begin, key, columns, comparison),
        )
        if job is not None and job.message:
            st.markdown(escaped_message(job.message))


def _begin(key: str, columns: Sequence[Column], comparison: Comparison) -> None:
    """Callback: measure in a thread of the server."""
    models, images = [column.vae for column in columns], comparison.split.images
    total = len(models) * min(PAIRS, len(images) // 2)

    def work(progress: Progress, cancelled: IsCancelled) -> str:
        def told(done: float) -> None:
            progress(round(done * total), total)
            if cancelled():
                raise ImportCancelled("Stopped: nothing of it is kept.")

        _found.put(key, distances_survive(models, images, on_part=told))
        return ""

    jobs.start(key, "Geodesics", work)


def _key(columns: Sequence[Column], comparison: Comparison) -> str:
    digests = sorted(column.entry.digest for column in columns)
    told = "\n".join([*digests, fingerprint(comparison.split.images).hex()])
    return f"survival-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _chart(found: Survival) -> None:
    """Each pair a point: how its straight distance varies over models, and how its geodesic."""
    straight = (100 * found.euclidean_variation).tolist()
    curved = (100 * found.geodesic_variation).tolist()
    top = 1.05 * max(*straight, *curved, 1e-6)
    pairs = found.pairs.tolist()
    layout = {
        "xaxis": straight_axis("straight distance varies by, %", (0.0, top)),
        "yaxis": straight_axis("geodesic varies by, %", (0.0, top)),
        "hovermode": "closest",
        "showlegend": False,
        "shapes": [
            {
                "type": "line",
                "layer": "below",
                "line": {"color": AXIS, "width": 1, "dash": "dot"},
                "x0": 0,
                "y0": 0,
                "x1": top,
                "y1": top,
            }
        ],
        "annotations": [],
        "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
    }
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": straight,
        "y": curved,
        "marker": {"size": 9, "color": "#009988"},
        "hovertext": [f"images {grouped(a)} and {grouped(b)}" for a, b in pairs],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    put_ink(layout)
    st.caption("Each point is a pair of images; below the dotted line its geodesic varies less.")
    st.plotly_chart(
        {"data": [trace], "layout": layout},
        height=_HEIGHT,
        key="survival-chart",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        alt="How much the distance of each pair varies over models",
    )
