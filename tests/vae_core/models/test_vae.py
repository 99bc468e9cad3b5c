"""The VAE's two networks."""

import torch

from vae_core.models import VAE, Architecture
from vae_core.models.networks import LOGVAR_RANGE


def test_shapes_follow_the_architecture_for_any_image_and_depth() -> None:
    for shape, hidden in [((1, 8, 8), ()), ((3, 5, 7), (11,)), ((1, 28, 20), (16, 9, 4))]:
        vae = VAE(Architecture(image_shape=shape, latent_dim=3, hidden=hidden))
        posterior = vae.encode(torch.rand(6, *shape))
        assert posterior.mu.shape == posterior.logvar.shape == (6, 3)
        assert vae.decode(posterior.mu).mean.shape == (6, *shape)


def test_the_decoder_mirrors_the_encoder() -> None:
    vae = VAE(Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(10, 6)))
    sizes = {name: tuple(p.shape) for name, p in vae.named_parameters() if name.endswith("weight")}
    assert sizes["encoder.layers.0.weight"] == (10, 16)
    assert sizes["encoder.layers.1.weight"] == (6, 10)
    assert sizes["decoder.layers.0.weight"] == (6, 2)
    assert sizes["decoder.layers.1.weight"] == (10, 6)
    assert sizes["decoder.output.weight"] == (16, 10)


def test_one_tanh_layer_computes_appendix_c() -> None:
    vae = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=2, hidden=(3,), activation="tanh"))
    x = torch.rand(5, 1, 2, 2)
    p = dict(vae.named_parameters())
    h = torch.tanh(x.flatten(1) @ p["encoder.layers.0.weight"].T + p["encoder.layers.0.bias"])
    posterior = vae.encode(x)
    torch.testing.assert_close(posterior.mu, h @ p["encoder.mu.weight"].T + p["encoder.mu.bias"])
    z = posterior.mu
    h = torch.tanh(z @ p["decoder.layers.0.weight"].T + p["decoder.layers.0.bias"])
    y = torch.sigmoid(h @ p["decoder.output.weight"].T + p["decoder.output.bias"])
    torch.testing.assert_close(vae.decode(z).mean.flatten(1), y)


def test_wild_weights_cannot_make_the_variance_overflow() -> None:
    vae = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=2, hidden=(3,)))
    with torch.no_grad():
        vae.encoder.logvar.bias.fill_(1e6)
        logvar = vae.encode(torch.rand(1, 1, 2, 2)).logvar
    assert float(logvar.max()) == LOGVAR_RANGE[1]
