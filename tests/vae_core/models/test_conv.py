"""Convolutional networks: any size, grey or RGB, and a file that is read back."""

from pathlib import Path

import pytest
import torch

from vae_core.errors import AtlasError
from vae_core.models import LIKELIHOODS, VAE, Architecture, TrainingRecord, load_model, save_model

SHAPES = [(1, 28, 28), (1, 28, 20), (1, 8, 8), (3, 64, 64), (1, 105, 105), (3, 33, 47), (1, 1, 5)]


def _vae(shape: tuple[int, int, int], likelihood: str = "bernoulli") -> VAE:
    architecture = Architecture.model_validate(
        {
            "image_shape": shape, "latent_dim": 3, "network": "conv", "channels": (4, 6),
            "hidden": (10,), "activation": "relu", "likelihood": likelihood,
        }
    )  # fmt: skip
    return VAE(architecture).initialise("torch", torch.Generator().manual_seed(0))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_images_of_any_size_go_in_and_come_out_in_their_shape(
    shape: tuple[int, int, int], likelihood: str
) -> None:
    vae = _vae(shape, likelihood)
    x = torch.rand(2, *shape, generator=torch.Generator().manual_seed(1))
    posterior = vae.encode(x)
    assert posterior.mu.shape == (2, 3)
    decoded = vae.decode(posterior.mu)
    assert decoded.mean.shape == (2, *shape)
    assert decoded.log_prob(x).shape == (2,)


def test_every_pixel_depends_on_the_code() -> None:
    vae = _vae((1, 13, 9))
    z = torch.randn(64, 3, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        assert bool((vae.decode(3 * z).mean.std(0) > 0).all())


def test_a_convolutional_model_file_is_read_back_and_its_lies_are_caught(tmp_path: Path) -> None:
    vae = _vae((1, 28, 20), "gaussian")
    save_model(tmp_path / "m.safetensors", vae, TrainingRecord())
    saved = load_model(tmp_path / "m.safetensors").vae
    z = torch.randn(2, 3)
    with torch.no_grad():
        torch.testing.assert_close(saved.decode(z).mean, vae.decode(z).mean)
    vae.architecture = vae.architecture.model_copy(update={"channels": (4, 7)})
    save_model(tmp_path / "lie.safetensors", vae, TrainingRecord())
    with pytest.raises(AtlasError, match="contradicts itself"):
        load_model(tmp_path / "lie.safetensors")
