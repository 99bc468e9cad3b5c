"""Where a run stands, in numbers that move by themselves: no part of the page is drawn for them.

A part that is drawn anew costs the browser some 40 ms of a core, which a run that trains beside it
would lose; fetching the same words takes one.
"""

from collections.abc import Sequence
from pathlib import Path

from latent_atlas.ui.components import component
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.readout.answer import told_of
from latent_atlas.ui.train.run_view import Seen

_HERE = Path(__file__).parent
_readout = component(
    "latent_atlas_readout",
    "train/readout/readout",
    "createReadout",
    html=(_HERE / "readout.html").read_text(encoding="utf-8"),
    css=(_HERE / "readout.css").read_text(encoding="utf-8"),
)


def readout(story: Story, seen: Sequence[Seen], drawn: str) -> None:
    """Draw it for the run of `story`; it asks for what is new while a run is active.

    `seen` are all runs. Where the page should be another than `drawn`, a `page_state`, the part of
    the page that this stands in is run: again and again, for under a dialog the page cannot follow.
    """
    told = told_of(story, seen)
    moves = told["page"] != drawn or any(each.active for each in seen)
    address = f"api/runs/{story.run.id}/readout" if moves else None
    _readout(
        {"address": address, "drawn": drawn, "told": told},
        key=f"readout-{story.run.id}",
        on_page_change=lambda: None,
    )
