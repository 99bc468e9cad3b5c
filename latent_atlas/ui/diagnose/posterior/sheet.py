"""What the browser needs to integrate p(z|x) by itself: images, and what the encoder says of them.

Of q(z|x) it knows no family. A standard normal eps becomes a z of q (``Posterior.at``), so that the
curves on which |eps| is constant hold the same share of q in every family; of a Gaussian they are
its ellipses. And an expectation under q is a sum over a grid of eps.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args
from urllib.parse import quote

import torch
from torch import Generator, Tensor

from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.reconstruct.shown_images import shown_dataset
from vae_core.checkpoint import checkpoint_bytes
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment
from vae_core.evaluation.bounds import image_batches
from vae_core.models import VAE, Posterior

MOST_IMAGES = 100
# |eps| on the curves that are drawn, and on the one that says what an encoder reaches at all.
RADII = (1.0, 2.0, 20.0)
_CORNERS = 96
# Nodes of eps: of what is smooth at the scale of q a sum with this step errs by some e⁻³⁵.
_STEP, _REACH = 0.75, 5.25
_LEAST_EXTENT = 6.0  # standard deviations of the prior
_SEED = 0  # as in the diagnosis, so that both look at the same binarised pixels


@dataclass(frozen=True)
class Asked:
    """Some images under a model, as an address names them."""

    digest: str
    dataset: str
    split: str
    treatment: Treatment


def asked_images(digest: str, dataset: str, split: str, treatment: str) -> Asked:
    """What an address names. Raises AtlasError for a treatment that there is not."""
    known: tuple[Treatment, ...] = get_args(Treatment)
    for each in known:
        if each == treatment:
            return Asked(digest, dataset, split, each)
    raise AtlasError("There is no such treatment of images: reload the page.")


def sheet_address(asked: Asked) -> str:
    """Where the browser finds the sheet of these images."""
    parts = (asked.digest, asked.dataset, asked.split, asked.treatment)
    return "/".join(["api/posteriors", *(quote(each, safe="") for each in parts)])


@lru_cache(maxsize=16)  # some 0.6 MB each
def sheet_content(asked: Asked) -> bytes:
    """The sheet as safetensors.

    Raises AtlasError where model or images are not here (any more), or do not fit.
    """
    vae = load_by_digest(asked.digest).vae
    dataset = shown_dataset(asked.dataset)
    shape, latent_dim = vae.architecture.image_shape, vae.architecture.latent_dim
    if dataset.image_shape != shape or latent_dim != 2 or asked.split not in dataset.splits:
        raise AtlasError("There is no such picture of these images: reload the page.")
    return sheet_bytes(vae, dataset.split(asked.split).images, asked.treatment)


@torch.inference_mode()
def sheet_bytes(vae: VAE, images: Tensor, treatment: Treatment) -> bytes:
    """The first images of a split, uint8 [N, C, H, W], as a sheet."""
    (x,) = image_batches(
        images[:MOST_IMAGES], treatment, Generator().manual_seed(_SEED), MOST_IMAGES
    )
    q = vae.encode(x)
    eps, weights = nodes()
    z = _at_each(q, eps)
    log_q = torch.stack([q.log_prob(z[:, k]) for k in range(len(eps))], 1)
    spread = q.mu.abs() + _LEAST_EXTENT * (0.5 * q.marginal_logvar).exp()
    tensors = {
        "images": (x * 255).round().to(torch.uint8),
        "mean": q.mu,
        "rings": rings(q, RADII),
        "z": z,
        "log_q": log_q,
        "weights": weights,
        "extent": spread.max().clamp(min=_LEAST_EXTENT).view(1),
    }
    return checkpoint_bytes(tensors, {})


def nodes() -> tuple[Tensor, Tensor]:
    """Places of eps [K, 2], and what each counts under N(0, I) [K]."""
    steps = torch.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    grid = torch.cartesian_prod(steps, steps)
    squares = grid.square().sum(1)
    near = squares <= _REACH**2
    return grid[near], torch.softmax(-0.5 * squares[near], 0)


@torch.inference_mode()
def rings(q: Posterior, radii: tuple[float, ...]) -> Tensor:
    """Where |eps| is one of these: closed curves on the plane of z. [N, radii, corners, 2]."""
    turn = torch.arange(_CORNERS) * (2 * math.pi / _CORNERS)
    circle = torch.stack([turn.cos(), turn.sin()], 1)
    return torch.stack([_at_each(q, radius * circle) for radius in radii], 1)


def _at_each(q: Posterior, eps: Tensor) -> Tensor:
    """z of each eps [K, 2] for each image. [N, K, 2]."""
    return torch.stack([q.at(each.expand_as(q.mu)) for each in eps], 1)
