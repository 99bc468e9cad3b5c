"""The gradient that AEVB follows, against finite differences and the weight prior's formula."""

import torch

from vae_core.algorithms import AEVB, AEVBSettings, Batch
from vae_core.inference import estimator_a, estimator_b
from vae_core.models import VAE, Architecture

ARCHITECTURE = Architecture(image_shape=(1, 3, 3), latent_dim=2, hidden=(4,))


def _vae() -> VAE:
    return VAE(ARCHITECTURE).initialise("paper", torch.Generator().manual_seed(0))


def _batch(images: int = 7) -> Batch:
    x = torch.rand(images, 1, 3, 3, generator=torch.Generator().manual_seed(1))
    return Batch(x, torch.arange(images), n_total=50)


def _gradients(settings: AEVBSettings) -> list[torch.Tensor]:
    """The gradient that one step went along, by parameter."""
    vae = _vae()
    AEVB(vae, settings, torch.Generator().manual_seed(2)).step(_batch())
    return [p.grad.clone() for p in vae.parameters() if p.grad is not None]


def test_a_step_reports_the_rate_and_distortion_of_estimator_b_summed_over_the_batch() -> None:
    for samples in (1, 3):
        settings = AEVBSettings(samples_per_image=samples)
        vae, batch = _vae(), _batch()
        result = AEVB(vae, settings, torch.Generator().manual_seed(2)).step(batch)
        terms = estimator_b(_vae(), batch.x, samples, torch.Generator().manual_seed(2))
        torch.testing.assert_close(result.sums["rate_per_dim"], terms.rate.sum(0).detach())
        torch.testing.assert_close(result.sums["distortion"], terms.distortion.sum().detach())
        assert result.samples_evaluated == len(batch.x)


def test_the_gradient_is_that_of_the_mean_negative_bound() -> None:
    vae, batch = _vae(), _batch()
    (-estimator_b(vae, batch.x, 1, torch.Generator().manual_seed(2)).elbo.mean()).backward()
    expected = [p.grad for p in vae.parameters()]
    for found, wanted in zip(_gradients(AEVBSettings()), expected, strict=True):
        torch.testing.assert_close(found, wanted)


def test_estimator_a_is_followed_where_asked_for() -> None:
    vae, batch = _vae(), _batch()
    terms = estimator_a(vae, batch.x, 2, torch.Generator().manual_seed(2))
    (-terms.elbo.mean()).backward()
    expected = [p.grad for p in vae.parameters()]
    settings = AEVBSettings(estimator="a", samples_per_image=2)
    for found, wanted in zip(_gradients(settings), expected, strict=True):
        torch.testing.assert_close(found, wanted)
    result = AEVB(_vae(), settings, torch.Generator().manual_seed(2)).step(batch)
    torch.testing.assert_close(result.sums["rate_per_dim"], terms.rate.sum(0).detach())


def test_beta_weighs_the_rate_alone() -> None:
    vae, batch = _vae(), _batch()
    terms = estimator_b(vae, batch.x, 1, torch.Generator().manual_seed(2))
    (terms.distortion + 4 * terms.rate.sum(1)).mean().backward()
    expected = [p.grad for p in vae.parameters()]
    found = _gradients(AEVBSettings(beta=4.0))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_the_weight_prior_pulls_matrices_by_w_over_n_and_biases_not_at_all() -> None:
    plain = _gradients(AEVBSettings())
    with_prior = _gradients(AEVBSettings(weight_prior="normal"))
    for parameter, one, other in zip(_vae().parameters(), plain, with_prior, strict=True):
        pull = parameter.detach() / 50 if parameter.ndim > 1 else torch.zeros_like(one)
        torch.testing.assert_close(other - one, pull, atol=1e-7, rtol=1e-4)


def test_gradient_norm_is_over_all_parameters() -> None:
    algorithm = AEVB(_vae(), AEVBSettings(), torch.Generator().manual_seed(2))
    assert algorithm.gradient_norm() == 0.0
    algorithm.step(_batch())
    flat = torch.cat([g.flatten() for g in _gradients(AEVBSettings())])
    torch.testing.assert_close(torch.tensor(algorithm.gradient_norm()), flat.norm())


def test_a_restored_state_continues_bit_for_bit() -> None:
    generator = torch.Generator().manual_seed(3)
    straight = _vae()
    algorithm = AEVB(straight, AEVBSettings(), generator)
    for _ in range(3):
        algorithm.step(_batch())
    state = {k: v.clone() for k, v in algorithm.state_dict().items()}
    weights = {k: v.clone() for k, v in straight.state_dict().items()}
    random_state = generator.get_state()
    algorithm.step(_batch())

    restored = _vae()
    restored.load_state_dict(weights)
    other = torch.Generator()
    other.set_state(random_state)
    again = AEVB(restored, AEVBSettings(), other)
    again.load_state_dict(state)
    again.step(_batch())
    for name, value in straight.state_dict().items():
        assert torch.equal(value, restored.state_dict()[name]), name
