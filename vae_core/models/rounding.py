"""Weights in 16 or 8 bits: fewer bytes, for decoders that are kept to be looked at."""

from collections.abc import Mapping

import torch
from torch import Tensor

SCALE = ".scale"
_MOST = 127


def halved(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors as float16, at most a two-thousandth of each number from what they were.

    What is beyond float16 (65,504) is as large as float16 can be.
    """
    most = torch.finfo(torch.float16).max
    return {name: tensor.clamp(-most, most).half() for name, tensor in tensors.items()}


def rounded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors with each matrix or kernel [O, …] as int8, beside ``NAME.scale``.

    The scale [O] is float32: a row is its integers times its scale, at most half a scale from what
    it was. Biases stay as they are.
    """
    found: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.dim() < 2:
            found[name] = tensor
            continue
        scale = tensor.flatten(1).abs().amax(1).clamp_min(torch.finfo(torch.float32).tiny) / _MOST
        found[name] = (tensor / _rows(scale, tensor)).round().to(torch.int8)
        found[name + SCALE] = scale
    return found


def unrounded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What ``rounded`` gave as float32; anything else, or what does not fit, stays as it is."""
    found = dict(tensors)
    for name, tensor in tensors.items():
        scale = tensors.get(name + SCALE)
        fits = scale is not None and tensor.dtype == torch.int8 and scale.shape == tensor.shape[:1]
        if scale is not None and fits and scale.dtype == torch.float32:
            found[name] = tensor.float() * _rows(scale, tensor)
            del found[name + SCALE]
    return found


def _rows(scale: Tensor, like: Tensor) -> Tensor:
    return scale.view(-1, *[1] * (like.dim() - 1))
