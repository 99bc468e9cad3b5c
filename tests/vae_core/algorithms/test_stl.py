"""The path gradient: the same mean as estimator A's, and none of its noise where q is exact."""

import torch
from torch import Generator, Tensor

from tests.vae_core.algorithms.tiny import assert_same_mean, many_gradients
from vae_core.algorithms import AEVB, AEVBSettings, Batch
from vae_core.models import VAE, Architecture, PixelLikelihood
from vae_core.models.posteriors import HALF_LOG_TWO_PI


class UnitNormal(PixelLikelihood):
    """N(x; mean, I)."""

    def __init__(self, mean: Tensor) -> None:
        self._mean = mean

    @property
    def mean(self) -> Tensor:
        return self._mean

    @property
    def deviation(self) -> Tensor:
        return torch.ones_like(self._mean)

    def log_prob_per_pixel(self, x: Tensor) -> Tensor:
        return -HALF_LOG_TWO_PI - 0.5 * (x - self._mean) ** 2

    def sample(self, generator: Generator | None = None) -> Tensor:
        return torch.normal(self._mean, 1.0, generator=generator)


class LinearGaussian(VAE):
    """p(x|z) = N(x; Wz, I): two columns at right angles, so that the posterior is diagonal."""

    W = torch.tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 0.5]], dtype=torch.float64)

    def __init__(self) -> None:
        super().__init__(Architecture(image_shape=(1, 1, 3), latent_dim=2, hidden=()))
        self.double()
        precision = 1 + (self.W**2).sum(0)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.zero_()
            self.decoder.output.weight.copy_(self.W)  # type: ignore[operator]
            self.encoder.mu.weight.copy_(self.W.T / precision[:, None])
            self.encoder.logvar.bias.copy_(-precision.log())

    def decode(self, z: Tensor) -> PixelLikelihood:
        logits = self.decoder.image(self.decoder.output, self.decoder(z))
        return UnitNormal(logits)


def _encoder_gradients(estimator: str) -> Tensor:
    x = torch.randn(5, 1, 1, 3, generator=Generator().manual_seed(0), dtype=torch.float64)
    vae = LinearGaussian()
    settings = AEVBSettings(estimator=estimator)
    aevb = AEVB(vae, settings, Generator().manual_seed(1))
    draws = []
    for _ in range(50):
        aevb.gradient(Batch(x, torch.arange(5), 5))
        gradients = [p.grad for p in vae.encoder.parameters()]
        draws.append(torch.cat([g.flatten() for g in gradients if g is not None]))
    return torch.stack(draws)


def test_the_gradient_in_phi_has_no_variance_where_q_is_the_true_posterior() -> None:
    assert float(_encoder_gradients("stl").abs().max()) < 1e-12
    for estimator in ("a", "b"):
        assert float(_encoder_gradients(estimator).var(0).sum()) > 1e-3


def test_the_mean_is_that_of_the_other_estimators_over_thousands_of_draws() -> None:
    stl = many_gradients(AEVBSettings, estimator="stl")
    for estimator in ("a", "b"):
        assert_same_mean(stl, many_gradients(AEVBSettings, estimator=estimator))


def test_with_a_weight_on_the_rate_too() -> None:
    stl = many_gradients(AEVBSettings, estimator="stl", beta=3.0)
    assert_same_mean(stl, many_gradients(AEVBSettings, estimator="b", beta=3.0))
