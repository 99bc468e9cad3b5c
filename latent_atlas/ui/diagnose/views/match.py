"""By hand: how near one gets to a target picture by turning the sliders of a model."""

from collections.abc import Mapping

import streamlit as st

from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.diagnose.hand_view import HandView
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.matching.board import TARGET, matching_board, wanted_target
from latent_atlas.ui.diagnose.matching.records import Shelf
from latent_atlas.ui.diagnose.matching.table import CANDID, RULE, table
from latent_atlas.ui.diagnose.matching.targets import Sliders, sliders_of, target_of
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.owners import owner_here
from vae_core.models import VAE, Encodes, ShowsMeans, inability
from vae_core.sentences import counted


def _draw(looked_at: LookedAt) -> Mapping[str, str | None]:
    """The board, and below it the table of what this person has tried on these data."""
    model = loaded(looked_at.entry).model
    if not isinstance(model, VAE) or (why := inability(model, *VIEW.needs)):
        told = why if isinstance(model, VAE) else "the page decodes VAEs alone by itself"
        return _nothing(f"{told}. Choose another model.")
    sliders = sliders_of(looked_at, model)
    if not sliders.axes:
        return _nothing("all its dimensions are dead: no slider would change anything.")
    shelf = Shelf(owner_here(), looked_at.data.name)
    record = shelf.record(looked_at.entry.digest)
    wanted = wanted_target(looked_at, record.tried(looked_at.split.name))
    target = target_of(model, looked_at.split.images, sliders, wanted)
    st.caption(
        escaped(
            "The target is what this model draws at the mean of a test image, so that its sliders "
            f"reach it. {_sliders_told(sliders)} The clock runs from your first move until Done."
        )
    )
    matching_board(looked_at, model, sliders, target, record)
    st.markdown("#### Your tries on these images")
    if records := shelf.records():
        st.html(table(records, looked_at.entry.digest))
        st.caption(RULE)
    else:
        st.caption("None yet. Turn the sliders, press Done, and the model stands here.")
    st.markdown(CANDID)
    # Named always: what comes without a name is another one once this one is tried.
    return {TARGET: str(target.number)}


def _sliders_told(sliders: Sliders) -> str:
    """Which dimensions have a slider, and which have none."""
    count, dead = len(sliders.axes), sliders.of - len(sliders.axes)
    if dead == 0:
        return f"{counted(count, 'slider').capitalize()}, one for each dimension."
    left_out = (
        f"{counted(dead, 'dead dimension')} left out, which {'stays' if dead == 1 else 'stay'}"
    )
    return (
        f"{counted(count, 'slider').capitalize()}, one for each active dimension; {left_out} at 0."
    )


def _nothing(why: str) -> dict[str, str | None]:
    st.info(escaped_message(f"There is nothing to turn here: {why}"))
    return {}


VIEW = HandView(
    name="match",
    label="By hand",
    order=6,
    needs=(Encodes, ShowsMeans),
    title="How near you get by turning its sliders",
    draw=_draw,
)
