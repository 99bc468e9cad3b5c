"""Weights in few bits, rounded so that the pictures change least.

What rounding one weight of a row does to the layer's outputs, the weights after it make up for, as
far as the layer's own inputs let them: GPTQ (Frantar et al. 2023, https://arxiv.org/abs/2210.17323).
Inputs over a plane have few directions, so most of it can be made up for.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vae_core.errors import AtlasError
from vae_core.models import VAE, decoder_tensors
from vae_core.models.rounding import SCALE, rounded, unrounded

BITS = (4, 5, 6, 7, 8)
_DAMPING = 0.01  # of the mean of the inputs' second moments: directions that z hardly takes


@dataclass(frozen=True)
class Fitted:
    """A decoder's tensors as ``rounded`` has them, and how far its pixels are from what they were.

    `changes` are of each pixel of each spot, black to white being 1. [N · D].
    """

    tensors: dict[str, Tensor]
    bits: int
    changes: Tensor


@torch.no_grad()
def fewest_bits(vae: VAE, fit_on: Tensor, look_at: Tensor, most: float) -> Fitted:
    """The decoder of `vae` in the fewest bits a weight that change no pixel by more than `most`.

    Args:
        fit_on: the z [M, J] whose pictures rounding shall change least.
        look_at: the z [N, J] whose pixels are held against `most`; in 8 bits they may be beyond it.

    Raises AtlasError for a decoder that is not made of fully connected layers alone.
    """
    exact = {name: tensor.clone() for name, tensor in decoder_tensors(vae)[0].items()}
    before = vae.decode(look_at).mean
    for bits in BITS:
        found = fitted(vae, fit_on, bits)
        changes = (_set(vae, unrounded(found)).decode(look_at).mean - before).abs().flatten()
        _set(vae, exact)
        if float(changes.max()) <= most:
            break
    return Fitted(found, bits, changes)


@torch.no_grad()
def fitted(vae: VAE, z: Tensor, bits: int) -> dict[str, Tensor]:
    """The decoder's tensors, in the form of ``rounded``, with weights of so many `bits`.

    The first layer, which all others hang on and which has few weights, keeps 8. `z` [M, J] are
    those whose pictures shall change least. Raises AtlasError as ``fewest_bits``.
    """
    exact = {name: tensor.clone() for name, tensor in decoder_tensors(vae)[0].items()}
    found, first = rounded(exact), True
    for name in (each for each, tensor in exact.items() if tensor.dim() >= 2):
        layer = vae.get_submodule(name.removesuffix(".weight"))
        if not isinstance(layer, nn.Linear):
            raise AtlasError("Only weights of fully connected layers can be fitted.")
        levels = 2 ** ((8 if first else bits) - 1) - 1
        found[name], found[name + SCALE] = _fit(exact[name], _inputs(vae, layer, z), levels)
        _set(vae, unrounded(found))
        first = False
    _set(vae, exact)
    return found


def _fit(weight: Tensor, inputs: Tensor, levels: int) -> tuple[Tensor, Tensor]:
    """Integers [O, I] from -`levels` to `levels` and their scale [O], for inputs [M, I]."""
    rows = weight.double()
    tiny = torch.finfo(torch.float32).tiny
    scale = (weight.abs().amax(1).clamp_min(tiny) / levels).float()
    moments = inputs.double().T @ inputs.double()
    # The inputs that say most first: what is left over falls to those that say least.
    order = moments.diag().argsort(descending=True, stable=True)
    moments += _DAMPING * moments.diag().mean() * torch.eye(len(moments), dtype=torch.float64)
    inverse = torch.linalg.inv(moments[order][:, order])
    upper = torch.linalg.cholesky(inverse, upper=True)
    rows, step = rows[:, order].clone(), scale.double()
    whole = torch.zeros_like(rows)
    for column in range(rows.shape[1]):
        whole[:, column] = (rows[:, column] / step).round().clamp(-levels, levels)
        error = (rows[:, column] - whole[:, column] * step) / upper[column, column]
        rows[:, column:] -= error[:, None] * upper[column, column:]
    found = torch.empty_like(whole)
    found[:, order] = whole
    return found.to(torch.int8), scale


def _inputs(vae: VAE, layer: nn.Linear, z: Tensor) -> Tensor:
    """What reaches a layer when these z [M, J] are decoded. [M, I]."""
    seen: list[Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    vae.decode(z)
    hook.remove()
    return seen[0]


def _set(vae: VAE, decoder: dict[str, Tensor]) -> VAE:
    vae.load_state_dict(vae.state_dict() | decoder)
    return vae
