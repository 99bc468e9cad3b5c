"""How the server's process is set up, once, for a page that answers quickly."""

import gc

import streamlit as st
import torch


def limit_torch_threads() -> None:
    """One torch thread in the server: a run trains beside it, and spinning threads stop both.

    A thread takes the number over when it first computes, so this comes before all others do.
    """
    torch.set_num_threads(1)


@st.cache_resource(show_spinner=False)
def freeze_imports(page: str) -> None:
    """Take what is imported by now out of the garbage collector's sight, once per page.

    Streamlit collects garbage after every script run while it holds the GIL: 166 ms with torch
    imported, 248 ms with plotly too, and next to nothing when those modules are frozen. This must
    come after the imports of a page, hence once for each.
    """
    gc.collect()
    gc.freeze()
