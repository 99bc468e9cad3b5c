"""The pullback metric: how fast the decoded image changes as z moves (Arvanitidis et al. 2018).

A step dz changes what is decoded by √(dz' G dz). Two rulers are offered.

``information``: the Fisher information of p(x|z), by which KL(p(x|z) || p(x|z + dz)) ≈ ½ dz' G dz,
in nats. Each likelihood says its own (``PixelLikelihood.information``). With J_a the Jacobian of a
decoder output a, that of a Bernoulli is J_a' diag(Var x) J_a, a the logits and Var x = p(1 − p);
that of a Gaussian J_m' diag(1/s²) J_m + ½ J_l' J_l, m the mean and l = log s².

``euclidean``: J_m' J_m of the mean image, in pixel values: what the eye sees, and what the lengths
in ``vae_core.latent.paths`` are measured in. The standard deviations of a Gaussian do not enter.

Information is the default, as it is in the model's own units and knows all that the decoder says.
"""

from typing import Literal, Protocol

import torch
from torch import Tensor

from vae_core.models import PixelLikelihood
from vae_core.models.likelihoods.base import InformationTerm

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


def _information(likelihood: PixelLikelihood) -> list[InformationTerm]:
    return likelihood.information()


def _euclidean(likelihood: PixelLikelihood) -> list[InformationTerm]:
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
