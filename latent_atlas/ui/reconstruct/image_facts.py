"""What is known of one image under one model beside its bound: log p(x), and how alike its copy is.

Too slow to be known of every image: the browser asks for that of the image which somebody looks at.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args
from urllib.parse import quote

import torch
from torch import Tensor

from latent_atlas.ui.model_files import load_by_digest
from latent_atlas.ui.reconstruct.measure import SAMPLES
from latent_atlas.ui.reconstruct.resized import parted_name
from latent_atlas.ui.reconstruct.shown_images import shown_image
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    LogLikelihood,
    Treatment,
    by_grid,
    by_importance,
    evaluate_images,
    over_images,
    reconstruct,
)
from vae_core.evaluation.draws import Stream
from vae_core.evaluation.estimators import GRID_BY_DEFAULT
from vae_core.evaluation.likelihood import GRID
from vae_core.evaluation.similarity import similarity
from vae_core.models import VAE
from vae_core.numerals import decimal, with_error

_K = 1000  # importance samples, where there is no grid
_DRAWS = 256  # of z, for the bound that the gap is to
_Z = 1.96
_LEAST_ERROR = 0.005  # more decimals than these are of no use
NAMES: tuple[tuple[str, str], ...] = (
    ("log p(x)", "what the bound bounds"),
    ("gap", "log p(x) − ELBO"),
    ("MSE", "of values from 0 to 1"),
    ("PSNR", "dB; more is more alike"),
    ("SSIM", "1 is alike"),
    ("sharpness", "1 is as sharp as the original"),
)


@dataclass(frozen=True)
class Asked:
    """An image under a model, as an address names them."""

    digest: str
    dataset: str
    split: str
    treatment: Treatment
    image: int

    @property
    def data(self) -> str:
        """The name of the data set, without the size that its images are brought to."""
        return parted_name(self.dataset)[0]


def asked_image(digest: str, dataset: str, split: str, treatment: str, image: int) -> Asked:
    """What an address names. Raises AtlasError for a treatment that there is not."""
    known: tuple[Treatment, ...] = get_args(Treatment)
    for each in known:
        if each == treatment:
            return Asked(digest, dataset, split, each, image)
    raise AtlasError("There is no such treatment of images: reload the page.")


def facts_address(digest: str, dataset: str, split: str, treatment: Treatment) -> str:
    """Where the browser finds the facts of images, whose number follows after a slash."""
    return "/".join(["api/facts", *(quote(each, safe="") for each in (digest, dataset, split))]) + (
        f"/{treatment}"
    )


@lru_cache(maxsize=4096)
def image_facts(asked: Asked) -> str:
    """The facts as JSON: `values`, one text for each of `NAMES`, and `notes`, sentences on them.

    Of binarised images the draw is that of the ledger. Raises AtlasError where model,
    data or image are not here (any more).
    """
    vae = load_by_digest(asked.digest).vae
    image, count = shown_image(
        asked.dataset, asked.split, asked.image, vae.architecture.image_shape
    )
    stream = Stream(count, vae.architecture.latent_dim, asked.treatment, SAMPLES)
    x, _ = stream.drawn(image, torch.tensor([asked.image]))
    found = _log_likelihood(vae, x)
    log_p, error = float(found.log_p[0]), _Z * float(found.standard_errors.nan_to_num(0.0)[0])
    bounds = evaluate_images(vae, x.expand(_DRAWS, *x.shape[1:])).elbo.double()
    gap, gap_error = log_p - float(bounds.mean()), math.hypot(error, over_images(bounds) or 0.0)
    alike = similarity(image, reconstruct(vae, image))
    values = [
        with_error(log_p, max(error, _LEAST_ERROR)),
        with_error(gap, max(gap_error, _LEAST_ERROR)),
        decimal(float(alike.mse[0]), 4),
        decimal(float(alike.psnr[0]), 1),
        _or_none(float(alike.ssim[0]), 3),
        _or_none(float(alike.sharpness[0]), 2),
    ]
    method = (
        "integration over a grid of z"
        if found.method == GRID
        else f"importance sampling, k = {_K:,}"
    )
    how = f"log p(x) by {method}; the gap is to the bound of {_DRAWS} draws of z."
    return json.dumps({"values": values, "notes": [how, *found.warnings]})


def _log_likelihood(vae: VAE, x: Tensor) -> LogLikelihood:
    if vae.architecture.latent_dim <= GRID_BY_DEFAULT:
        return by_grid(vae, x)
    return by_importance(vae, x, k=_K)


def _or_none(value: float, places: int) -> str:
    return "–" if math.isnan(value) else decimal(value, places)
