"""What the browser is sent of q(z|x): a quadrature and rings that hold for every family."""

import math

import pytest
import torch
from torch import Generator, Tensor

from latent_atlas.ui.diagnose.posterior.sheet import (
    Asked,
    asked_images,
    nodes,
    rings,
    sheet_bytes,
    sheet_content,
)
from tests.latent_atlas.ui.model_fixtures import small_vae
from vae_core.checkpoint import read_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import FullGaussian
from vae_core.models.posteriors import POSTERIORS


def images() -> Tensor:
    return load_dataset("digits").split("test").images[:3]


@pytest.mark.parametrize("family", POSTERIORS)
def test_expectations_by_the_nodes_are_those_by_draws_in_every_family(family: str) -> None:
    vae = small_vae(latent_dim=2, posterior=family)
    sent = read_checkpoint(sheet_bytes(vae, images(), "grey"), "sheet").tensors
    assert sent["weights"].sum() == pytest.approx(1, abs=1e-6)
    entropy = -(sent["weights"] * sent["log_q"]).sum(1)
    centre = (sent["weights"][:, None] * sent["z"]).sum(1)
    with torch.no_grad():
        q = vae.encode(images().float() / 255).repeat(4_000)
        z = q.rsample(Generator().manual_seed(0))
        log_q = q.log_prob(z).view(4_000, -1)
    error = 4 * log_q.std(0) / math.sqrt(4_000)
    assert bool(((entropy + log_q.mean(0)).abs() < error + 1e-4).all())
    away = z.view(4_000, -1, 2).mean(0) - centre
    assert bool((away.abs() < 4 * z.view(4_000, -1, 2).std(0) / math.sqrt(4_000)).all())


def test_the_nodes_know_the_entropy_of_a_gaussian() -> None:
    vae = small_vae(latent_dim=2)
    sent = read_checkpoint(sheet_bytes(vae, images(), "grey"), "sheet").tensors
    with torch.no_grad():
        q = vae.encode(images().float() / 255)
    exact = (0.5 * q.logvar).sum(1) + 1 + math.log(2 * math.pi)
    assert torch.allclose(-(sent["weights"] * sent["log_q"]).sum(1), exact, atol=1e-4)
    eps, weights = nodes()
    squares = (weights[:, None] * eps.square()).sum(0)
    assert torch.allclose(squares, torch.ones(2), atol=1e-4)


def test_the_rings_of_a_gaussian_are_its_ellipses() -> None:
    q = FullGaussian(
        torch.tensor([[0.5, -1.0]]),
        torch.tensor([[-2.0, -1.0]]),
        torch.tensor([[[0.0, 0.0], [0.3, 0.0]]]),
    )
    drawn = rings(q, (1.0, 2.0))
    for ring, radius in zip(drawn[0], (1.0, 2.0), strict=True):
        white = torch.linalg.solve(q.factor[0], (ring - q.mu).T).T
        assert torch.allclose(white.norm(dim=1), torch.full((len(ring),), radius), atol=1e-5)


def test_what_an_address_cannot_mean_is_refused_in_a_sentence() -> None:
    with pytest.raises(AtlasError, match="no such treatment"):
        asked_images("0", "digits", "test", "sepia")
    with pytest.raises(AtlasError):
        sheet_content(Asked("0", "digits", "test", "grey"))
