"""Two maps of a split compared, computed once and kept; and how they are laid flat for drawing."""

from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.reports.map_agreement import Arrow, MapAgreement
from latent_atlas.ui.palette import CLASS_COLOURS
from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.maps import words
from latent_atlas.ui.reconstruct.measure import fingerprint
from vae_core.latent import Encodings, encode_images, principal_axes
from vae_core.latent.agreement import Alignment, Company, align, company
from vae_core.models import VAE

# Images of a split, evenly chosen, whose neighbours are looked for: a second, or two of those maps
# that have many dimensions.
MOST_IMAGES, MOST_OF_MANY, MANY = 4000, 2000, 32
ARROWS = 200
_DOTS = 1500
_ARROW_INK = "#CC3311"  # without classes


@dataclass(frozen=True, eq=False)
class Agreement:
    """Two maps of the images at `index` (int64 [n], into the split)."""

    index: Tensor
    alignment: Alignment
    company: Company
    dims: tuple[int, int]

    def movers(self) -> Tensor:
        """The images that changed most, as places in `index`; at most `ARROWS`."""
        return self.company.most_changed(self.alignment.moved, ARROWS)


def compared(comparison: Comparison, first: Column, second: Column) -> Agreement:
    """The maps of two columns. Raises AtlasError where they cannot be laid on each other."""
    return _compared(
        first.entry.digest,
        second.entry.digest,
        comparison.data.name,
        comparison.split.name,
        fingerprint(comparison.split.images),
        first.vae,
        second.vae,
        comparison.split.images,
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _compared(
    first: str,
    second: str,
    dataset: str,
    split: str,
    printed: bytes,
    _one: VAE,
    _other: VAE,
    _images: Tensor,
) -> Agreement:
    """Kept by digests, names and some pixels; models are not hashed. Read-only."""
    dims = _one.architecture.latent_dim, _other.architecture.latent_dim
    most = MOST_OF_MANY if max(dims) > MANY else MOST_IMAGES
    count = len(_images)
    index = torch.arange(count) if count <= most else torch.arange(most) * count // most
    images = _images[index]
    a, b = (encode_images(vae, images).mu for vae in (_one, _other))
    return Agreement(index, align(a, b), company(a, b), dims)


def figure_data(
    agreement: Agreement, comparison: Comparison, letters: tuple[str, str] = ("A", "B")
) -> MapAgreement:
    """What is drawn: all of A quietly, and an arrow for each image that changed most.

    `letters` are those of the two columns.
    """
    axes, start, end = flat(agreement, letters)
    names, labels = comparison.class_names, comparison.split.labels
    arrows = []
    for place in agreement.movers().tolist():
        image = int(agreement.index[place])
        kind = "" if labels is None else names[int(labels[image])]
        kept = round(float(agreement.company.shares[place]) * agreement.company.k)
        told = words.beside_an_arrow(image, kind, kept, agreement.company.k)
        arrows.append(
            Arrow(
                image=image, kind=kind, told=told, start=_spot(start, place), end=_spot(end, place)
            )
        )
    dots = start[:: -(-len(start) // _DOTS)]
    return MapAgreement(
        axes=axes,
        stays=tuple((float(x), float(y)) for x, y in dots.tolist()),
        arrows=tuple(arrows),
        colours={
            "": _ARROW_INK,
            **{name: CLASS_COLOURS[k % len(CLASS_COLOURS)] for k, name in enumerate(names)},
        },
    )


def flat(
    agreement: Agreement, letters: tuple[str, str] = ("A", "B")
) -> tuple[tuple[str, str], Tensor, Tensor]:
    """Two axes, and the places of A and of B laid on it along them; each [n, 2].

    A plane is drawn as it is; of more dimensions, the first two principal axes of A. Where both
    have one dimension A lies on the diagonal, and B above or below it. Where A alone has one, the
    other axis is what B has most of besides.
    """
    first, laid = agreement.alignment.first, agreement.alignment.laid
    own, other = agreement.dims
    a, b = letters
    if own == other == 1:
        return (
            (f"z₁ of {a}", f"z₁ of {b}, laid on {a}"),
            first.repeat(1, 2),
            torch.cat([first, laid], 1),
        )
    if own == 1:
        beside = principal_axes(Encodings(laid[:, 1:], laid[:, 1:])).components[0]
        return (
            (f"z₁ of {a}", f"what {b} has besides"),
            torch.stack([first[:, 0], first[:, 1:] @ beside], 1),
            torch.stack([laid[:, 0], laid[:, 1:] @ beside], 1),
        )
    if own == 2:
        return (f"z₁ of {a}", f"z₂ of {a}"), first[:, :2], laid[:, :2]
    axes = principal_axes(Encodings(first, first))
    names = f"first principal axis of {a}", f"second principal axis of {a}"
    return names, axes.project(first)[:, :2], axes.project(laid)[:, :2]


def _spot(points: Tensor, place: int) -> tuple[float, float]:
    x, y = points[place].tolist()
    return float(x), float(y)
