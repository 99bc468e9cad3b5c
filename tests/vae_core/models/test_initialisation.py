"""Where training starts from."""

import pytest
import torch

from vae_core.models import VAE, Architecture
from vae_core.models.initialisation import Initialisation

ARCHITECTURE = Architecture(image_shape=(1, 28, 28), latent_dim=5, hidden=(300, 200))


def _parameters(scheme: Initialisation, seed: int = 0) -> dict[str, torch.Tensor]:
    vae = VAE(ARCHITECTURE).initialise(scheme, torch.Generator().manual_seed(seed))
    return {name: p.detach().clone() for name, p in vae.named_parameters()}


@pytest.mark.parametrize(("scheme", "deviation"), [("paper", 0.1), ("paper-small", 0.01)])
def test_the_papers_schemes_draw_all_parameters_with_their_deviation(
    scheme: Initialisation, deviation: float
) -> None:
    everything = torch.cat([p.flatten() for p in _parameters(scheme).values()])
    assert abs(float(everything.std()) / deviation - 1) < 0.01
    assert abs(float(everything.mean())) < 0.01 * deviation
    biases = torch.cat([p for name, p in _parameters(scheme).items() if name.endswith("bias")])
    assert abs(float(biases.std()) / deviation - 1) < 0.1


def test_torchs_scheme_is_uniform_within_one_over_root_fan_in() -> None:
    weight = _parameters("torch")["encoder.layers.0.weight"]
    limit = 784**-0.5
    assert float(weight.abs().max()) <= limit
    assert abs(float(weight.std()) / (limit / 3**0.5) - 1) < 0.01


def test_the_seed_decides_every_parameter() -> None:
    first, same, other = _parameters("torch"), _parameters("torch"), _parameters("torch", seed=1)
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not any(torch.equal(first[name], other[name]) for name in first)
