"""Take away: what is compared as files that live on without the app, and the command line for it.

What the files need beyond what the page has measured is measured once the menu is opened, in the
background; each file is made when its button is pressed.
"""

from functools import partial

import streamlit as st

from latent_atlas.reports.comparison.files import FILES
from latent_atlas.reports.comparison.measuring import Measured
from latent_atlas.reports.comparison.measuring import measured as all_measured
from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.kept import Kept
from latent_atlas.ui.reconstruct.reported import Report, can_be_judged, report_of, subjects
from latent_atlas.ui.whole_runs import have_it_drawn
from latent_atlas.ui.widget_values import held
from vae_core.data.own import ImportCancelled
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Watch
from vae_core.sentences import counted

_KEY = "reconstruct-take-away"
_IDENTITY = f"{_KEY}-identity"
_SOON = 1.0  # seconds that the menu waits before it shows progress
_HUNDRED = 100
_SHARE = 0.8  # of the time, for what each model gives of each image
_made: Kept[Measured] = Kept(2)


def take_away(comparison: Comparison) -> None:
    """Draw the menu; what is in it is measured when it is opened."""
    menu = st.popover(
        "Take away", icon=":material/download:", type="tertiary", key=_KEY, on_change=have_it_drawn
    )
    if not menu.open:
        return
    with menu, st.container(gap="xsmall"):
        st.markdown("**These models on these images**")
        report = _asked(comparison)
        there = _measured(report)
        with st.container(horizontal=True, gap="xsmall"):
            for name, each in FILES.items():
                st.download_button(
                    each.label,
                    partial(content, report, name),
                    file_name=name,
                    mime=each.mime,
                    on_click="ignore",
                    disabled=not there,
                    key=f"{_KEY}-{name}",
                )
        if report.command:
            st.markdown("The same on a command line:")
            st.code(report.command, language=None, wrap_lines=True)


def content(report: Report, name: str) -> bytes:
    """The file of this name. Raises AtlasError where a model is gone meanwhile."""
    found = _made.get(report.name)
    if found is None:  # others have asked for theirs since the button was drawn
        found = all_of(report, Watch())
    return b"".join(FILES[name].content(found))


def all_of(report: Report, watch: Watch) -> Measured:
    """What the models give of each image, then the record of it. Raises Cancelled."""
    first = Watch(lambda done: watch.progress(_SHARE * done), watch.cancelled)
    second = Watch(lambda done: watch.progress(_SHARE + (1 - _SHARE) * done), watch.cancelled)
    found = all_measured(subjects(report, first), second)
    _made.put(report.name, found)
    return found


def _asked(comparison: Comparison) -> Report:
    """What is to be in it, as far as there is a choice."""
    identity = can_be_judged(comparison) and st.checkbox(
        "With “Kept the identity?” in the report",
        held(_IDENTITY, usual=False),
        key=_IDENTITY,
        help="A small classifier says which classes survive. Where it has not learned them yet, it "
        "does: in seconds, of a large set in a minute.",
    )
    try:
        return report_of(comparison, identity=identity)
    except AtlasError as problem:
        st.caption(escaped_message(str(problem)))
        return report_of(comparison, identity=False)


def _measured(report: Report) -> bool:
    """Whether all is measured; until it is, how far that is, and what stops it or goes on."""
    if _made.get(report.name) is not None:
        return True
    job = jobs.find(report.name)
    if job is None or job.state == "finished":  # what it found has been forgotten since
        count = counted(len(report.comparison.columns), "model")
        job = jobs.start(report.name, f"Measuring {count}", partial(_work, report))
        job.wait(_SOON)
    if job.state == "running":
        watch(job, report.name, "%")
    elif job.state != "finished":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(escaped_message(job.message))
            st.button("Go on", key=f"{_KEY}-again", on_click=jobs.forget, args=(report.name,))
    return job.state == "finished"


def _work(report: Report, tell: Progress, cancelled: IsCancelled) -> str:
    try:
        all_of(report, Watch(lambda done: tell(round(_HUNDRED * done), _HUNDRED), cancelled))
    except Cancelled:
        raise ImportCancelled("Stopped: the files were not made.") from None
    return ""
