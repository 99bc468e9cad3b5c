"""The pullback metric: against closed forms, and against the divergence that it stands for."""

import pytest
import torch
from torch import Generator, Tensor
from torch.distributions import Bernoulli as TorchBernoulli
from torch.distributions import Categorical, Distribution, Normal, kl_divergence
from torch.distributions import ContinuousBernoulli as TorchContinuous

from tests.vae_core.latent.decoders import linear, polar
from vae_core.latent import Metric, encode_images, magnification, pullback_metric
from vae_core.models import (
    LIKELIHOODS,
    VAE,
    Architecture,
    Bernoulli,
    ContinuousBernoulli,
    Gaussian,
    PixelLikelihood,
)
from vae_core.models.architecture import LikelihoodName, Network
from vae_core.models.likelihoods.discretised_logistic import DiscretisedLogistic


def _vae(likelihood: LikelihoodName = "bernoulli", network: Network = "mlp", J: int = 2) -> VAE:
    shape = Architecture(
        image_shape=(1, 6, 5),
        latent_dim=J,
        hidden=(12,),
        network=network,
        channels=(4,),
        likelihood=likelihood,
        scale=0.2,
    )
    return VAE(shape).initialise("torch", Generator().manual_seed(1)).double()


def _distribution(p: PixelLikelihood) -> Distribution:
    """The same distribution as PyTorch has it, whose KL it knows."""
    if isinstance(p, Bernoulli):
        return TorchBernoulli(logits=p.logits)
    if isinstance(p, ContinuousBernoulli):
        return TorchContinuous(logits=p.logits, lims=(0.5 - 1e-6, 0.5 + 1e-6))
    if isinstance(p, DiscretisedLogistic):
        levels = torch.arange(256, dtype=p.logits.dtype).div(255).view(-1, 1, 1, 1, 1)
        each = [p.log_prob_per_pixel(level.expand_as(p.logits)) for level in levels]
        return Categorical(logits=torch.stack(each, -1))
    assert isinstance(p, Gaussian)
    return Normal(p.mean, (0.5 * p.logvar).exp().expand_as(p.mean))


@pytest.mark.parametrize(
    "likelihood",
    LIKELIHOODS,
)
def test_half_the_squared_information_length_is_the_divergence(likelihood: LikelihoodName) -> None:
    vae, g = _vae(likelihood), Generator().manual_seed(2)
    z = torch.randn(20, 2, generator=g).double()
    dz = 1e-3 * torch.randn(20, 2, generator=g).double()
    with torch.no_grad():
        here, there = vae.decode(z - dz / 2), vae.decode(z + dz / 2)
        kl = kl_divergence(_distribution(here), _distribution(there)).flatten(1).sum(1)
    quadratic = 0.5 * torch.einsum("ma,mab,mb->m", dz, pullback_metric(vae, z).double(), dz)
    torch.testing.assert_close(quadratic, kl, rtol=1e-3, atol=0)


@pytest.mark.parametrize("network", ["mlp", "conv"])
def test_the_bernoulli_metric_is_the_jacobian_of_logits_weighted_by_variance(
    network: Network,
) -> None:
    vae = _vae(network=network, J=3)
    z = torch.randn(4, 3).double()
    G = pullback_metric(vae, z)
    for m in range(4):

        def logits(point: Tensor) -> Tensor:
            found = vae.decode(point[None])
            assert isinstance(found, Bernoulli)
            return found.logits.flatten()

        J = torch.autograd.functional.jacobian(logits, z[m])
        p = torch.sigmoid(logits(z[m])).detach()
        torch.testing.assert_close(
            G[m].double(), J.T @ (J * (p * (1 - p))[:, None]), rtol=1e-4, atol=1e-8
        )


def test_a_linear_decoder_has_the_same_metric_everywhere() -> None:
    W = torch.randn(7, 3, generator=Generator().manual_seed(0))
    G = pullback_metric(linear(W), torch.randn(5, 3), "euclidean")
    torch.testing.assert_close(G, (W.T @ W).expand(5, 3, 3))


def test_polar_coordinates_magnify_by_the_radius() -> None:
    z = torch.tensor([[0.5, 0.1], [1.0, -2.0], [3.0, 1.0], [0.0, 1.0]])
    torch.testing.assert_close(
        magnification(polar(), z, "euclidean"), z[:, 0], atol=1e-6, rtol=1e-5
    )


def test_directions_restrict_the_metric_to_their_plane() -> None:
    vae, z = _vae(J=4), torch.randn(6, 4).double()
    D = torch.randn(2, 4).double()
    torch.testing.assert_close(
        pullback_metric(vae, z, directions=D).double(),
        D @ pullback_metric(vae, z).double() @ D.T,
        rtol=1e-4,
        atol=1e-7,
    )


@pytest.mark.parametrize("likelihood", ["bernoulli", "continuous-bernoulli"])
@pytest.mark.parametrize("metric", ["information", "euclidean"])
def test_pixels_that_are_certain_add_nothing_and_break_nothing(
    likelihood: LikelihoodName, metric: Metric
) -> None:
    vae = _vae(likelihood).float()
    with torch.no_grad():
        vae.get_parameter("decoder.output.bias").fill_(-200)
    G = pullback_metric(vae, torch.zeros(1, 2), metric)
    assert bool(G.isfinite().all())
    assert float(G.abs().max()) < 1e-2


@pytest.mark.parametrize("kind", [Bernoulli, ContinuousBernoulli])
def test_a_likelihood_that_says_no_information_has_what_its_mean_tells(
    kind: type[Bernoulli | ContinuousBernoulli], monkeypatch: pytest.MonkeyPatch
) -> None:
    vae, z = _vae(kind.name), torch.randn(3, 2, generator=Generator().manual_seed(0)).double()
    own = pullback_metric(vae, z)
    monkeypatch.setattr(kind, "information", PixelLikelihood.information)
    torch.testing.assert_close(pullback_metric(vae, z), own)  # families of one parameter: all of it
    with torch.no_grad():
        vae.get_parameter("decoder.output.bias").fill_(-200)
    assert float(pullback_metric(vae, z).abs().max()) < 1e-2  # certain pixels still break nothing


def test_encodings_made_in_inference_mode_can_be_measured() -> None:
    vae = _vae().float()
    mu = encode_images(vae, torch.zeros(3, 1, 6, 5, dtype=torch.uint8)).mu
    assert pullback_metric(vae, mu).shape == (3, 2, 2)
