"""Take away: all that was measured of a model on these images, as files that live without the app.

Each file is made when its button is pressed; nothing is measured for it.
"""

from functools import partial
from pathlib import Path

import streamlit as st

from latent_atlas.reports.diagnosis.files import FILES
from latent_atlas.reports.diagnosis.report import (
    Diagnosis,
    MeasuredSection,
    diagnose_line,
    model_facts,
    now,
)
from latent_atlas.reports.diagnosis.section import Section
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.diagnose.looked_at import SEED, LookedAt
from latent_atlas.ui.diagnose.measured import found_before
from latent_atlas.ui.diagnose.view import View, measuring_views
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.whole_runs import have_it_drawn
from vae_core.sentences import listed

_KEY = "diagnose-take-away"
_NOT_YET = "nobody has had it measured on the page"


def take_away(view: View, looked_at: LookedAt, count: int) -> None:
    """Draw the menu; `view` shows so many images, of other views it takes the most measured."""
    menu = st.popover(
        "Take away", icon=":material/download:", type="tertiary", key=_KEY, on_change=have_it_drawn
    )
    if not menu.open:
        return
    found = diagnosis(view, looked_at, count)
    with menu, st.container(gap="xsmall"):
        if found.measured:
            labels = listed(each.section.label for each in found.measured)
            st.markdown(f"**What was measured so far:** {escaped(labels)}")
        else:
            st.markdown("Nothing is measured of this model on these images yet.")
        with st.container(horizontal=True, gap="xsmall"):
            for ending, each in FILES.items():
                st.download_button(
                    each.label,
                    partial(each.content, found),
                    file_name=f"diagnosis{ending}",
                    mime=each.mime,
                    on_click="ignore",
                    disabled=not found.measured,
                    key=f"{_KEY}{ending}",
                )
        if found.command:
            several = ", one for each number of images" if "\n" in found.command else ""
            st.markdown(f"The same on a command line{several}:")
            st.code(found.command, language=None, wrap_lines=True)


def diagnosis(view: View, looked_at: LookedAt, count: int) -> Diagnosis:
    """All that was measured of this model on these images, and why the rest was not."""
    subject, entry, data = looked_at.subject(), looked_at.entry, looked_at.data
    saved, kinship = loaded(entry), looked_at.kinship
    measured, unmeasured, counts = [], [], []
    for each in measuring_views().values():
        offered = each.offered(each.there(looked_at))[::-1]
        if each.name == view.name:
            offered.insert(0, count)
        why = each.section.refusal(subject)
        found = None
        for images in offered if why is None else ():
            if (found := found_before(each, looked_at, images)) is not None:
                measured.append(MeasuredSection(each.section, found))
                counts.append(images)
                break
        if found is None:
            unmeasured.append((each.section, why or _NOT_YET))
    return Diagnosis(
        title=entry.title,
        dataset=data.title,
        targets=subject.targets,
        where={
            "checkpoint": entry.title,
            "dataset": data.name,
            "split": looked_at.split.name,
            "trained_on": saved.training.dataset,
            "relation": kinship.relation,
            "images": max(counts, default=0),
            "treatment": looked_at.treatment,
            "seed": SEED,
        },
        model=model_facts(saved, entry.digest),
        measured=measured,
        unmeasured=unmeasured,
        notes=[kinship.sentence] if kinship.strange else [],
        command=_command(looked_at, measured, counts),
        created=now(),
    )


def _command(looked_at: LookedAt, measured: list[MeasuredSection], counts: list[int]) -> str:
    """A line for each number of images that something was measured on.

    Empty for what a command line has no name for: an epoch of a run, and images brought here.
    """
    called, data = looked_at.entry.called, looked_at.data_called
    if not (called and data and measured):
        return ""
    sections: dict[int, list[Section]] = {}
    for images, each in zip(counts, measured, strict=True):
        sections.setdefault(images, []).append(each.section)
    return "\n".join(
        diagnose_line(
            called,
            data,
            looked_at.split.name,
            those,
            images=images,
            out=Path("diagnosis.html" if len(sections) == 1 else f"diagnosis-{images}.html"),
        )
        for images, those in sections.items()
    )
