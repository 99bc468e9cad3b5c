"""Posteriors against the paper's closed form, torch.distributions and automatic derivatives."""

from pathlib import Path

import pytest
import torch
from torch import Generator, Tensor
from torch.distributions import MultivariateNormal, Normal, kl_divergence

from vae_core import load_dataset, train
from vae_core.errors import AtlasError
from vae_core.evaluation import evaluate
from vae_core.inference import estimator_a, rate_at
from vae_core.models import (
    POSTERIORS,
    VAE,
    Architecture,
    DiagonalGaussian,
    FullGaussian,
    Posterior,
    TrainingRecord,
    load_model,
    save_model,
    standard_normal_log_prob,
)
from vae_core.runs import make_config


def test_kl_per_dimension_equals_the_anchor_of_appendix_b() -> None:
    posterior = DiagonalGaussian(
        mu=torch.tensor([[0.5, -1.0, 0.0]]), logvar=torch.tensor([[0.25, 1.0, 4.0]]).log()
    )
    expected = torch.tensor([[0.443147, 0.500000, 0.806853]])
    torch.testing.assert_close(posterior.kl(), expected, atol=1e-6, rtol=0)
    assert abs(float(posterior.kl().sum()) - 1.750000) < 1e-6


def test_kl_and_log_prob_equal_torch_distributions() -> None:
    generator = torch.Generator().manual_seed(1)
    mu, logvar, z = torch.randn(3, 7, 5, generator=generator)
    posterior = DiagonalGaussian(mu, logvar)
    reference = Normal(mu, (0.5 * logvar).exp())
    torch.testing.assert_close(posterior.log_prob(z), reference.log_prob(z).sum(1))
    torch.testing.assert_close(posterior.kl(), kl_divergence(reference, Normal(0.0, 1.0)))


def test_samples_have_the_posterior_mean_and_variance() -> None:
    count = 200_000
    posterior = DiagonalGaussian(
        mu=torch.tensor([1.5, -2.0]).expand(count, 2),
        logvar=torch.tensor([0.25, 4.0]).log().expand(count, 2),
    )
    z = posterior.rsample(torch.Generator().manual_seed(0))
    torch.testing.assert_close(z.mean(0), torch.tensor([1.5, -2.0]), atol=0.02, rtol=0)
    torch.testing.assert_close(z.var(0), torch.tensor([0.25, 4.0]), atol=0, rtol=0.02)


def test_samples_pass_the_gradient_on_to_mean_and_variance() -> None:
    mu, logvar = torch.zeros(1, 3, requires_grad=True), torch.zeros(1, 3, requires_grad=True)
    z = DiagonalGaussian(mu, logvar).rsample(torch.Generator().manual_seed(0))
    z.sum().backward()
    assert mu.grad is not None
    assert logvar.grad is not None
    torch.testing.assert_close(mu.grad, torch.ones(1, 3))
    torch.testing.assert_close(logvar.grad, 0.5 * z.detach())  # dz/dlogvar = s·eps/2, at s = 1


def test_prior_density_equals_torch_distributions() -> None:
    z = torch.randn(6, 4, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(standard_normal_log_prob(z), Normal(0.0, 1.0).log_prob(z).sum(1))


RICHER = [name for name in POSTERIORS if name != DiagonalGaussian.name]


def _member(name: str, images: int = 6, latent_dim: int = 3, size: float = 1.5) -> Posterior:
    """Some posterior of a family, far from a diagonal Gaussian: as ``size`` says. float64."""
    generator, kind = Generator().manual_seed(4), POSTERIORS[name]

    def some(numbers: int, width: float) -> Tensor:
        return width * torch.randn(images, numbers, generator=generator, dtype=torch.float64)

    heads = {head: some(numbers, size) for head, numbers in kind.heads(latent_dim).items()}
    return kind.from_outputs(some(latent_dim, 1.0), some(latent_dim, 0.7), heads)


def test_a_full_gaussian_is_that_of_torch_distributions() -> None:
    q = _member("full")
    assert isinstance(q, FullGaussian)
    reference = MultivariateNormal(q.mu, scale_tril=q.factor)
    z = q.rsample(Generator().manual_seed(1))
    torch.testing.assert_close(q.log_prob(z), reference.log_prob(z))
    eye = torch.eye(3, dtype=torch.float64)
    prior = MultivariateNormal(torch.zeros(3, dtype=torch.float64), eye)
    torch.testing.assert_close(q.kl().sum(1), kl_divergence(reference, prior))
    assert bool((q.kl() >= 0).all())
    torch.testing.assert_close(q.marginal_logvar.exp(), reference.variance)


@pytest.mark.parametrize("name", POSTERIORS)
def test_the_density_of_a_draw_is_the_noises_over_the_volume(name: str) -> None:
    """log q(z) = log N(eps; 0, I) − log |det ∂z/∂eps|, by automatic differentiation."""
    q = _member(name)
    noise = torch.randn(6, 3, generator=Generator().manual_seed(2), dtype=torch.float64)
    z = q.at(noise)
    every = torch.autograd.functional.jacobian(q.at, noise)  # [B, J, B, J]
    own = every[torch.arange(6), :, torch.arange(6)]
    wanted = standard_normal_log_prob(noise) - torch.linalg.slogdet(own).logabsdet
    torch.testing.assert_close(q.log_prob(z), wanted)
    torch.testing.assert_close(q.at(torch.zeros_like(noise)), q.mu)


@pytest.mark.parametrize(
    ("name", "latent_dim", "size"),
    [*((name, 10, 1.0) for name in POSTERIORS), ("planar", 50, 30.0), ("iaf", 50, 2.0)],
)
def test_rounding_takes_little_from_the_density_of_a_draw(
    name: str, latent_dim: int, size: float
) -> None:
    """The way back from z is no steeper than single precision bears.

    Where it was, a usual training ended in numbers that are none, or tens of nats too low.
    """
    q = _member(name, images=512, latent_dim=latent_dim, size=size)
    draws = Generator().manual_seed(3)
    noise = torch.randn(512, latent_dim, generator=draws, dtype=torch.float64)
    single = q.with_parameters(tuple(each.float() for each in q.parameters))
    found = single.log_prob(single.at(noise.float()))
    torch.testing.assert_close(found, q.log_prob(q.at(noise)).float(), atol=0.01, rtol=0)


@pytest.mark.parametrize("name", RICHER)
def test_training_at_the_usual_settings_stays_among_numbers(name: str) -> None:
    images = load_dataset("mnist-12k").split("train").images[:3000]
    model = train(images, progress=False, latent_dim=10, posterior=name, epochs=1, seed=2)
    assert -260 < evaluate(model.vae, images[:500]).elbo < -190


@pytest.mark.parametrize("name", POSTERIORS)
def test_its_density_has_the_right_slopes(name: str) -> None:
    q = _member(name, images=1, latent_dim=2)
    z = q.rsample(Generator().manual_seed(3)).requires_grad_()
    (slope,) = torch.autograd.grad(q.log_prob(z).sum(), z)
    torch.testing.assert_close(q.gradient(z.detach()), slope)
    leaves = tuple(p.clone().requires_grad_() for p in q.parameters)
    assert torch.autograd.gradcheck(
        lambda z, *leaves: q.with_parameters(leaves).log_prob(z), (z, *leaves)
    )


@pytest.mark.parametrize("name", POSTERIORS)
def test_every_family_has_the_diagonal_gaussians_among_it(name: str) -> None:
    mu, logvar, z = torch.randn(3, 5, 3, generator=Generator().manual_seed(0)).double()
    found = POSTERIORS[name].gaussian(mu, logvar)
    plain = DiagonalGaussian(mu, logvar)
    torch.testing.assert_close(found.log_prob(z), plain.log_prob(z))
    torch.testing.assert_close(found.marginal_logvar, logvar)
    torch.testing.assert_close(found.repeat(2).first(5).at(z), plain.at(z))


@pytest.mark.parametrize("name", POSTERIORS)
def test_the_rate_at_its_draws_is_the_rate_in_the_mean(name: str) -> None:
    draws = 20_000
    q = _member(name, images=1).repeat(draws)
    z = q.rsample(Generator().manual_seed(5))
    sampled = q.log_prob(z) - standard_normal_log_prob(z)
    rate = rate_at(q, z).sum(1)
    error = float(sampled.std()) / draws**0.5
    assert abs(float(rate.mean() - sampled.mean())) < 4 * error
    assert POSTERIORS[name].closed_rate == (name in ("diagonal", "full"))


@pytest.mark.parametrize("name", RICHER)
def test_a_model_with_it_is_saved_and_read_and_bounded_as_any_other(
    name: str, tmp_path: Path
) -> None:
    shape = {"image_shape": (1, 4, 4), "latent_dim": 2, "hidden": (8,)}
    architecture = Architecture.model_validate(shape | {"posterior": name})
    vae = VAE(architecture).initialise("torch", Generator().manual_seed(0))
    path = tmp_path / "model.safetensors"
    save_model(path, vae, TrainingRecord())
    found = load_model(path).vae
    assert found.architecture == architecture
    x = torch.rand(7, 1, 4, 4, generator=Generator().manual_seed(1))
    torch.testing.assert_close(found.encode(x).parameters, vae.encode(x).parameters)
    many = x.repeat(2000, 1, 1, 1)
    terms = estimator_a(found, many, generator=Generator().manual_seed(2))
    bound = evaluate(found, many)
    error = float(terms.elbo.std()) / len(many) ** 0.5
    assert abs(bound.elbo - float(terms.elbo.mean())) < 6 * error


def test_files_of_diagonal_models_do_not_name_their_posterior() -> None:
    shape = {"image_shape": (1, 4, 4), "latent_dim": 2}
    assert "posterior" not in Architecture.model_validate(shape).model_dump(mode="json")
    keys = VAE(Architecture.model_validate(shape)).state_dict().keys()
    assert [key for key in keys if key.startswith("encoder.")][-4:] == [
        "encoder.mu.weight",
        "encoder.mu.bias",
        "encoder.logvar.weight",
        "encoder.logvar.bias",
    ]


def test_an_algorithm_of_diagonal_gaussians_alone_says_so() -> None:
    with pytest.raises(AtlasError, match="score-function learns a Gaussian without covariances"):
        make_config(dataset="digits", algorithm="score-function", posterior="full")
    assert not make_config(dataset="digits", posterior="full").traceable
    assert make_config(dataset="digits").traceable


@pytest.mark.parametrize(
    "name", [n for n, kind in POSTERIORS.items() if kind.most_dims is not None]
)
def test_what_grows_with_the_square_of_the_dimensions_has_no_more_of_them_than_fit(
    name: str, tmp_path: Path
) -> None:
    most = POSTERIORS[name].most_dims
    assert most is not None
    make_config(dataset="digits", latent_dim=most, posterior=name)
    with pytest.raises(AtlasError, match=f"{most} latent dimensions at most"):
        make_config(dataset="digits", latent_dim=most + 1, posterior=name)
    # Nor does a file that somebody brings.
    small = VAE(Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(3,), posterior=name))
    save_model(tmp_path / "model.safetensors", small, TrainingRecord())
    content = (tmp_path / "model.safetensors").read_bytes()
    length = int.from_bytes(content[:8], "little")
    head = content[8 : 8 + length].replace(b'latent_dim\\": 2', b'latent_dim\\": 512')
    assert len(head) > length
    (tmp_path / "many.safetensors").write_bytes(
        len(head).to_bytes(8, "little") + head + content[8 + length :]
    )
    with pytest.raises(AtlasError, match=f"{most} latent dimensions at most"):
        load_model(tmp_path / "many.safetensors")
