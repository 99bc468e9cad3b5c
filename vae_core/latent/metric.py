"""The pullback metric: how fast the decoded image changes as z moves (Arvanitidis et al. 2018).

A step dz changes what is decoded by √(dz' G dz). Two rulers are offered.

``information``: the Fisher information of p(x|z), by which KL(p(x|z) || p(x|z + dz)) ≈ ½ dz' G dz,
in nats. With J_a the Jacobian of a decoder output a, it is

    Bernoulli, continuous Bernoulli    J_a' diag(Var x) J_a, a the logits   (Var x = p(1 − p))
    Gaussian                           J_m' diag(1/s²) J_m + ½ J_l' J_l, m the mean, l = log s²

``euclidean``: J_m' J_m of the mean image, in pixel values: what the eye sees, and what the lengths
in ``vae_core.latent.paths`` are measured in. The standard deviations of a Gaussian do not enter.

Information is the default, as it is in the model's own units and knows all that the decoder says.
"""

from functools import singledispatch
from typing import Literal, Protocol

import torch
from torch import Tensor

from vae_core.models import Bernoulli, ContinuousBernoulli, Gaussian, PixelLikelihood

Metric = Literal["information", "euclidean"]

# Values of a block's images, decoded with their derivatives along two directions: 1 MB each.
_PIXELS_AT_ONCE = 2**18


class Decodes(Protocol):
    """What of a VAE the geometry uses."""

    def decode(self, z: Tensor) -> PixelLikelihood:
        """p(x|z) for z [B, J]."""


def pullback_metric(
    vae: Decodes, z: Tensor, metric: Metric = "information", directions: Tensor | None = None
) -> Tensor:
    """G at each point, restricted to some directions of the latent space.

    Args:
        vae: decodes z.
        z: [M, J].
        metric: the ruler; see above.
        directions: [d, J]; all J axes if None.

    Returns:
        float32 [M, d, d], symmetric and positive semi-definite.
    """
    directions = torch.eye(z.shape[1]) if directions is None else directions
    with torch.no_grad():
        # A copy, because derivatives of tensors from inference mode may not be taken.
        points = z.clone()
        pixels = vae.decode(points[:1]).mean.numel()
        blocks = points.split(max(1, _PIXELS_AT_ONCE // pixels))
        return torch.cat([_block(vae, block, metric, directions) for block in blocks])


def magnification(
    vae: Decodes, z: Tensor, metric: Metric = "information", directions: Tensor | None = None
) -> Tensor:
    """√det G: how much image a small area (length, volume) of the latent space holds. [M]."""
    det = torch.linalg.det(pullback_metric(vae, z, metric, directions).double())
    return det.clamp(min=0).sqrt().float()


# Σ over pixels of w · du · dv: two functions of z to differentiate, and a weight. [B, C, H, W].
_Term = tuple[Tensor, Tensor, Tensor]


@singledispatch
def _information(likelihood: PixelLikelihood) -> list[_Term]:
    """The terms that the information metric is the sum of."""
    raise NotImplementedError(f"no information metric of {type(likelihood).__name__}")


@_information.register(Bernoulli)
@_information.register(ContinuousBernoulli)
def _(likelihood: Bernoulli | ContinuousBernoulli) -> list[_Term]:
    # Exponential families in the logits a, so that Var x = d mean / d a.
    return [(likelihood.mean, likelihood.logits, torch.ones_like(likelihood.logits))]


@_information.register
def _(likelihood: Gaussian) -> list[_Term]:
    mean, logvar = likelihood.mean, likelihood.logvar.expand_as(likelihood.mean)
    terms = [(mean, mean, torch.exp(-logvar))]
    if likelihood.logvar.dim():
        terms.append((logvar, logvar, torch.full_like(logvar, 0.5)))
    return terms


def _euclidean(likelihood: PixelLikelihood) -> list[_Term]:
    return [(likelihood.mean, likelihood.mean, torch.ones_like(likelihood.mean))]


def _block(vae: Decodes, z: Tensor, metric: Metric, directions: Tensor) -> Tensor:
    terms = _information if metric == "information" else _euclidean

    # Each direction has its own copy of the points: decoders may hold operations without vmap.
    d, m = len(directions), len(z)
    tangents = directions.to(z.dtype).repeat_interleave(m, 0)
    found = torch.func.jvp(lambda at: terms(vae.decode(at)), (z.repeat(d, 1),), (tangents,))
    values, derivatives = found[0], found[1]
    G = torch.zeros(m, d, d)
    for (_, _, w), (du, dv, _) in zip(values, derivatives, strict=True):
        scaled = (du * w).reshape(d, m, -1)
        G += torch.einsum("amD,bmD->mab", scaled, dv.reshape(d, m, -1))
    return 0.5 * (G + G.mT)
