"""What the numbers of the images that are meant say, above the wall."""

import streamlit as st
from torch import Tensor

from latent_atlas.reports.data_words import targets as targets_of
from latent_atlas.stored_models import recorded_test
from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct import words
from latent_atlas.ui.reconstruct.images.controls import ALL, Chosen
from latent_atlas.ui.reconstruct.images.measured_split import MeasuredSplit, session
from latent_atlas.ui.reconstruct.rows import mean_nats
from vae_core.evaluation import over_draws
from vae_core.evaluation.paired import paired
from vae_core.sentences import counted

_EVERY = 0.5  # seconds between looks at what is under way
_COSTS = "costs"
# A line of text a model, for there may be twelve; on a phone the table is pushed sideways.
_RULES = f"""<style>
.st-key-{_COSTS} table {{ display: block; overflow-x: auto; border: 0; margin: 0 0 12px; }}
.st-key-{_COSTS} :is(th, td) {{
  border: 0; padding: 1px 16px 1px 0; font-size: 14px; font-weight: 400; white-space: nowrap;
  font-variant-numeric: tabular-nums;
}}
.st-key-{_COSTS} th {{ opacity: 0.75; }}
.st-key-{_COSTS} td strong {{ font-weight: 600; }}
</style>"""


def say(one: MeasuredSplit, indices: Tensor, chosen: Chosen) -> None:
    """The means of the images at `indices`, int64 [n], the differences, and how sure they are."""
    comparison = one.comparison
    data, split, treatment = comparison.data, comparison.split, comparison.treatment
    first, *others = comparable = one.comparable
    in_class = "" if chosen.wanted == ALL else f" of class {escaped(chosen.wanted)}"
    targets = targets_of(treatment, data.image_shape[0], nats=first.nats)
    means = [(escaped(c.title), mean_nats(c.bounds, indices)) for c in comparable]
    differences = [paired(first.bounds.elbo[indices], each.bounds.elbo[indices]) for each in others]
    images = counted(len(indices), f"{escaped(split.name)} image")
    with st.container(key=_COSTS):
        st.markdown(
            f"{escaped(data.title)} · {images}{in_class}, "
            f"{targets} · " + words.summary(means, differences)
        )
    st.html(_RULES)


def say_how_sure(one: MeasuredSplit, indices: Tensor) -> None:
    """What the ± of these numbers mean, and why another was recorded of the first model."""
    comparison = one.comparison
    draws = [(c.title, over_draws(c.draw_variance, len(indices))) for c in one.comparable]
    entry = comparison.columns[0].entry
    told_before = words.beside_the_record(
        entry.title,
        recorded_test(loaded(entry).training, entry.digest),
        comparison.data,
        len(indices),
        comparison.treatment,
        shown=mean_nats(one.columns[0].bounds, indices),
    )
    st.caption(f"{escaped(words.how_sure(len(indices), draws))} {escaped(told_before)}")


def say_how_far(one: MeasuredSplit, order: str) -> None:
    """How far the measuring is, until it is through; then the page is drawn anew.

    `order` is what the images will be put in order by then, in a clause; empty where nothing waits.
    """
    count = counted(len(one.comparison.split), "image")
    models = counted(len(one.jobs), "model")
    later = f" {order} after that." if order else ""
    who = session()

    def tick() -> None:
        if not one.look(who):
            st.rerun()
        st.progress(one.done, f"Measuring {count} under {models}.{later}")

    st.fragment(tick, run_every=_EVERY)()


def say_beside(
    one: MeasuredSplit, indices: Tensor, other: MeasuredSplit, other_indices: Tensor
) -> None:
    """How much more an image of the first split costs than one of the other, model by model."""
    pairs = zip(one.comparable, other.comparable, strict=True)
    told = [
        (escaped(a.title), mean_nats(a.bounds, indices), mean_nats(b.bounds, other_indices))
        for a, b in pairs
    ]
    names = (escaped(one.comparison.split.name), escaped(other.comparison.split.name))
    st.markdown(words.beside(told, *names))
