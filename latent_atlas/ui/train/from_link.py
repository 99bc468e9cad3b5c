"""From a link with a dataset in it (`/train?data=…`) to a form that is filled for that."""

from latent_atlas.ui import address
from latent_atlas.ui.train.laid_over import lay_over
from latent_atlas.ui.train.presets import PRESETS, YOURS
from latent_atlas.ui.visible_data import visible_datasets
from vae_core.data.own import is_own

ADDRESS = "data"
SEEN_IN_ALL = 60_000  # images that a run on own data sees: minutes, for photographs of 64 × 64


def fill_form_from_link() -> bool:
    """Fill the form for the dataset in the address and take it out of there.

    Tells whether there was one that is here.
    """
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
