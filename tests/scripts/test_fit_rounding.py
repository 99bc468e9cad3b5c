"""Weights in few bits that were fitted: how little the pictures change."""

import pytest
import torch
from torch import Tensor

from scripts.fit_rounding import fewest_bits, fitted
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture, decoder_tensors
from vae_core.models.rounding import rounded, unrounded

LEVELS = 7  # to either side of none: 4 bits


def wide_vae(**sizes: object) -> VAE:
    torch.manual_seed(0)
    sizes = {"latent_dim": 2, "hidden": (48, 32)} | sizes
    vae = VAE(Architecture.model_validate({"image_shape": (1, 8, 8), **sizes}))
    vae.requires_grad_(False)
    for tensor in decoder_tensors(vae)[0].values():
        tensor.mul_(3)  # as far from a straight line as a trained one
    return vae


def spots(along: int) -> Tensor:
    each = torch.linspace(-3, 3, along)
    return torch.cartesian_prod(each, each)


def in_few_levels(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """All layers after the first rounded to the nearest of as many levels, each row for itself."""
    found = rounded(tensors)
    for name in [each for each, tensor in tensors.items() if tensor.dim() == 2][1:]:
        scale = tensors[name].abs().amax(1) / LEVELS
        found[name] = (tensors[name] / scale[:, None]).round().to(torch.int8)
        found[name + ".scale"] = scale
    return found


def test_pictures_change_less_than_by_rounding_each_weight_for_itself() -> None:
    vae, z = wide_vae(), spots(15)
    exact = {name: tensor.clone() for name, tensor in decoder_tensors(vae)[0].items()}
    before = vae.decode(z).mean

    def change(small: dict[str, Tensor]) -> float:
        vae.load_state_dict(vae.state_dict() | unrounded(small))
        return float((vae.decode(z).mean - before).abs().mean())

    small = fitted(vae, spots(21), 4)
    assert all(torch.equal(decoder_tensors(vae)[0][name], exact[name]) for name in exact)
    assert change(small) < 0.5 * change(in_few_levels(exact))
    later = [tensor for tensor in small.values() if tensor.dtype == torch.int8][1:]
    assert [int(tensor.abs().max()) for tensor in later] == [LEVELS] * 2


def test_as_many_bits_are_taken_as_the_promise_needs() -> None:
    vae, z = wide_vae(), spots(15)
    found = [fewest_bits(vae, z, z, most) for most in (0.5, 0.02, 0.0)]
    assert found[0].bits == 4 < found[1].bits < found[2].bits == 8
    assert float(found[1].changes.max()) <= 0.02 < most_changed(vae, z, found[1].bits - 1)


def most_changed(vae: VAE, z: Tensor, bits: int) -> float:
    """The most that a pixel changes by in so many bits."""
    before, exact = vae.decode(z).mean, vae.state_dict()
    vae.load_state_dict(exact | unrounded(fitted(vae, z, bits)))
    return float((vae.decode(z).mean - before).abs().max())


def test_convolutions_are_refused_in_a_sentence() -> None:
    with pytest.raises(AtlasError, match="fully connected"):
        fitted(wide_vae(network="conv", channels=(4, 6)), spots(3), 4)
