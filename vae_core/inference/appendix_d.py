"""The paper's own estimator of log p(x) (appendix D), for few latent dimensions.

    log p(x) ≈ −log (1/L) Σ_l q(z_l) / p(x, z_l),   z_l ~ p(z|x) by HMC,
    q a density fitted to other samples from p(z|x)

A reciprocal estimate: only 1/p̂ is unbiased, so log p̂ errs upwards, and it holds where q has tails
no heavier than the posterior's. Fit and average use different chains, so q knows nothing of z_l.
"""

import math

import torch
from torch import Generator, Tensor

from vae_core.inference.density_fit import Fit, fit_density, usable_fit
from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.hmc import State, adapt_step_size, jittered, transition
from vae_core.inference.tempered import TemperedPosterior
from vae_core.inference.weights import Estimate, LogWeights, OnStep

# For each half of the samples: enough for an error from the spread of the chains' own means.
CHAINS = 10
FIRST_STEP_SIZE = 0.5
GROWTH = 1.05


@torch.no_grad()
def appendix_d(
    model: LatentVariableModel,
    x: Tensor,
    generator: Generator,
    *,
    samples: int = 50,
    leapfrog_steps: int = 4,
    warm_up: int = 50,
    thinning: int = 4,
    fit: Fit | None = None,
    on_step: OnStep | None = None,
) -> Estimate:
    """Appendix D for each image, all images and chains at once.

    Args:
        model: gives p(x|z), and q(z|x), where chains start and whose deviations scale the steps.
        x: images [B, …], no more than ``rows_at_once(x) // chains_for(samples)`` for memory to stay
            bounded.
        generator: source of all draws.
        samples: to fit q, and again to average over; rounded up to full chains. 4 or more.
        leapfrog_steps: gradients per move.
        warm_up: moves per chain that tune its step size to an acceptance of 0.9 and are dropped.
        thinning: moves per sample.
        fit: the kind of q; by default the finest that samples and dimensions allow.
        on_step: see ``OnStep``.
    """
    chains = chains_for(samples)
    draws = math.ceil(2 * samples / chains)
    q = model.encode(x).repeat(chains)
    target = TemperedPosterior(model, x.repeat(chains, *[1] * (x.dim() - 1)), q)
    moves = warm_up + draws * thinning

    state = target.state(q.rsample(generator))
    scale = target.scale(q)
    step_size = torch.full_like(scale[:, :1], FIRST_STEP_SIZE)
    kept: list[State] = []
    accepted = torch.zeros_like(state.value, dtype=torch.float64)
    for move in range(moves):
        steps = jittered(step_size, generator) * scale
        state, acceptance = transition(target, state, steps, leapfrog_steps, generator)
        after = move + 1 - warm_up
        if after <= 0:
            step_size = adapt_step_size(step_size, acceptance, growth=GROWTH)
        else:
            accepted += acceptance / (moves - warm_up)
            if after % thinning == 0:
                kept.append(state)
        if on_step is not None:
            on_step((move + 1) / moves)

    z = torch.stack([s.z for s in kept]).view(draws, chains, len(x), -1)
    log_joint = torch.stack([target.log_density(s) for s in kept]).view(draws, chains, len(x))
    to_fit, to_average = z[:, : chains // 2], z[:, chains // 2 :]
    # Chain after chain, so that the half that chooses a bandwidth is of other chains, too.
    flat = to_fit.permute(2, 1, 0, 3).flatten(1, 2)
    density = fit_density(flat, fit or usable_fit(flat.shape[2], flat.shape[1]))
    log_q = density.log_prob(to_average.permute(2, 1, 0, 3).flatten(1, 2).double())
    log_q = log_q.view(len(x), chains // 2, draws).permute(2, 1, 0)
    acceptance = accepted.view(chains, len(x)).mean(0)
    return _reciprocal(log_q - log_joint[:, chains // 2 :].double(), acceptance)


def chains_for(samples: int) -> int:
    """How many chains an image gets, both halves together."""
    return 2 * min(CHAINS, samples // 2)


def _reciprocal(log_r: Tensor, acceptance: Tensor) -> Estimate:
    """log p̂ = −log mean r of ratios [draws, chains, B] that correlate within chains."""
    draws, chains, images = log_r.shape
    every, by_chain = LogWeights(images), LogWeights(images)
    every.add(log_r.flatten(0, 1))
    by_chain.add(log_r.logsumexp(0) - math.log(draws))
    return Estimate(
        log_p=-every.log_mean,
        standard_error=by_chain.standard_error,
        effective_samples=every.effective_samples,
        samples=draws * chains,
        acceptance=acceptance,
        independent=chains,
    )
