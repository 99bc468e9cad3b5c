"""Which images the models are compared on: a data set of their shape, and a split of it."""

from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry, companion_names, loaded
from latent_atlas.ui.markdown import LONGEST
from latent_atlas.ui.reconstruct.brought import BROUGHT, TITLE, brought_dataset
from latent_atlas.ui.reconstruct.parameters import key_of, menu, tell_misread
from latent_atlas.ui.reconstruct.shown_images import is_brought
from latent_atlas.ui.reconstruct.view import Kept
from latent_atlas.ui.visible_data import visible_datasets
from vae_core.data import Dataset, Split, load_dataset
from vae_core.errors import AtlasError
from vae_core.sentences import counted, plain

# In the address. The widgets are called by the model as well: what a browser that is behind says is
# of another model, and may be among what this one reads.
_DATA, _SPLIT = "data", "split"


def fitting_datasets(entry: ModelEntry) -> dict[str, str]:
    """Names and titles of the present data sets that a model reads; those that go with it first.

    Raises AtlasError when the model is gone.
    """
    saved = loaded(entry)
    shape = saved.model.image_shape
    fitting = {
        each.name: each.title
        for each in visible_datasets()
        if each.present and each.image_shape == shape
    }
    first = [name for name in companion_names(saved) if name in fitting]
    return {name: fitting[name] for name in dict.fromkeys([*first, *fitting])}


def data_picker(entry: ModelEntry, problems: list[str]) -> Dataset | None:
    """Draw the choice of images that a model reads, and return what the address names.

    Where that cannot be read, the next one that can, with a sentence among `problems`. None where
    there is none. Raises AtlasError when the model is gone.
    """
    fitting, brought = fitting_datasets(entry), brought_dataset(entry)
    offered = fitting if brought is None else {**fitting, BROUGHT: TITLE}
    asked = address.first_named(_DATA)
    if not offered:
        return None
    chosen = menu(_DATA, "Data set", offered, width=248, key=f"{_DATA}-{entry.key}")
    if asked == BROUGHT and asked not in offered:
        tell_misread(
            entry.key,
            _DATA,
            "The images that were brought are not here any more, for they stay no longer than a "
            f"visit: bring them again. Shown is {offered[chosen]}.",
        )
    elif asked and key_of(asked, offered) is None:
        named = plain(asked, LONGEST)
        tell_misread(
            entry.key,
            _DATA,
            f"There are no images “{named}” here that {entry.title} reads. Shown is "
            f"{offered[chosen]}.",
        )
    if chosen == BROUGHT:
        return brought
    for name in dict.fromkeys([chosen, *fitting]):
        try:
            return load_dataset(name)
        except AtlasError as problem:  # its files are damaged: the next one may do
            problems.append(str(problem))
    return brought


def split_picker(data: Dataset, entry: ModelEntry) -> Split:
    """Draw the choice among the splits of a data set, and return the one that the address names.

    As usual that is the test split of the split that the model was trained on, else validation
    images, else the first one. Raises AtlasError when the model is gone.
    """
    titles = {
        name: f"{name} · {counted(len(index), 'image')}"
        for name, index in data.splits.items()
        if len(index)
    }
    chosen = menu(
        _SPLIT,
        "Split",
        titles,
        width=208,
        usual=usual_split(data, loaded(entry).training.split),
        key=f"{_SPLIT}-{entry.key}-{data.name}",
    )
    asked = address.first_named(_SPLIT)
    if asked and key_of(asked, titles) is None:
        named = plain(asked, LONGEST)
        sentence = f"{data.title} has no split “{named}”. Shown is {chosen}."
        tell_misread(entry.key, _SPLIT, sentence)
    return data.split(chosen)


def kept_images(entry: ModelEntry, data: Dataset, split: Split) -> Kept:
    """What the address is to hold of the images: their names, where they are not the usual ones."""
    name = BROUGHT if is_brought(data.name) else data.name
    usual = next(iter(fitting_datasets(entry)), None)
    # One's own are named even where there are no others: the link is no link to nothing.
    kept = None if name == usual else name
    usual = usual_split(data, loaded(entry).training.split)
    return {_DATA: kept, _SPLIT: None if split.name == usual else split.name}


def usual_split(data: Dataset, trained_on: str | None) -> str:
    """The test images of that training split; else validation images, else the first split."""
    wanted = (data.test_split(trained_on or "train"), "valid")
    present = [name for name, index in data.splits.items() if len(index)]
    return next((name for name in wanted if name in present), present[0])
