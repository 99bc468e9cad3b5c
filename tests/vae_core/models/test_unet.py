"""The network of diffusion models: any shape of image, and what it is at first."""

import pytest
import torch
from torch import Generator

from vae_core.models.initialisation import initialise
from vae_core.models.networks.unet import UNet


def _unet(channels: int) -> UNet:
    network = UNet(channels, 8)
    initialise(network, "torch", Generator().manual_seed(0))
    return network


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 14), (1, 28, 28), (4, 1, 5)])
def test_it_gives_back_the_shape_that_it_is_given(shape: tuple[int, int, int]) -> None:
    with torch.no_grad():
        assert _unet(shape[0])(torch.zeros(2, *shape), torch.rand(2)).shape == (2, *shape)


def test_what_it_says_of_an_image_does_not_depend_on_the_others_and_does_on_the_time() -> None:
    network, x = _unet(1), torch.randn(3, 1, 8, 8, generator=Generator().manual_seed(1))
    with torch.no_grad():
        all_three = network(x, torch.tensor([0.1, 0.5, 0.9]))
        alone = network(x[1:2], torch.tensor([0.5]))
        later = network(x[1:2], torch.tensor([0.501]))
    torch.testing.assert_close(all_three[1:2], alone)
    assert (later - alone).abs().max() > 1e-3


def test_settled_it_says_nothing_and_every_parameter_but_those_behind_zeros_can_learn() -> None:
    network = _unet(1)
    network.settle()
    x = torch.randn(3, 1, 8, 8, generator=Generator().manual_seed(1))
    said = network(x, torch.rand(3))
    assert not said.any()
    (said - x).square().mean().backward()
    assert network.output.weight.grad is not None
    assert network.output.weight.grad.abs().max() > 0
