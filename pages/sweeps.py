"""Sweeps: many runs over the combinations of some settings, and what came of them."""

import streamlit as st

from latent_atlas.ui.explained_errors import explained_errors
from latent_atlas.ui.markdown import escaped, escaped_message, quoted
from latent_atlas.ui.sweeps.form import new_sweep_form
from latent_atlas.ui.sweeps.outcome import outcome
from latent_atlas.ui.sweeps.picker import missing_sweep, new_sweep, sweep_picker
from latent_atlas.ui.sweeps.progress import progress
from latent_atlas.ui.sweeps.reading import (
    chosen_sweep,
    chosen_trial,
    keep_choice,
    look_at,
    read_sweeps,
)
from latent_atlas.ui.sweeps.take_aways import take_aways
from vae_core.runs import runs_folder
from vae_core.sentences import counted
from vae_core.sweeps import tables

ORDER = 27  # in the navigation: after Runs

runs_dir = runs_folder()
sweeps = read_sweeps(runs_dir)
damaged = dict(sweeps.damaged)
missing = missing_sweep(sweeps.known)
if missing in damaged:  # somebody wants to see just this one
    st.warning(escaped_message(damaged.pop(missing)), icon=":material/error:")
elif missing is not None:
    st.caption(f"There is no sweep {quoted(missing)} here now.")

if not sweeps.known:
    st.title("Ask a question of many models")
    st.markdown(
        "Train every combination of a few settings, and see at once what each of them buys."
    )
    new_sweep_form(runs_dir, folded=True)
else:
    shown = chosen_sweep(sweeps.known)
    sweep_picker(sweeps.known, shown)
    new_sweep(runs_dir)
    with explained_errors():
        seen = look_at(shown)
        progress(shown, seen)
        found = tables(seen.runs)
        outcome(found, chosen_trial(seen, found))
        take_aways(shown, found)

for name, sentence in list(damaged.items())[:5]:
    st.caption(f"{escaped(name)}: {escaped_message(sentence)}")
if len(damaged) > 5:
    st.caption(f"{counted(len(damaged) - 5, 'more record')} of sweeps cannot be read.")

keep_choice()
