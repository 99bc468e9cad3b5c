"""Weights in 8 bits: how far they are from what they were, and what is read back."""

import pytest
import torch

from vae_core.checkpoint import Checkpoint, checkpoint_bytes, read_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture, checked_decoder, decoder_bytes
from vae_core.models.rounding import SCALE, rounded, unrounded

MLP = Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(16,))
CONV = Architecture(image_shape=(1, 8, 8), latent_dim=2, network="conv", channels=(4, 6))


@pytest.mark.parametrize("architecture", [MLP, CONV], ids=["mlp", "conv"])
def test_a_rounded_decoder_is_a_fourth_as_large_and_within_half_a_step(
    architecture: Architecture,
) -> None:
    exact = read_checkpoint(decoder_bytes(VAE(architecture)))
    small = rounded(exact.tensors)
    content = checkpoint_bytes(small, exact.metadata)
    found = read_checkpoint(checked_decoder(read_checkpoint(content), architecture, "it")).tensors
    assert found.keys() == exact.tensors.keys()
    for name, tensor in exact.tensors.items():
        assert found[name].dtype == torch.float32
        if tensor.dim() < 2:
            assert torch.equal(found[name], tensor)
            continue
        assert small[name].dtype == torch.int8
        step = (tensor.flatten(1).abs().amax(1) / 127).view(-1, *[1] * (tensor.dim() - 1))
        assert ((found[name] - tensor).abs() <= 0.5001 * step).all()


def test_a_row_of_zeros_stays_one() -> None:
    back = unrounded(rounded({"weight": torch.zeros(2, 3)}))["weight"]
    assert torch.equal(back, torch.zeros(2, 3))


@pytest.mark.parametrize("scale", [torch.ones(15), torch.ones(16, 1), torch.ones(16).half()])
def test_a_scale_that_does_not_fit_is_refused_in_a_sentence(scale: torch.Tensor) -> None:
    exact = read_checkpoint(decoder_bytes(VAE(MLP)))
    small = rounded(exact.tensors)
    small["decoder.layers.0.weight" + SCALE] = scale
    with pytest.raises(AtlasError, match="which its own description does not mention"):
        checked_decoder(Checkpoint(small, exact.metadata), MLP, "it")
