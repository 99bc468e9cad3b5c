"""Pictures that a finding shows, and what pictures of each kind are called."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from vae_core.models import DrawsLatents, Model

SHOWN = 12  # pictures of a strip

# A VAE's pictures are of two kinds, which are never mixed; scripts read the names.
_OF_VAE = {
    "means": "means E[x|z] of z from the prior",
    "samples": "samples x ~ p(x|z) of z from the prior",
    "reconstructed_means": "means E[x|z] of reconstructions",
}
_OF_OTHERS = {"samples": "samples"}


@dataclass(frozen=True, eq=False)
class Strip:
    """Pictures in a row, uint8 [n, C, H, W], and what they are.

    `beside` are as many others, uint8 likewise, each shown with one of them: `beside_label` says
    what those are. `walk`: they follow one another, and stay in one row however narrow.
    """

    label: str
    pictures: Tensor
    beside: Tensor | None = None
    beside_label: str = ""
    walk: bool = False

    @property
    def row(self) -> str:
        """The classes of the row in HTML."""
        return "row walk" if self.walk else "row"

    @property
    def heading(self) -> str:
        """What stands above the row."""
        told = self.label
        if self.beside is not None:
            told = f"{told}, each beside {self.beside_label}"
        return told[0].upper() + told[1:]


def strip(label: str, pictures: Tensor) -> Strip:
    """The first of some pictures; a copy, so that the others can be forgotten."""
    return Strip(label, pictures[:SHOWN].clone())


def labels_of(model: Model) -> Mapping[str, str]:
    """What a model's pictures are called, in the middle of a sentence, by the names of kinds."""
    return _OF_VAE if isinstance(model, DrawsLatents) else _OF_OTHERS


def short_label(name: str) -> str:
    """What a chart calls pictures of this name."""
    return name.replace("_", " ")
