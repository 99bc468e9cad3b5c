"""One picture for all images, against its closed forms."""

import math

import pytest
import torch
from torch import Generator, Tensor

from vae_core.data import load_dataset
from vae_core.evaluation import best_constant, evaluate, standards
from vae_core.models import VAE, Architecture


@pytest.fixture(scope="module")
def images() -> Tensor:
    return load_dataset("digits").split("test").images[:100]


def untrained(likelihood: str) -> VAE:
    architecture = Architecture(image_shape=(1, 8, 8), latent_dim=2, likelihood=likelihood)
    return VAE(architecture).initialise("torch", Generator().manual_seed(0))


def test_independent_bernoullis_cost_their_cross_entropy(images: Tensor) -> None:
    x = images.double() / 255
    mean = x.mean(0)
    exact = torch.xlogy(mean, mean) + torch.xlogy(1 - mean, 1 - mean)
    assert best_constant(untrained("bernoulli"), images) == pytest.approx(
        float(exact.sum()), abs=0.3
    )


def test_one_shared_deviation_is_that_of_the_residuals(images: Tensor) -> None:
    x = images.double() / 255
    variance = float((x - x.mean(0)).square().mean())
    exact = -32 * (math.log(2 * math.pi * variance) + 1)
    assert best_constant(untrained("gaussian-shared"), images) == pytest.approx(exact, abs=0.3)


def test_a_fixed_deviation_is_kept(images: Tensor) -> None:
    x = images.double() / 255
    at_mean = float((x - x.mean(0)).square().sum()) / len(x)
    exact = -32 * math.log(2 * math.pi * 0.01) - at_mean / 0.02
    assert best_constant(untrained("gaussian-fixed"), images) == pytest.approx(exact, abs=0.5)


def test_the_standards_leave_the_model_and_every_random_stream_as_they_were(
    images: Tensor,
) -> None:
    model = untrained("gaussian-shared")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    found = standards(model, images, treatment="dynamic")
    assert found == standards(model, images, treatment="dynamic")
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert found.untrained == evaluate(model, images, treatment="dynamic").elbo
    assert found.numbers == 64
