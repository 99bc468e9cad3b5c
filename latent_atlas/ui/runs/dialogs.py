"""Which dialog stands over the Runs page."""

from collections.abc import Sequence
from pathlib import Path

from latent_atlas.ui.dialogs import asked_about, close_dialog
from latent_atlas.ui.runs.removal import EMPTY, emptying
from latent_atlas.ui.runs.tagging import TAG, tag_runs
from latent_atlas.ui.train.annotating import ABOUT, annotations_dialog
from vae_core.runs import Row


def dialog(runs_dir: Path, rows: Sequence[Row], ticked: Sequence[Row]) -> None:
    """Draw the dialog that is open, if one is."""
    known = sorted({tag for row in rows for tag in row.annotations.tags})
    about = next((row for row in rows if row.run.id == asked_about(ABOUT)), None)
    if about is not None:
        annotations_dialog(about.run, known)
    elif asked_about(TAG) is not None and ticked:
        tag_runs(ticked, known)
    elif asked_about(EMPTY) is not None:
        emptying(runs_dir)
    else:  # what it asks about has gone
        close_dialog()
