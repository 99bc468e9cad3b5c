"""The latent plane: its grids and where images land."""

import torch

from vae_core.data import load_dataset
from vae_core.latent import Encodings, encode_images, manifold_coordinates, manifold_images
from vae_core.models import VAE, Architecture


def _vae(latent_dim: int) -> VAE:
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=latent_dim, hidden=(10,)))
    return vae.initialise("paper", torch.Generator().manual_seed(0))


def test_twenty_cells_of_equal_prior_mass_reach_from_minus_to_plus_1_96() -> None:
    z = manifold_coordinates(20, "gaussian-cdf")
    assert abs(float(z[0]) + 1.959964) < 1e-5
    assert abs(float(z[-1]) - 1.959964) < 1e-5
    torch.testing.assert_close(z, -z.flip(0))


def test_linear_cells_divide_the_extent_evenly() -> None:
    z = manifold_coordinates(4, "linear", extent=2.0)
    torch.testing.assert_close(z, torch.tensor([-1.5, -0.5, 0.5, 1.5]))


def test_the_top_left_image_has_the_smallest_first_and_largest_second_coordinate() -> None:
    vae = _vae(3)
    grid = manifold_images(vae, 5, "linear", axes=(2, 0), extent=5.0)
    assert grid.shape == (5, 5, 1, 8, 8)
    with torch.no_grad():
        corner = vae.decode(torch.tensor([[4.0, 0.0, -4.0]])).mean[0]
    torch.testing.assert_close(grid[0, 0], corner)


def test_a_model_of_one_dimension_makes_a_single_row() -> None:
    assert manifold_images(_vae(1), 7, "gaussian-cdf").shape == (1, 7, 1, 8, 8)


def test_encodings_are_the_posteriors_of_the_scaled_images() -> None:
    vae, images = _vae(2), load_dataset("digits").images[:30]
    found = encode_images(vae, images, batch_size=7)
    with torch.no_grad():
        expected = vae.encode(images.float() / 255)
    torch.testing.assert_close(found.mu, expected.mu)
    torch.testing.assert_close(found.logvar, expected.logvar)


def test_the_most_active_axis_comes_first() -> None:
    mu = torch.tensor([[0.0, 2.0, 0.5], [0.0, -2.0, -0.5]])
    encodings = Encodings(mu, torch.zeros(2, 3))
    assert encodings.active_axes() == [1, 2, 0]
    torch.testing.assert_close(encodings.rate_per_dim(), torch.tensor([0.0, 2.0, 0.125]))
