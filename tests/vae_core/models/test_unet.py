"""The network of diffusion models: any shape of image, and what it is at first."""

import pytest
import torch
from torch import Generator, nn

from vae_core.models.initialisation import initialise
from vae_core.models.networks.unet import Attention, UNet


def _unet(channels: int, base_channels: int = 8) -> UNet:
    network = UNet(channels, base_channels)
    initialise(network, "torch", Generator().manual_seed(0))
    return network


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 14), (1, 28, 28), (4, 1, 5)])
def test_it_gives_back_the_shape_that_it_is_given(shape: tuple[int, int, int]) -> None:
    with torch.no_grad():
        assert _unet(shape[0])(torch.zeros(2, *shape), torch.rand(2)).shape == (2, *shape)


@pytest.mark.parametrize("base_channels", [8, 13])
def test_it_has_as_many_channels_as_it_is_told(base_channels: int) -> None:
    network = _unet(2, base_channels)
    assert network.patches.out_channels == base_channels
    with torch.no_grad():
        assert network(torch.zeros(1, 2, 4, 4), torch.rand(1)).shape == (1, 2, 4, 4)


def test_what_it_says_of_an_image_does_not_depend_on_the_others_and_does_on_the_time() -> None:
    network, x = _unet(1), torch.randn(3, 1, 8, 8, generator=Generator().manual_seed(1))
    with torch.no_grad():
        all_three = network(x, torch.tensor([0.1, 0.5, 0.9]))
        alone = network(x[1:2], torch.tensor([0.5]))
        later = network(x[1:2], torch.tensor([0.501]))
    torch.testing.assert_close(all_three[1:2], alone)
    assert (later - alone).abs().max() > 1e-3


@pytest.mark.parametrize("few", [0, 15])
def test_attention_is_that_of_torch(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae_core.models.networks.unet._FEW", few)
    layer, other = Attention(8), nn.MultiheadAttention(8, 1, batch_first=True)
    initialise(layer, "torch", Generator().manual_seed(0))
    with torch.no_grad():
        other.in_proj_weight.copy_(layer.asked.weight.flatten(1))
        assert other.in_proj_bias is not None
        assert layer.asked.bias is not None
        assert layer.joined.bias is not None
        other.in_proj_bias.copy_(layer.asked.bias)
        other.out_proj.weight.copy_(layer.joined.weight.flatten(1))
        other.out_proj.bias.copy_(layer.joined.bias)
        x = torch.randn(2, 8, 3, 5, generator=Generator().manual_seed(1))
        places = layer.norm(x).flatten(2).transpose(1, 2)
        wanted = x + other(places, places, places)[0].transpose(1, 2).reshape(x.shape)
        torch.testing.assert_close(layer(x), wanted)


def test_settled_it_says_nothing_and_every_parameter_but_those_behind_zeros_can_learn() -> None:
    network = _unet(1)
    network.settle()
    x = torch.randn(3, 1, 8, 8, generator=Generator().manual_seed(1))
    said = network(x, torch.rand(3))
    assert not said.any()
    (said - x).square().mean().backward()
    assert network.output.weight.grad is not None
    assert network.output.weight.grad.abs().max() > 0
