"""Diagnose: what ails a model, measured: its gap, its codes, what they say, its pictures."""

import streamlit as st

from latent_atlas.ui.catalog import loaded, model_picker, selected_model
from latent_atlas.ui.diagnose.hand_view import HandView
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.measured import IMAGES, count_picker, measured
from latent_atlas.ui.diagnose.take_away import take_away
from latent_atlas.ui.diagnose.view import VIEW, kept_view, left_out, view_picker, views_of
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.reconstruct import words
from latent_atlas.ui.reconstruct.data_picker import data_picker, kept_images, split_picker
from latent_atlas.ui.reconstruct.parameters import misread
from latent_atlas.ui.reconstruct.pickers import folded, head_and_pickers, row
from latent_atlas.ui.reconstruct.state import keep
from latent_atlas.ui.samples import samples_instead
from latent_atlas.ui.shown_data import banner, footnote
from vae_core.errors import AtlasError

ORDER = 35  # in the navigation: after Reconstruct

head, pickers = head_and_pickers()

# ---- Which model, on which images ----------------------------------------------------------------
selection = selected_model("diagnose-model")
entry = selection.entry
with pickers:
    model_picker(selection, "diagnose-model")
try:
    saved = loaded(entry)
except AtlasError as problem:
    head.title("This model cannot be opened")
    st.info(escaped_message(str(problem)))
    keep(entry)
    st.stop()
views = views_of(saved.model)
if not views:
    head.title("There is nothing to measure in this model")
    st.info(escaped_message(f"{left_out(saved.model)} Choose another model."))
    keep(entry)
    st.stop()
problems: list[str] = []
with pickers, row():
    more = folded()
with more:
    data = data_picker(entry, problems)
    if data is not None:
        split = split_picker(data, entry)
if data is None:
    head.title("The images of this model are not here")
    st.info(escaped_message(words.missing_data(entry.title, saved.training)))
    keep(entry)
    st.stop()
looked_at = LookedAt(entry, data, split)
view = view_picker(views)
if sentence := left_out(saved.model):
    st.caption(escaped_message(sentence))
kinship = looked_at.kinship
if isinstance(view, HandView):
    head.title(view.title)
    banner([kinship])
    for told in [*problems, *misread(entry.key)]:
        st.info(escaped_message(told))
    by_hand = view.draw(looked_at)
    footnote([kinship])
    keep(entry, (), {**kept_images(entry, data, split), VIEW: kept_view(view, views), **by_hand})
    st.stop()
banner([kinship])
with more:
    count = count_picker(view, looked_at)
    takes = st.container(width="content")
for told in [*problems, *misread(entry.key)]:
    st.info(escaped_message(told))

# ---- What ails it --------------------------------------------------------------------------------
refusal = view.section.refusal(looked_at.subject())
found, played = None, dict[str, str | None]()
if refusal is None:
    lively = st.container()
    found = measured(view, looked_at, count)
    with lively:
        played |= view.lively(looked_at, found)
else:
    why = f"There is nothing to measure here: {refusal}. Choose another model, or other images."
    st.info(escaped_message(why))
head.title(view.asked if found is None else escaped(view.chapter.title(found)))
if found is not None:
    view.draw(found)
    view.further(looked_at)
else:
    samples_instead(entry)
with takes:
    take_away(view, looked_at, count)
footnote([kinship])
images = None if count == view.usual_of(view.there(looked_at)) else str(count)
kept = {VIEW: kept_view(view, views), IMAGES: images, **played}
keep(entry, (), {**kept_images(entry, data, split), **kept})
