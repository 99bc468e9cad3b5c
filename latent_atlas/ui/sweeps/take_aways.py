"""What can be taken away: the table as CSV, and the command line that does the same."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.sweeps.reading import KnownSweep
from vae_core.sweeps import Table, sweep_command, table_csv


def take_aways(known: KnownSweep, tables: Sequence[Table]) -> None:
    """Draw both."""
    with st.expander("Take it away: CSV, command line"):
        st.download_button(
            "Results as CSV",
            table_csv(tables),
            file_name=f"{known.sweep.name}.csv",
            mime="text/csv",
            icon=":material/download:",
            key="sweep-csv",
            on_click="ignore",
        )
        st.markdown("The same sweep on a command line, and its results:")
        name = known.sweep.name
        show = f"latent-atlas sweep --show {name} --csv {name}.csv"
        st.code(f"{sweep_command(known.document)}\n{show}", language=None, wrap_lines=True)
