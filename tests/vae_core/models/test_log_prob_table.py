"""log p(x|z) of every image at every z is that of each pair by itself."""

import pytest
import torch

from vae_core.models import LIKELIHOODS, VAE, Architecture


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_table_has_what_each_pair_has(likelihood: str) -> None:
    vae = VAE(Architecture(image_shape=(1, 5, 4), latent_dim=3, hidden=(7,), likelihood=likelihood))
    generator = torch.Generator().manual_seed(0)
    vae.initialise("paper", generator)
    x, z = torch.rand(3, 1, 5, 4, generator=generator), torch.randn(6, 3, generator=generator)
    with torch.no_grad():
        table = vae.decode(z).log_prob_table(x)
        pairs = vae.decode(z.repeat_interleave(3, 0)).log_prob(x.repeat(6, 1, 1, 1))
    torch.testing.assert_close(table, pairs.view(6, 3), rtol=1e-5, atol=1e-4)
