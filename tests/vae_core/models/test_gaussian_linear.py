"""A Gaussian whose mean nothing bounds: with no hidden layers, the model of probabilistic PCA."""

import torch
from torch import Generator, nn
from torch.distributions import MultivariateNormal

from vae_core.evaluation import by_importance
from vae_core.models import VAE, Architecture


def test_without_hidden_layers_it_is_linear_and_its_evidence_is_that_of_a_gaussian() -> None:
    architecture = Architecture(
        image_shape=(1, 2, 3), latent_dim=2, hidden=(), likelihood="gaussian-linear", scale=0.5
    )
    vae = VAE(architecture).initialise("torch", Generator().manual_seed(0)).requires_grad_(False)
    output = vae.decoder.output
    assert isinstance(output, nn.Linear)
    z = 9 * torch.randn(5, 2, generator=Generator().manual_seed(1))
    mean = vae.decode(z).mean.flatten(1)
    torch.testing.assert_close(mean, z @ output.weight.T + output.bias)
    assert mean.max() > 1  # it leaves what pixels lie in
    x = torch.rand(4, 1, 2, 3, generator=Generator().manual_seed(2))
    covariance = output.weight @ output.weight.T + 0.25 * torch.eye(6)
    exact = MultivariateNormal(output.bias, covariance).log_prob(x.flatten(1))
    found = by_importance(vae, x, k=20_000)
    assert bool(((found.log_p - exact).abs() < 4 * found.standard_error + 1e-4).all())
