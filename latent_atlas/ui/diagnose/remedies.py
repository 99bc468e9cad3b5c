"""What keeps a code in use: each remedy one click from a run like this one, and all on one chart.

The chart holds this model beside the runs of this machine that are the same but for one remedy,
found by what they were asked for; all are measured on the same images. What a remedy does shows at
the end of a run: one that still trains is left out and named, one that ended early says where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from string import ascii_uppercase

# As in `paper/figure.py`: Plotly asks pandas about all that it draws once it finds it.
import pandas  # noqa: F401
import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.reports.rate_distortion import (
    ModelPoint,
    Place,
    RateDistortion,
    rate_distortion_plot,
)
from latent_atlas.ui.catalog import list_models, loaded
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.model_files import ModelEntry
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.plotly_ink import put_ink
from latent_atlas.ui.reconstruct import measuring
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.split.standing import follow, visitor, wanted
from latent_atlas.ui.train.from_link import LIKE, REMEDY
from latent_atlas.ui.train.words import how_far
from latent_atlas.ui.trained_by import trained_by
from vae_core.errors import AtlasError
from vae_core.evaluation import Watch
from vae_core.evaluation.bounds import Bound, evaluate
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.units import units
from vae_core.models import VAE
from vae_core.numerals import with_error
from vae_core.runs import Run, RunConfig, RunStatus, runs_folder
from vae_core.runs.remedies import REMEDIES, Remedy, told_apart
from vae_core.sentences import counted, listed

_IMAGES = 1_000  # on which all are measured: seconds, also of a decoder that reads pixels
_IN_A_ROW = 3
_NAMED = 3  # runs that still train: of a sweep there may be many


@dataclass(frozen=True)
class Stand:
    """A model between rate and distortion, with its dimensions in use."""

    bound: Bound
    active: int
    dims: int


@dataclass(frozen=True)
class Kin:
    """A model on the chart, and what it is called there."""

    letter: str
    entry: ModelEntry
    told: str


def remedies(looked_at: LookedAt) -> None:
    """Draw the six and the chart; where it is not known how the model was trained, say so."""
    st.subheader("Remedies")
    st.caption("For a model that leaves dimensions unused: the title says whether this one does.")
    config = trained_by(looked_at.entry)
    if config is None:
        st.caption("How this model was trained is not known here, so no run like it can be begun.")
        return
    offered = list(REMEDIES.values())
    for first in range(0, len(offered), _IN_A_ROW):
        columns = st.columns(_IN_A_ROW)
        for column, remedy in zip(columns, offered[first : first + _IN_A_ROW], strict=False):
            with column:
                _offer(remedy, config, looked_at.entry)
    found, training = kin(looked_at.entry, config)
    if training:
        more = [f"{len(training) - _NAMED:,} more"] if len(training) > _NAMED else []
        named = listed([*training[:_NAMED], *more])
        st.caption(escaped(f"Not trained to the end yet, and left out until then: {named}."))
    if len(found) < 2:
        st.caption(
            "Once a run with a remedy, or this one without its own, is trained here, the chart of "
            "rate against distortion stands in this place: click “Try it”, and start the run."
        )
        return
    shown = zip(ascii_uppercase, found, strict=False)
    _compared(looked_at, [Kin(letter, each, words) for letter, (each, words) in shown])
    if (older := len(found) - len(ascii_uppercase)) > 0:
        st.caption(f"Not shown: {counted(older, 'older run')} alike.")


def _offer(remedy: Remedy, config: RunConfig, entry: ModelEntry) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{escaped(remedy.label)}**")
        st.caption(escaped(remedy.does))
        try:
            asked = remedy.applied(config)
        except AtlasError as why:
            st.caption(escaped_message(str(why)))
            return
        st.caption(f"**{escaped(remedy.setting(config))}**")
        if asked.given() | {"name": None} == config.given() | {"name": None}:
            st.caption("This model has it.")
            return
        # A link: a button's callback would leave an address of this page behind in the history.
        st.page_link(
            PAGES / "train.py",
            label="Try it",
            icon=":material/arrow_forward:",
            query_params={LIKE: entry.key, REMEDY: remedy.name},
        )


def kin(entry: ModelEntry, config: RunConfig) -> tuple[list[tuple[ModelEntry, str]], list[str]]:
    """This model, and those of runs that are the same but for one remedy, the newest first.

    Each with what it differs in, in words. Beside them the runs that have not ended, in words.
    """
    others = {each.key: each for each in list_models(owner_here()) if each.key != entry.key}
    known = {key: asked for key, each in others.items() if (asked := _of_run(each)) is not None}
    found, training = [(entry, f"this model{_early(_status(entry))}")], list[str]()
    for key, words in told_apart(config, known).items():
        each = others[key]
        status = _status(each)
        if status is not None and (status.active or status.state == "paused"):
            at = "" if status.state == "running" else f"{status.state} at "
            training.append(f"{each.title} ({words}; {at}{how_far(status)})")
        else:
            found.append((each, f"{words}{_early(status)}"))
    return found, training


def _status(entry: ModelEntry) -> RunStatus | None:
    """Where the run stands whose newest model it is; None of others, and of a run that is gone."""
    kind, _, name = entry.key.partition(":")
    try:
        return Run(runs_folder() / name).status() if kind == "run" and "@" not in name else None
    except AtlasError:
        return None


def _early(status: RunStatus | None) -> str:
    """That a run is not at its end, to go after what it is called; else nothing."""
    if status is None or status.outcome == "finished":
        return ""
    return f", {status.outcome} at {how_far(status)}"


def _of_run(entry: ModelEntry) -> RunConfig | None:
    """Of runs alone: files from elsewhere may say anything, and thousands would have to be read."""
    return trained_by(entry) if entry.key.startswith("run:") else None


def _compared(looked_at: LookedAt, found: Sequence[Kin]) -> None:
    jobs = {each.letter: _stand(looked_at, each.entry) for each in found}
    asked = [job for _, job in jobs.values()]
    if any(job.active for job in asked):
        keys = [key for key, _ in jobs.values()]
        words = f"Measuring {counted(len(found), 'model')}"
        follow(keys, asked, "remedies-cancel", lambda: words)
        return
    stands = [(each, job.result) for each in found if (job := jobs[each.letter][1]).result]
    measured = [(each, stand) for each, stand in stands if stand is not None]
    if not measured:
        st.caption("These models could not be measured on these images.")
        return
    figure = rate_distortion_plot(
        RateDistortion(scale="nats", points=tuple(_point(*each) for each in measured))
    )
    put_ink(figure["layout"])
    st.plotly_chart(
        figure,
        height=400,
        key="remedies-chart",
        config={"displayModeBar": False, "scrollZoom": False},
        alt=f"Rate against distortion: {counted(len(measured), 'model')}",
    )
    st.markdown(_table(measured))
    images = counted(min(_IMAGES, len(looked_at.split)), f"{looked_at.split.name} image")
    st.caption(
        escaped(
            f"All on the first {images}; ± in 95 of 100 cases, over images. Along a dotted line "
            "−ELBO is the same: a remedy that moves a model to the right on it has the code say "
            "more at no cost. Runs are alike but for one remedy and the seed."
        )
    )


def _stand(looked_at: LookedAt, entry: ModelEntry) -> tuple[str, Job[Stand]]:
    # The model's own file and these images: what was measured of them is measured once.
    of = LookedAt(entry, looked_at.data, looked_at.split)
    key = of.key(f"remedies {_IMAGES}")

    def work(watch: Watch, publish: object) -> Stand:
        model = loaded(entry).model
        if not isinstance(model, VAE):
            raise AtlasError("It is no VAE.")
        images = looked_at.split.images[:_IMAGES]
        bound = evaluate(model, images, treatment=of.treatment, batch_size=100)
        used = units(posteriors(model, images, treatment=of.treatment))
        return Stand(bound, used.count, len(used.active))

    return key, wanted(key, partial(measuring.ask, key, work, visitor()))


def _point(each: Kin, stand: Stand) -> ModelPoint:
    bound, widths = stand.bound, stand.bound.half_widths
    place = Place(
        rate=bound.rate,
        rate_half_width=widths.get("rate"),
        distortion=bound.distortion,
        distortion_half_width=widths.get("distortion"),
    )
    told = f"{each.letter}: {each.told}<br>−ELBO {_cost(stand)}, rate {_rate(stand)} nats"
    return ModelPoint(key=each.entry.key, letter=each.letter, told=told, test=place, train=None)


def _table(measured: Sequence[tuple[Kin, Stand]]) -> str:
    rows = [
        f"| {each.letter} | {escaped(each.told)} | {escaped(each.entry.title)} | {_rate(stand)} | "
        f"{_cost(stand)} | {stand.active:,} of {stand.dims:,} |"
        for each, stand in measured
    ]
    head = "| | Remedy | Model | Rate, nats | −ELBO, nats | In use |\n|---|---|---|--:|--:|--:|"
    return "\n".join([head, *rows])


def _rate(stand: Stand) -> str:
    return with_error(stand.bound.rate, stand.bound.half_widths.get("rate"))


def _cost(stand: Stand) -> str:
    return with_error(-stand.bound.elbo, stand.bound.half_widths.get("elbo"))
