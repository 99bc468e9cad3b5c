"""Runs as a ZIP: a button that exports them, and a door through which they come in."""

import io
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.train.directing import import_own_runs
from latent_atlas.ui.visible_data import is_visible
from latent_atlas.ui.whole_runs import have_it_drawn
from vae_core.data.own.limits import MEGABYTE, megabytes
from vae_core.errors import AtlasError
from vae_core.runs import ImportedRuns, Run, export_runs, exported_bytes
from vae_core.sentences import counted

LARGEST_MB = 200  # of a ZIP, either way: a browser holds it in one piece, and so does the server
_TURN = "runs-import-turn"  # a new uploader after each import
_SAID = "runs-import-said"
_MOST_SAID = 5


def export_button(runs: Sequence[Run], key: str) -> None:
    """Offer runs as one ZIP, which is made when it is asked for.

    Args:
        runs: those to export; the button waits where there are none.
        key: of the button.
    """
    who = owner_here()
    mine = [run for run in runs if is_visible(run.config.dataset, who, run.config.data_dir)]
    size = exported_bytes(mine)
    too_large = size > LARGEST_MB * MEGABYTE
    st.download_button(
        "Export",
        partial(_zipped, mine),
        file_name=_file_name(mine),
        mime="application/zip",
        icon=":material/download:",
        type="tertiary",
        key=key,
        disabled=not mine or too_large,
        on_click="ignore",
        help="A ZIP of settings, curves, notes and models, without the data. "
        "“Import runs…” reads it, here or elsewhere.",
    )
    if too_large:
        st.caption(
            f"{counted(len(mine), 'run')} of {megabytes(size)}: more than the {LARGEST_MB:,} MB "
            "that a browser is sent at once. Choose fewer, or use `latent-atlas runs export`."
        )


def import_runs_button(runs_dir: Path) -> None:
    """Offer to bring runs in from a ZIP, where anything may be brought in.

    Args:
        runs_dir: the folder that they come into.
    """
    if in_classroom():
        return
    turn = st.session_state.setdefault(_TURN, 0)
    with st.popover("Import runs…", icon=":material/upload_file:", key="runs-import"):
        name = f"runs-import-file-{turn}"
        st.file_uploader(
            f"A ZIP of exported runs, up to {LARGEST_MB:,} MB",
            # Any type is let in, so that a wrong one is told what it is, not greyed out.
            type=None,
            key=name,
            max_upload_size=LARGEST_MB,
            on_change=_receive,
            args=(name, runs_dir),
        )
        said: ImportedRuns | str | None = st.session_state.get(_SAID)
        if isinstance(said, str):
            st.error(escaped_message(said), icon=":material/error:")
        elif said is not None:
            _tell(said)


def _receive(name: str, runs_dir: Path) -> None:
    """Callback: import what was chosen, and keep what came of it to be said."""
    upload = st.session_state[name]
    st.session_state.pop(_SAID, None)
    if upload is None:
        return
    try:
        st.session_state[_SAID] = import_own_runs(upload, runs_dir)
    except AtlasError as problem:
        st.session_state[_SAID] = str(problem)
    else:
        st.session_state[_TURN] += 1
    have_it_drawn()


def _tell(came: ImportedRuns) -> None:
    if came.runs:
        moved = len(came.renamed)
        again = f", {moved:,} of them beside one of the same name" if moved else ""
        st.success(f"{counted(len(came.runs), 'run')} imported{again}.", icon=":material/check:")
    for problem in came.problems[:_MOST_SAID]:
        st.error(escaped_message(problem), icon=":material/error:")
    if (more := len(came.problems) - _MOST_SAID) > 0:
        st.caption(f"{counted(more, 'more problem')} of this kind.")


def _zipped(runs: Sequence[Run]) -> bytes:
    """The content of the ZIP; runs apart from the page, so nothing here asks who it is for."""
    target = io.BytesIO()
    export_runs([run for run in runs if run.path.exists()], target)
    return target.getvalue()


def _file_name(runs: Sequence[Run]) -> str:
    stamp = time.strftime("%Y%m%d")
    return f"{runs[0].id}.zip" if len(runs) == 1 else f"latent-atlas-runs-{stamp}.zip"
