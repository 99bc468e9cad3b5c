"""From a link with a dataset in it (`/train?data=…`) to a form that is filled for that.

Or with a model and a remedy against its collapse (`/train?like=…&remedy=…`): then the form is as
that model was trained, but for the remedy. These stay in the address until the form is another one,
so that a page that is loaded anew has it again.
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
from vae_core.algorithms import ALGORITHMS
from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.models import Model
from vae_core.runs.config import EPOCHS
from vae_core.runs.remedies import REMEDIES

ADDRESS = "data"
LIKE, REMEDY = "like", "remedy"
FILLED_AS = key("filled-as")  # what a link has filled the form with, until a preset is chosen
_FILLED_FROM = key("filled-from")  # the model and the remedy, as the address names them
SEEN_IN_ALL = 60_000  # images that a run on own data sees: minutes, for photographs of 64 × 64


def fill_form_from_link() -> bool:
    """Fill the form for what the address names, if it does not hold it already.

    Tells whether it was filled.
    """
    return _filled_with_remedy() or _filled_for_data()


def forget_link() -> None:
    """In a callback: the form is no longer what a link has filled it with."""
    st.session_state.pop(FILLED_AS, None)
    for name in (LIKE, REMEDY):
        address.choose(name)


def keep_link() -> None:
    """Write into the address what the form is still filled with."""
    address.write({name: address.first_named(name) for name in (LIKE, REMEDY)})


def _filled_with_remedy() -> bool:
    like, asked = address.first_named(LIKE), address.first_named(REMEDY)
    if st.session_state.get(_FILLED_FROM) == (like, asked):
        return False
    st.session_state[_FILLED_FROM] = (like, asked)
    if like is None and asked is None:
        return False
    if not _laid_over(like or "", asked or ""):
        forget_link()
        return False
    return True


def _laid_over(like: str, asked: str) -> bool:
    """Whether there is such a model, which may have such a remedy."""
    entry, remedy = find_model(like), REMEDIES.get(asked)
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
    """The name in the form; but no run bears that of a preset for other data, or another model."""
    name = str(values["name"] or "")
    named = next((p for p in PRESETS if p.title == name), None)
    if named is None:
        return name
    trains = _trains(values["algorithm"])
    other = is_own(str(values["dataset"])) or trains != _trains(named.algorithm)
    return "" if other else name


def _trains(algorithm: object) -> type[Model] | None:
    found = ALGORITHMS.get(str(algorithm))
    return None if found is None else found.trains
