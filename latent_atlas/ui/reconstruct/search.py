"""The field for a search, which views share."""

from latent_atlas.ui.reconstruct.finding import HELP, LONGEST
from latent_atlas.ui.reconstruct.parameters import field, words

_NAME = "find"
FIND = words(_NAME, LONGEST)


def search_field() -> str:
    """Draw it; returns what is searched for (`finding.found`)."""
    return field(
        _NAME,
        "Find",
        longest=LONGEST,
        width=168,
        placeholder="Find: 12, or a class",
        told=HELP,
    )
