"""Variational Bayes over the weights: its gradient against exact integrals."""

from collections.abc import Mapping

import pytest
import torch
from torch import Generator, Tensor
from torch.distributions import Normal, kl_divergence
from torch.nn import functional

from tests.vae_core.algorithms.tiny import tiny_batch, tiny_vae
from vae_core.algorithms import AEVB, AEVBSettings, Batch, FullVB, FullVBSettings, Learner
from vae_core.models import VAE, Architecture

DRAWS = 600


def _gradients(learner: Learner) -> dict[str, Tensor]:
    return {n: p.grad.clone() for n, p in learner._vae.named_parameters() if p.grad is not None}


def _exact_objective(
    mean: Mapping[str, Tensor], logvar: Mapping[str, Tensor], z: Tensor, batch: Batch
) -> Tensor:
    """E over theta of −log p(x|z) for logits Wz + b, Gaussian as W and b are, plus KL / N."""
    m = z @ mean["output.weight"].T + mean["output.bias"]
    v = z**2 @ logvar["output.weight"].exp().T + logvar["output.bias"].exp()
    grid = torch.linspace(-8, 8, 801)
    weights = torch.exp(-0.5 * grid**2)
    weights = weights / weights.sum()
    softplus = (functional.softplus(m[..., None] + v.sqrt()[..., None] * grid) * weights).sum(-1)
    distortion = (softplus - batch.x.flatten(1) * m).sum(1).mean()
    kl = [kl_divergence(Normal(mean[k], (0.5 * logvar[k]).exp()), Normal(0, 1)).sum() for k in mean]
    return distortion + torch.stack(kl).sum() / batch.n_total


def test_the_gradient_in_means_and_variances_is_that_of_the_expectation_over_theta() -> None:
    generator = Generator().manual_seed(0)
    vae = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=2, hidden=())).initialise(
        "torch", generator
    )
    z = torch.tensor([[0.8, -1.2]])
    with torch.no_grad():  # q(z|x) stands on this z for every image
        for parameter in vae.encoder.parameters():
            parameter.zero_()
        vae.encoder.mu.bias.copy_(z[0])
        vae.encoder.logvar.bias.fill_(-10.0)
    learner = FullVB(vae, FullVBSettings(), generator)
    with torch.no_grad():
        for logvar in learner._logvars.values():
            logvar.fill_(-0.5)
    x = torch.tensor([[1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0]]).view(2, 1, 2, 2)
    batch = Batch(x, torch.arange(2), n_total=40)

    means = dict(vae.decoder.named_parameters())
    parameters = [*means.values(), *learner._logvars.values()]
    objective = _exact_objective(means, learner._logvars, z.expand(2, 2), batch)
    exact = torch.cat([g.flatten() for g in torch.autograd.grad(objective, parameters)])
    found = []
    for _ in range(DRAWS):
        learner.gradient(batch)
        found.append(torch.cat([p.grad.flatten() for p in parameters if p.grad is not None]))
    draws = torch.stack(found).double()
    error = (draws.var(0) / DRAWS).sqrt()
    off = (draws.mean(0) - exact) / error
    assert float(off.abs().max()) < 4.5
    assert float((off**2).mean()) < 2.5
    # It could have failed: the data's part in the variances' gradient is not lost in the noise.
    assert float(exact.norm() / error.norm()) > 10
    prior = [0.5 * (v.exp() - 1).flatten() / 40 for v in learner._logvars.values()]
    data = exact[-sum(p.numel() for p in prior) :] - torch.cat(prior).detach()
    assert float(data.norm() / error[-len(data) :].norm()) > 5


def test_without_variance_it_is_aevb_with_a_prior_on_every_weight() -> None:
    batch, beta = tiny_batch(), 0.7
    learner = FullVB(tiny_vae(), FullVBSettings(beta=beta), Generator().manual_seed(4))
    with torch.no_grad():
        for logvar in learner._logvars.values():
            logvar.fill_(-60.0)
    result = learner.gradient(batch)

    vae, generator = tiny_vae(), Generator().manual_seed(4)
    for parameter in vae.decoder.parameters():  # what drew theta
        torch.empty_like(parameter).normal_(generator=generator)
    aevb = AEVB(vae, AEVBSettings(beta=beta), generator)
    wanted = aevb.gradient(batch)
    torch.testing.assert_close(result.sums["distortion"], wanted.sums["distortion"])
    expected = _gradients(aevb)
    for name, parameter in vae.named_parameters():
        if name.startswith("decoder"):
            expected[name] += parameter.detach() / batch.n_total
    torch.testing.assert_close(_gradients(learner), expected)


def test_the_weights_rate_is_their_kl_per_image_of_the_training_set() -> None:
    vae, batch = tiny_vae(), tiny_batch()
    learner = FullVB(vae, FullVBSettings(learning_rate=0.01), Generator().manual_seed(0))
    for _ in range(5):
        learner.step(batch)
    wanted = 0.0
    for name, mean in vae.decoder.named_parameters():
        deviation = (0.5 * learner.state_dict()[f"theta_logvar.{name}"]).exp()
        wanted += float(kl_divergence(Normal(mean.detach(), deviation), Normal(0, 1)).sum())
    learner.gradient(batch)
    assert learner.weight_rate == pytest.approx(wanted / batch.n_total, rel=1e-5)


def test_theta_is_drawn_anew_for_each_minibatch_around_the_models_own_weights() -> None:
    vae, batch = tiny_vae(), tiny_batch()
    weights = {k: v.clone() for k, v in vae.state_dict().items()}
    learner = FullVB(vae, FullVBSettings(), Generator().manual_seed(0))
    one, other = (float(learner.gradient(batch).sums["distortion"]) for _ in range(2))
    assert one != other
    torch.testing.assert_close(dict(vae.state_dict()), weights, rtol=0, atol=0)


def test_the_settings_prior_is_on_the_encoder_alone() -> None:
    learners = [
        FullVB(tiny_vae(), FullVBSettings(weight_prior=prior), Generator().manual_seed(0))
        for prior in ("none", "normal")
    ]
    batch = tiny_batch()
    weights = dict(tiny_vae().named_parameters())
    for learner in learners:
        learner.step(batch)
    without, with_prior = map(_gradients, learners)
    for name, weight in weights.items():
        pulled = name.startswith("encoder") and weight.ndim > 1
        wanted = without[name] + (weight.detach() / batch.n_total if pulled else 0)
        torch.testing.assert_close(with_prior[name], wanted)
