"""Reconstruct: models held against each other on the same images, one question at a time."""

import streamlit as st

from latent_atlas.ui.catalog import loaded, model_picker, selected_model
from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.reconstruct import words
from latent_atlas.ui.reconstruct.bar import bar
from latent_atlas.ui.reconstruct.brought import bringing
from latent_atlas.ui.reconstruct.comparison import compare, why_no_column
from latent_atlas.ui.reconstruct.data_picker import data_picker, kept_images, split_picker
from latent_atlas.ui.reconstruct.epoch_picker import epoch_picker
from latent_atlas.ui.reconstruct.parameters import misread
from latent_atlas.ui.reconstruct.pickers import folded, head_and_pickers, row
from latent_atlas.ui.reconstruct.state import comparison_picker, keep, missing_models
from latent_atlas.ui.reconstruct.take_away import take_away
from latent_atlas.ui.samples import samples_instead
from vae_core.evaluation import usual_treatment

ORDER = 30  # in the navigation

head, pickers = head_and_pickers()

# ---- Which models, on which images ---------------------------------------------------------------
selection = selected_model("reconstruct-model")
entry = selection.entry
with pickers:
    model_picker(selection, "reconstruct-model")
if (why := why_no_column(entry)) is not None:
    head.title(why[0])
    st.info(escaped_message(why[1]))
    samples_instead(entry)
    keep(entry)
    st.stop()
training = loaded(entry).training
problems: list[str] = []
with pickers, row():
    compared = comparison_picker(selection)
    more = folded()
with more:
    data = data_picker(entry, problems)
    if data is not None:
        split = split_picker(data, entry)
    epoch_picker(entry, compared)
    bringing(entry)
    takes = st.container(width="content")
if data is None:
    head.title("The images of this model are not here")
    st.info(escaped_message(words.missing_data(entry.title, training)))
    keep(entry, compared)
    st.stop()
treatment = usual_treatment(training.treatment, binary=data.binary)
comparison = compare([entry, *compared], data, split, treatment)
view = bar(comparison)
with takes:
    take_away(comparison)

# ---- What they are asked -------------------------------------------------------------------------
head.title(view.title(comparison))
if strange := words.strange_images(comparison):
    which, follows = map(escaped_message, strange)
    head.expander(which, icon=":material/warning:").caption(follows)
view.tell_misread(comparison)
missing = [*misread(entry.key), missing_models(compared)]
apart = [*comparison.problems, *words.guests(comparison, shown=view.guests)]
for problem in filter(None, [*problems, *missing, *apart]):
    st.info(escaped_message(problem))
shown = view.draw(comparison)

for sentence in words.known_images(comparison):
    st.caption(escaped_message(sentence))
keep(entry, compared, {**kept_images(entry, data, split), **view.kept(comparison, shown)})
