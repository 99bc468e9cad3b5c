"""Where a paused run takes one batch at a time: the component, and what its buttons do."""

from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.components import component
from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.limits import check_resume
from latent_atlas.ui.owners import may_direct, owner_here
from latent_atlas.ui.train.directing import direct
from latent_atlas.ui.train.run_view import Seen
from latent_atlas.ui.visible_data import is_visible
from vae_core.runs import Run
from vae_core.runs.batch_trace import traced_at
from vae_core.runs.one_batch import request_batch

_HERE = Path(__file__).parent
_stations = component(
    "latent_atlas_one_batch",
    "train/one_batch/one_batch",
    "createOneBatch",
    html='<section class="one-batch" aria-label="One batch, step by step"></section>\n',
    css=(_HERE / "one_batch.css").read_text(encoding="utf-8"),
)


def takes_single_batches(seen: Seen) -> bool:
    """Whether this visitor may take a batch of the run now, and look at it."""
    return (
        seen.status.state == "paused"
        and seen.run.config.traceable
        and may_direct(seen.run.path)
        and is_visible(seen.run.config.dataset, owner_here())
    )


def one_batch(seen: Seen) -> None:
    """Draw it."""
    run, key = seen.run, f"one-batch-{seen.run.id}"
    step = seen.status.step
    _stations(
        {
            "address": f"api/runs/{run.id}/batch",
            "step": step,
            "traced": traced_at(run.path) == step,
            "answered": st.session_state.get(_answered(key)),
        },
        key=key,
        on_asked_change=partial(_take, seen, key),
        on_taken_change=lambda: None,  # the page is drawn anew, for the run has taken a step
    )


def _take(seen: Seen, key: str) -> None:
    """Callback: the browser has asked for a batch, and waits until this is through."""
    sent = st.session_state[key].get("asked")
    if not isinstance(sent, int):
        return
    # Not the step of what is drawn next: by then the batch may have been taken.
    answered = {"asked": sent, "after": seen.status.step}

    def within_limits(run: Run) -> None:
        if (who := owner_here()) is not None:
            check_resume(run, who)
        answered["after"] = request_batch(run)

    st.session_state[_answered(key)] = answered
    with explained_errors():
        direct(seen.run, within_limits)


def _answered(key: str) -> str:
    return f"{key}-answered"
