"""The latent space as a place: where images land in it, and what its points decode to."""

from vae_core.latent.encodings import Encodings, encode_images
from vae_core.latent.manifold import Axis, manifold_coordinates, manifold_images

__all__ = ["Axis", "Encodings", "encode_images", "manifold_coordinates", "manifold_images"]
