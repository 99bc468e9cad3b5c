"""What a model makes of one image that is in no dataset: its posterior, its copy, its nats."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.ui.catalog import ModelEntry, companion_dataset, loaded
from latent_atlas.ui.reconstruct.ledger import BARS
from latent_atlas.ui.reconstruct.rows import Shown, wall_data
from vae_core.data import Split
from vae_core.evaluation import Treatment, draw_variance, usual_treatment
from vae_core.evaluation.draws import Stream
from vae_core.evaluation.pixel_costs import pixel_costs
from vae_core.latent import encode_images
from vae_core.models import VAE, DiagonalGaussian
from vae_core.numerals import decimal

# One image is quick to measure, and its number alone is looked at.
SAMPLES = 64
# So often it is measured again, to know what another draw of z changes: to some 17 %.
_AGAIN = 16
# The bars of the posterior show this much of the prior to either side.
_REACH = 3.0
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Reading:
    """The posterior of an image, `mu` and `deviation` [J], and the data of its ledger.

    `total` is its cost in nats, `half_width` the ± of that over draws of z, and `treatment` names
    the targets of the ledger's numbers.
    """

    mu: Tensor
    deviation: Tensor
    ledger: dict[str, Any]
    total: float
    half_width: float
    treatment: Treatment


def reading(entry: ModelEntry, image: Tensor) -> Reading:
    """Encode and measure `image`, uint8 [C, H, W], which has the model's shape.

    The same image and model are read once. Raises AtlasError when the model is gone.
    """
    saved = loaded(entry)
    data = companion_dataset(entry)
    binary = data is not None and data.binary
    treatment = usual_treatment(saved.training.treatment, binary=binary)
    return _read(entry.digest, image.numpy().tobytes(), treatment, entry.title, saved.vae, image)


@st.cache_resource(max_entries=64, show_spinner=False)
def _read(
    digest: str, pixels: bytes, treatment: Treatment, title: str, _vae: VAE, _image: Tensor
) -> Reading:
    images = _image[None]
    first = torch.tensor([0])
    stream = Stream(1, _vae.architecture.latent_dim, treatment, SAMPLES)
    found = pixel_costs(_vae, images, first, stream)
    repeated = images.expand(_AGAIN, *_image.shape)
    column = Shown(
        title,
        _vae,
        found.bounds,
        draw_variance(_vae, repeated, treatment=treatment, samples=SAMPLES),
        costs=found.costs,
        draws=SAMPLES,
    )
    encodings = encode_images(_vae, images)
    mu, deviation = encodings.mu[0], torch.exp(0.5 * encodings.logvar[0])
    ledger = wall_data(Split("your", images, None), first, [column], treatment=treatment)
    kl = DiagonalGaussian(mu, encodings.logvar[0]).kl()
    order = kl.argsort(descending=True, stable=True)[:BARS].tolist()
    ledger["posterior"] = [_row(axis, float(mu[axis]), float(deviation[axis])) for axis in order]
    ledger["more"] = max(0, len(kl) - BARS)
    total = -float(found.bounds.elbo[0])
    return Reading(mu, deviation, ledger, total, column.image_half_width, treatment)


def _row(axis: int, mu: float, deviation: float) -> dict[str, Any]:
    """One dimension: its name, its numbers as text, and where its bar begins and ends, 0 to 1."""
    ends = [(value + _REACH) / (2 * _REACH) for value in (mu - deviation, mu + deviation)]
    low, high = (min(1.0, max(0.0, end)) for end in ends)
    written = f"{decimal(mu, 2)} ± {decimal(deviation, 2)}"
    return {"name": f"z{str(axis + 1).translate(_LOW)}", "text": written, "from": low, "to": high}
