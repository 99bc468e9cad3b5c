"""Models for the pages: loading them, the data that go with them, and the control that picks one.

What is picked is the query parameter `model`, so that a link restores it: the page writes it, with
all else that its address holds. The session remembers it across pages, because a page change
empties the address.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import streamlit as st

from latent_atlas.places import PAGES
from latent_atlas.ui import address
from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.markdown import escaped, escaped_message, quoted
from latent_atlas.ui.model_files import (
    LARGEST_UPLOAD_MB,
    ModelEntry,
    find_model,
    list_models,
    load_by_digest,
    open_upload,
)
from latent_atlas.ui.option_lines import told_apart
from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.page_switch import ask_for_page
from latent_atlas.ui.room import MODEL_ROW
from latent_atlas.ui.visible_data import is_visible
from latent_atlas.ui.whole_runs import have_it_drawn
from latent_atlas.ui.widget_values import held_place, on_choice, put
from vae_core.data import Dataset, companion_datasets, load_dataset
from vae_core.data.own import is_own
from vae_core.errors import AtlasError
from vae_core.models import SavedModel

__all__ = [
    "ModelEntry",
    "ModelSelection",
    "companion_dataset",
    "companion_names",
    "find_model",
    "list_models",
    "loaded",
    "model_picker",
    "open_upload",
    "selected_model",
]

_CHOSEN = "chosen_model"
_PROBLEM = "opening_problem"
_OPENED = "opened_files"
_LINE = 38  # letters that a phone has room for


def loaded(entry: ModelEntry) -> SavedModel:
    """The model itself, from memory when it was used lately. Raises AtlasError when it is gone."""
    return load_by_digest(entry.digest)


def companion_dataset(entry: ModelEntry) -> Dataset | None:
    """The data that fit the model: what it was trained on, or embedded images of that shape.

    Raises AtlasError when the model is gone.
    """
    for name in companion_names(loaded(entry)):
        try:
            return load_dataset(name)
        except AtlasError:  # its files are damaged: the next one may do
            continue
    return None


def companion_names(saved: SavedModel) -> list[str]:
    """The datasets that fit a model and that this visitor may see, best first, without pixels."""
    names = companion_datasets(saved.training.dataset, saved.model.image_shape)
    if not any(is_own(name) for name in names):
        return names
    who = owner_here()
    return [name for name in names if is_visible(name, who)]


@dataclass(frozen=True)
class ModelSelection:
    """The model that a page shows, among all that there are.

    `missing` is what was asked for where that is not here; then `entry` stands in for it.
    """

    entry: ModelEntry
    entries: list[ModelEntry]
    missing: str | None = None

    def find(self, key: str) -> ModelEntry | None:
        """Another model by its key, or None; opened files are found after a restart too."""
        return next((each for each in self.entries if each.key == key), None) or find_model(key)


def selected_model(key: str) -> ModelSelection:
    """The model of the link, else of this session, else the first one. Written nowhere yet.

    Without any model the page ends here, with one sentence and one button.
    """
    entries = list_models(owner_here())
    if not entries:
        _nothing_to_show(key)
    selection = ModelSelection(entries[0], entries)
    wanted = address.first_named("model") or st.session_state.get(_CHOSEN)
    if wanted:
        found = selection.find(wanted)
        selection = replace(
            selection, entry=found or entries[0], missing=None if found else str(wanted)
        )
    st.session_state[_CHOSEN] = selection.entry.key
    return selection


def model_picker(
    selection: ModelSelection,
    key: str,
    label: str = "Model",
    beside: Callable[[], None] | None = None,
) -> None:
    """Draw the control of the model; `beside` draws at the end of its row."""
    entry = selection.entry
    by_key = {each.key: each for each in selection.entries}
    by_key.setdefault(entry.key, entry)
    lines = told_apart(by_key, lambda each, mark: _line(by_key[each], mark))
    put(key, entry.key, lines[entry.key])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=MODEL_ROW):
        st.selectbox(
            label,
            list(by_key),
            held_place(key, list(by_key)),
            format_func=lambda each: lines.get(each, each),
            key=key,
            on_change=on_choice(key, lambda: _pick(st.session_state[key], by_key)),
            label_visibility="collapsed",
            width=440,
        )
        _opener(key)
        if beside is not None:
            beside()
    if selection.missing:
        st.caption(
            f"There is no model {quoted(selection.missing)} here now, so this is "
            f"{escaped(entry.title)}."
        )


def _line(entry: ModelEntry, mark: str) -> str:
    """A model in a line of the picker: of what is known of it, as much as fits, the last first.

    What does not fit would be cut off at its end, where the number stands: a number whose unit and
    split have no room is written without them. `mark` follows the title, so that a cut leaves it.
    """
    title = f"{entry.title}{mark}"
    parts = entry.subtitle.split(" · ")
    brief = parts[-1].removesuffix(" nats")
    forms = [" · ".join(parts[start:]) for start in range(len(parts))]
    forms += [brief, brief.removeprefix("test ")]
    told = next((form for form in forms if len(title) + len(form) <= _LINE), "")
    return f"{title} — {told}" if told else title


def _pick(said: str, listed: Collection[str]) -> None:
    """Callback: the browser says another line than before.

    One that is not listed nobody has picked: the line of a run that trains tells its epoch, and
    what the browser says is the line from before the run went on.
    """
    if said in listed:
        _choose(said)


def _choose(model: str) -> None:
    st.session_state[_CHOSEN] = model
    address.choose("model", model)
    have_it_drawn()


def _opener(key: str) -> None:
    """The door for a file from the user's disk. A new key after each success shuts it again."""
    if in_classroom():
        return
    turn = st.session_state.setdefault(_OPENED, 0)
    with st.popover("Open a model…", key=f"{key}-open-{turn}"):
        name = f"{key}-file-{turn}"
        upload = st.file_uploader(
            f"A .safetensors file of Latent Atlas, up to {LARGEST_UPLOAD_MB} MB",
            # Any type is let in, so that a wrong one is told what it is, not greyed out.
            type=None,
            key=name,
            max_upload_size=LARGEST_UPLOAD_MB,
            help="The ± of a model's test number is over images, in 95 of 100 cases.",
            on_change=lambda: _receive(name),
        )
        problem = st.session_state.get(_PROBLEM)
        if upload is not None and problem:
            st.error(escaped_message(problem))


def _receive(name: str) -> None:
    upload = st.session_state[name]
    st.session_state.pop(_PROBLEM, None)
    if upload is None:
        return
    try:
        entry = open_upload(upload.name, upload.getvalue(), owner_here())
    except AtlasError as problem:
        st.session_state[_PROBLEM] = str(problem)
        have_it_drawn()
    else:
        st.session_state[_OPENED] += 1
        _choose(entry.key)


def _nothing_to_show(key: str) -> None:
    st.write(
        "There is no model to look at yet: train one, it takes a minute, or open one of yours."
    )
    with st.container(horizontal=True):
        st.button(
            "Train a model",
            type="primary",
            key=f"{key}-train",
            on_click=ask_for_page,
            args=(PAGES / "train.py",),
        )
        _opener(key)
    st.stop()
