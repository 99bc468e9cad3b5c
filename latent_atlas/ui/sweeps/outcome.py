"""What came of a sweep: charts, the chosen trial's plane beside them, and the tables."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.reports.data_words import as_measure, treated
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.sweeps.charts import parallel_chart, rate_distortion_chart
from latent_atlas.ui.sweeps.results import group_table, trial_table
from latent_atlas.ui.sweeps.trial import trial
from vae_core.data import available_datasets
from vae_core.runs import Run
from vae_core.sweeps import SEED, Table, told_apart


def outcome(tables: Sequence[Table], chosen: Run | None) -> None:
    """Draw it; what was measured on another scale has charts and a table of its own."""
    run = None if chosen is None else chosen.id
    for k, table in enumerate(tables):
        key = str(k)
        if len(tables) > 1:
            st.header(escaped(_scale(table)))
        with st.container():
            if k == 0 and chosen is not None:
                wide, narrow = st.columns([3, 2], gap="medium")
                with wide:
                    parallel_chart(table, run, key)
                    rate_distortion_chart(table, run, key)
                with narrow:
                    trial(chosen, _called(tables, chosen))
            else:
                parallel_chart(table, run, key)
                rate_distortion_chart(table, run, key)
        group_table(table, key)
        trial_table(table, run, key)


def _called(tables: Sequence[Table], run: Run) -> str:
    """What tells a trial from the others, its seed last."""
    rows = [row.values for table in tables for row in table.rows if row.run.id == run.id]
    if not rows or not rows[0]:
        return run.title
    return told_apart(dict(sorted(rows[0].items(), key=lambda each: each[0] == SEED)))


def _scale(table: Table) -> str:
    scale = table.scale
    channels = {info.name: info.image_shape[0] for info in available_datasets()}
    measure = f", {as_measure(scale.density)}" if scale.density else ""
    images = treated(scale.treatment, channels.get(scale.dataset, 1))
    how = "" if scale.treatment == "grey" else f" ({scale.treatment})"
    return f"{images} {scale.dataset}{how}{measure}"
