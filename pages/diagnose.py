"""Diagnose: what ails a model, measured: the gap in its bound, and latent dimensions that sleep."""

import streamlit as st

from latent_atlas.ui.catalog import loaded, model_picker, selected_model
from latent_atlas.ui.diagnose.measured import IMAGES, count_picker, measured, subject
from latent_atlas.ui.diagnose.view import VIEW, kept_view, view_picker
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.reconstruct import words
from latent_atlas.ui.reconstruct.comparison import compare, why_no_column
from latent_atlas.ui.reconstruct.data_picker import data_picker, kept_images, split_picker
from latent_atlas.ui.reconstruct.parameters import misread
from latent_atlas.ui.reconstruct.state import keep
from latent_atlas.ui.shown_data import banner, footnote
from vae_core.evaluation import usual_treatment

ORDER = 35  # in the navigation: after Reconstruct

head = st.container()

# ---- Which model, on which images ----------------------------------------------------------------
selection = selected_model("diagnose-model")
entry = selection.entry
model_picker(selection, "diagnose-model")
if (why := why_no_column(entry)) is not None:
    head.title(why[0])
    st.info(escaped_message(why[1]))
    keep(entry)
    st.stop()
training = loaded(entry).training
problems: list[str] = []
row = st.container(horizontal=True, vertical_alignment="center", gap="small")
with row:
    data = data_picker(entry, problems)
    if data is not None:
        split = split_picker(data, entry)
if data is None:
    head.title("The images of this model are not here")
    st.info(escaped_message(words.missing_data(entry.title, training)))
    keep(entry)
    st.stop()
treatment = usual_treatment(training.treatment, binary=data.binary)
comparison = compare([entry], data, split, treatment)
view = view_picker()
kinships = [each.kinship for each in comparison.columns]
banner(kinships)
with row:
    count = count_picker(view, comparison)
for problem in [*problems, *misread(entry.key)]:
    st.info(escaped_message(problem))

# ---- What ails it --------------------------------------------------------------------------------
refusal = view.section.refusal(subject(comparison))
found = None
if refusal is None:
    lively = st.container()
    found = measured(view, comparison, count)
    with lively:
        view.lively(comparison, found)
else:
    st.info(escaped_message(f"There is nothing to measure here: {refusal}. Choose another model."))
head.title(view.asked if found is None else view.title(found))
if found is not None:
    view.draw(found)
footnote(kinships)
images = None if count == view.usual_of(len(split)) else str(count)
keep(entry, (), {**kept_images(comparison), VIEW: kept_view(view), IMAGES: images})
