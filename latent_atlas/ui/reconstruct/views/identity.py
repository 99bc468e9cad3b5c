"""Kept the identity? Whether what comes back of an image is still taken for its class."""

import re
from collections.abc import Sequence

import streamlit as st

from latent_atlas.reports.colours import QUIET_DARK, QUIET_LIGHT
from latent_atlas.ui import address
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.judges.judge import Judge
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.identity import words
from latent_atlas.ui.reconstruct.identity.card import (
    CLASSES,
    judge_card,
    shown_judge,
    standing_told,
)
from latent_atlas.ui.reconstruct.identity.changed import changed
from latent_atlas.ui.reconstruct.identity.figures import (
    MOST_CELLS_A_SIDE,
    confusion_option,
    samples_option,
    top_share,
)
from latent_atlas.ui.reconstruct.identity.measuring import known, measure, measure_again, measuring
from latent_atlas.ui.reconstruct.identity.path import PARAMETERS as PATH_PARAMETERS
from latent_atlas.ui.reconstruct.identity.path import between_classes
from latent_atlas.ui.reconstruct.parameters import Parameter, choose, one_of, segments
from latent_atlas.ui.reconstruct.view import Kept, View
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.evaluation import Identity, Picture, largest_changes, standing
from vae_core.sentences import counted

ACROSS = 3  # models side by side
LISTED = 12  # changes of class of each model that are offered
_PICTURE, _PICTURES = "picture", {"mean": "Mean z", "sample": "Sample z"}
_CHANGE, _LIST = "change", "identity-change"
_ASKED = re.compile(r"([0-9]{1,2})-([0-9]{1,4})-([0-9]{1,4})", re.ASCII)

Change = tuple[int, int, int]  # the place of a model among the columns, and two classes


def title(comparison: Comparison) -> str:
    """How many images keep their class, once it is known."""
    judge = shown_judge(comparison)
    found = None if judge is None else known(comparison, judge)
    return words.title([each.kept("mean").share for each in found or ()])


def draw(comparison: Comparison) -> Kept:
    """The judge, and what it makes of each model."""
    judge = judge_card(comparison)
    if judge is None:
        return {}
    found = _measured(comparison, judge)
    if found is None:
        return {}
    if judge.column is None and (accuracy := found[0].originals_right) is not None:
        labels = found[0].reference
        standing_told(standing(accuracy, int(labels.bincount().max()) / len(labels)))
    picture = _picture()
    _told(comparison, found, picture)
    change = _asked(comparison, found[0])
    _charts(comparison, found, picture)
    _changes(comparison, found, picture, change)
    between_classes(comparison, judge, found)
    st.caption(words.SURE)
    return {_CHANGE: None if change is None else "-".join(map(str, change))}


def _measured(comparison: Comparison, judge: Judge) -> list[Identity] | None:
    """The verdicts on each model; until they are there, how far the work is, or why it ended."""
    if (found := known(comparison, judge)) is not None:
        return found
    job = measuring(comparison, judge)
    if job is None or job.state == "finished":
        job = measure(comparison, judge)
    if known(comparison, judge) is not None:
        st.rerun()  # the title above says what is known
    if job.state == "running":
        watch(job, "identity-measuring", "images")
        return None
    st.info(escaped_message(job.message))
    st.button(
        "Look again",
        icon=":material/refresh:",
        key="identity-again",
        on_click=measure_again,
        args=(comparison, judge),
    )
    return None


def _picture() -> Picture:
    return "sample" if segments(_PICTURE, "Picture", _PICTURES) == "sample" else "mean"


def _told(comparison: Comparison, found: list[Identity], picture: Picture) -> None:
    """What is better, where there are several."""
    named = [(c.title, each) for c, each in zip(comparison.columns, found, strict=True)]
    for other in named[1:]:
        st.markdown(words.held_against(named[0], other, picture))


def _charts(comparison: Comparison, found: list[Identity], picture: Picture) -> None:
    ink = QUIET_DARK if st.context.theme.type == "dark" else QUIET_LIGHT
    labels = found[0].labels
    counts = None if labels is None else labels.bincount(minlength=len(found[0].class_names))
    originals = [] if counts is None else (counts / counts.sum()).tolist()
    top = top_share([each.prior_shares for each in found], originals)
    pairs = list(enumerate(zip(comparison.columns, found, strict=True)))
    if len(pairs) == 1:
        left, right = st.columns(2)
        with left:
            _model(0, comparison.columns[0], found[0], picture, ink)
        with right:
            st.markdown("#### Samples from the prior")
            _samples(0, found[0], originals, top, ink, height=400)
        return
    across = min(ACROSS, len(pairs))
    for start in range(0, len(pairs), across):
        for (place, (column, each)), cell in zip(
            pairs[start : start + across], st.columns(across), strict=False
        ):
            with cell:
                _model(place, column, each, picture, ink)
                _samples(place, each, originals, top, ink, height=200)


def _model(place: int, column: Column, found: Identity, picture: Picture, ink: str) -> None:
    st.markdown(f"#### {escaped(column.title)}\n{words.verdict(found, picture)}")
    table = found.confusion(picture)
    if len(table) > MOST_CELLS_A_SIDE:
        st.caption(
            f"{counted(len(table), 'class', 'classes')} make no map that can be read: the largest "
            "changes are listed below."
        )
        return
    key = f"identity-map-{place}"
    st.echarts_chart(
        confusion_option(table, found.class_names, ink=ink),
        height=400,
        key=key,
        on_select=lambda: _pick(key, place, len(table)),
        alt=f"Which classes come back as which under {column.title}",
    )


def _samples(
    place: int, found: Identity, originals: list[float], top: float, ink: str, *, height: int
) -> None:
    st.markdown(f":small[{words.of_samples(found)}]")
    st.echarts_chart(
        samples_option(found.prior_shares, originals, found.class_names, top=top, ink=ink),
        height=height,
        key=f"identity-samples-{place}",
        alt="Classes of samples from the prior",
    )


def _changes(
    comparison: Comparison, found: list[Identity], picture: Picture, chosen: Change | None
) -> None:
    """The list of changes of class, and images of the one that is chosen."""
    tables = [each.confusion(picture) for each in found]
    offered = [
        (place, change.before, change.after)
        for place, table in enumerate(tables)
        for change in largest_changes(table, LISTED)
    ]
    if chosen is not None and chosen not in offered:
        offered.insert(0, chosen)
    st.markdown("#### Images that became something else")
    if not offered:
        st.caption("None did.")
        return

    def told(change: Change) -> str:
        place, before, after = change
        names = found[place].class_names
        whose = f"{comparison.columns[place].title}: " if len(found) > 1 else ""
        count = int(tables[place][before, after])
        return f"{whose}{words.of_change(names[before], names[after], count)}"

    shown = chosen or offered[0]
    put(_LIST, shown, told(shown))
    st.selectbox(
        "Change of class",
        offered,
        offered.index(shown),
        format_func=told,
        key=_LIST,
        on_change=on_choice(_LIST, lambda: _pick_of(offered)),
        width=360,
    )
    place, before, after = shown
    changed(comparison, comparison.columns[place], found[place], picture, before, after)


def _asked(comparison: Comparison, found: Identity) -> Change | None:
    """The change of class that the address names, where there is such a one."""
    change = _change_of(address.first_named(_CHANGE) or "", comparison)
    most = len(found.class_names)
    return change if change is not None and max(change[1:]) < most else None


def _change_of(text: str, comparison: Comparison) -> Change | None:
    asked = _ASKED.fullmatch(text)
    if asked is None:
        return None
    place, before, after = (int(each) for each in asked.groups())
    return (place, before, after) if place < len(comparison.columns) else None


def _written_change(text: str, comparison: Comparison) -> str | None:
    """A change of class as it is asked for; whether there are such classes the judge knows."""
    change = _change_of(text, comparison)
    return None if change is None else "-".join(map(str, change))


def _pick_of(offered: Sequence[Change]) -> None:
    """Callback: another one of the list. A title from before it changed nobody picked."""
    if (said := st.session_state[_LIST]) in offered:
        _choose(said)


def _choose(change: Change) -> None:
    choose(_CHANGE, "-".join(map(str, change)))


def _pick(key: str, place: int, classes: int) -> None:
    """Callback: a cell of the map was clicked."""
    selected = st.session_state[key].selection.selected
    indices = [index for group in selected for index in group["data_indices"]]
    if indices:
        _choose((place, *divmod(indices[0], classes)))


VIEW = View(
    "identity",
    "Kept the identity?",
    55,
    title,
    draw,
    (
        one_of(_PICTURE, _PICTURES),
        CLASSES,
        Parameter(_CHANGE, _written_change),
        *PATH_PARAMETERS,
    ),
)
