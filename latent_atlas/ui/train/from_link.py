"""From a link with a dataset in it (`/train?data=…`) to a form that is filled for that.

Or with a model and a remedy against its collapse (`/train?like=…&remedy=…`): then the form is as
that model was trained, but for the remedy.
"""

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.model_files import find_model
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.train.keys import key
from latent_atlas.ui.train.laid_over import lay_over
from latent_atlas.ui.train.presets import PRESETS, YOURS, held_values
from latent_atlas.ui.trained_by import trained_by
from latent_atlas.ui.visible_data import is_visible, visible_datasets
from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.runs.config import EPOCHS
from vae_core.runs.remedies import REMEDIES

ADDRESS = "data"
LIKE, REMEDY = "like", "remedy"
FILLED_AS = key("filled-as")  # what a link has filled the form with, until a preset is chosen
SEEN_IN_ALL = 60_000  # images that a run on own data sees: minutes, for photographs of 64 × 64


def fill_form_from_link() -> bool:
    """Fill the form for the dataset in the address and take it out of there.

    Tells whether there was one that is here.
    """
    return _filled_with_remedy() or _filled_for_data()


def _filled_with_remedy() -> bool:
    like, asked = address.first_named(LIKE), address.first_named(REMEDY)
    if like is None and asked is None:
        return False
    address.write({LIKE: None, REMEDY: None})
    entry, remedy = find_model(like or ""), REMEDIES.get(asked or "")
    config = None if entry is None else trained_by(entry)
    if entry is None or config is None or remedy is None:
        return False
    if not is_visible(config.dataset, owner_here()):
        return False
    try:
        changed = remedy.applied(config)
    except AtlasError:
        return False  # the page that offers it says why not
    lay_over({**held_values(changed, EPOCHS), "preset": PRESETS[0].title})
    setting = remedy.setting(config)
    st.session_state[FILLED_AS] = (
        f"As {entry.title} was trained, but for {remedy.label}. {setting}."
    )
    return True


def _filled_for_data() -> bool:
    asked = address.first_named(ADDRESS)
    if asked is None:
        return False
    address.write({ADDRESS: None})
    counts = {info.name: info.counts for info in visible_datasets() if info.present}
    if asked not in counts:
        return False
    fitting = [p for p in PRESETS if p.dataset(counts) == asked]
    chosen = YOURS if is_own(asked) else (fitting or PRESETS)[0]
    values = {**chosen.values_with(counts), "preset": chosen.title, "dataset": asked}
    if is_own(asked):
        values["epochs"] = min(200, max(3, SEEN_IN_ALL // max(1, counts[asked].get("train", 1))))
    lay_over(values)
    return True


def run_name(values: dict[str, object]) -> str:
    """The name in the form; but own data never bear the name of a preset for other data."""
    name = str(values["name"] or "")
    presets = {p.title for p in PRESETS}
    return "" if is_own(str(values["dataset"])) and name in presets else name
