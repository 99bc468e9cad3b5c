"""How far images are from a chosen one, as the first of the models compared sees them."""

import streamlit as st
from torch import Tensor

from latent_atlas.ui.reconstruct.comparison import Comparison
from vae_core.latent import encode_images
from vae_core.models import VAE


def distances(comparison: Comparison, image: int) -> Tensor:
    """Distances [N] of the means of q(z|x) of all images to that of `image`, in units of z."""
    first = comparison.columns[0]
    mu = _means(
        first.entry.digest,
        comparison.data.name,
        comparison.split.name,
        first.vae,
        comparison.split.images,
    )
    return (mu - mu[image]).norm(dim=1)


@st.cache_resource(max_entries=4, show_spinner=False)
def _means(digest: str, dataset: str, split: str, _vae: VAE, _images: Tensor) -> Tensor:
    """Means [N, J], kept by the names as the bounds are."""
    return encode_images(_vae, _images).mu
