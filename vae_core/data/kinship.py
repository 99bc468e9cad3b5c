"""How the images that a model is shown with stand to those that it was trained on, in words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vae_core.data.registry import SOURCES, DatasetInfo, available_datasets
from vae_core.sentences import counted

# `part`: some images of the set that it was trained on; `whole`: the set from which those were
# taken; `unknown`: the model does not say.
Relation = Literal["same", "part", "whole", "other", "unknown"]

_STRANGE = (
    "What the model makes of them says how it sees strange images, not how good it is at its own."
)
_UNKNOWN = "If these are strange images to it, its numbers do not say how good it is at its own."


@dataclass(frozen=True)
class Kinship:
    """The relation, and the sentences that say it: none where the data are its own.

    `aside` says of strange data as much as has room in a title, after their name.
    """

    relation: Relation
    sentence: str = ""
    aside: str = ""

    @property
    def strange(self) -> bool:
        """Whether the model was trained on other images, or on nobody knows which."""
        return self.relation in ("other", "unknown")


OWN = Kinship("same")


def relation(trained_on: str | None, shown: str) -> Relation:
    """How the dataset `shown` stands to the one that a model was trained on, both by name."""
    if trained_on is None:
        return "unknown"
    if trained_on == shown:
        return "same"
    if shown in SOURCES and SOURCES[shown].stands_in_for == trained_on:
        return "part"
    if trained_on in SOURCES and SOURCES[trained_on].stands_in_for == shown:
        return "whole"
    return "other"


def kinship(
    model: str,
    trained_on: str | None,
    split: str | None,
    shown: str,
    *,
    called: str | None = None,
    data_dir: Path | None = None,
) -> Kinship:
    """What to say where the model called `model` is shown with the dataset `shown`.

    `trained_on` and `split` are those of its training record; `called` is what people call data
    that have no name.
    """
    found = relation(trained_on, shown)
    if found == "same":
        return OWN
    known = {each.name: each for each in available_datasets(data_dir)}
    seen = f"“{called or _title(shown, known)}”"
    if trained_on is None:
        return Kinship(
            found,
            f"{model} does not say what it was trained on; shown is {seen}. {_UNKNOWN}",
            " (what it was trained on is not known)",
        )
    own = f"{model} was trained on “{_title(trained_on, known)}”"
    if found == "other":
        return Kinship(
            found,
            f"{own}, not on the images shown, {seen}. {_STRANGE}",
            f" (not trained on it, but on {trained_on})",
        )
    if found == "whole":
        return Kinship(
            found,
            f"{own}; shown is {seen}, which those images are from: its test images are none that "
            "the model was trained on.",
        )
    counts = known[shown].counts
    unseen = ", which the model has not seen," if (split or "train").startswith("train") else ""
    return Kinship(
        found,
        f"{own}; shown is a part of it, {seen}: {counted(counts['test'], 'image')} of its test "
        f"set{unseen} and {counts['train']:,} of its training set.",
    )


def _title(name: str, known: dict[str, DatasetInfo]) -> str:
    return known[name].title if name in known else name
