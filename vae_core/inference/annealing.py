"""Annealed importance sampling of log p(x) (Neal 2001; for decoders, Wu et al. 2017).

    f_t(z) = start(z)^(1 − b_t) p(x, z)^{b_t},   0 = b_0 < b_1 < … < b_T = 1
    log w = Σ_t (b_t − b_{t−1}) [ log p(x, z_{t−1}) − log start(z_{t−1}) ],   z_0 ~ start,
    z_t by an HMC move that leaves f_t invariant;   log p̂(x) = log mean over chains of w

E[w] = p(x), so log p̂ is a lower bound in the mean, as L_K is. That needs moves whose step size does
not depend on the chain's own past: it is tuned beforehand on pilot chains, which are then dropped.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.hmc import State, adapt_step_size, jittered, transition
from vae_core.inference.proposal import Proposal, seek
from vae_core.inference.tempered import StartDensity, TemperedPosterior, standard_normal
from vae_core.inference.weights import Estimate, LogWeights, OnStep
from vae_core.models import Posterior

Start = Literal["both", "prior", "posterior"]
GOAL = 0.65
FIRST_STEP_SIZE = 0.3
GROWTH = 1.05


def sigmoid_schedule(temperatures: int) -> list[float]:
    """b_0 = 0, …, b_T = 1, dense at both ends: sigmoid(4(2t/T − 1)), rescaled. T + 1 values."""
    t = torch.linspace(-4, 4, temperatures + 1, dtype=torch.float64)
    g = torch.sigmoid(t)
    schedule: list[float] = ((g - g[0]) / (g[-1] - g[0])).tolist()
    return schedule


@torch.no_grad()
def annealed_importance_sampling(
    model: LatentVariableModel,
    x: Tensor,
    generator: Generator,
    *,
    chains: int = 16,
    temperatures: int = 100,
    leapfrog_steps: int = 5,
    start: Start = "posterior",
    on_step: OnStep | None = None,
) -> Estimate:
    """AIS for each image, all images and chains at once.

    Args:
        model: gives p(x|z), and q(z|x) as the unit of step sizes and, if asked, the start.
        x: images [B, …], no more than ``rows_at_once(x) // chains`` for memory to stay bounded.
        generator: source of all draws.
        chains: weights per image.
        temperatures: T. With T = 1 this is importance sampling from the start density.
        leapfrog_steps: gradients per move.
        start: draw z_0 from q(z|x), which is near; from the prior, which owes the encoder nothing
            but wants more temperatures; or from r(z|x) (see ``proposal``), which has seen both.
        on_step: see ``OnStep``.
    """
    posterior = model.encode(x)
    begins: StartDensity = posterior
    if start != "posterior":
        begins = standard_normal(posterior.mu) if start == "prior" else seek(model, x, generator)
    schedule = sigmoid_schedule(temperatures)
    pilots = max(1, chains // 4)
    share = pilots / (pilots + chains)

    def ensemble(chains: int) -> Ensemble:
        return Ensemble.of(model, x, begins, posterior, chains, schedule, leapfrog_steps, generator)

    def report(offset: float, part: float) -> OnStep:
        return lambda done: on_step(offset + part * done) if on_step is not None else None

    tuned = tune(ensemble(pilots), report(0.0, share))
    found = anneal(ensemble(chains), tuned, report(share, 1 - share))
    return replace(found, lone=begins.lone) if isinstance(begins, Proposal) else found


@dataclass(frozen=True)
class Ensemble:
    """Chains that walk down one path together: rows are chain after chain, each of B images."""

    path: TemperedPosterior
    posterior: Posterior
    chains: int
    schedule: list[float]
    leapfrog_steps: int
    generator: Generator

    @classmethod
    def of(
        cls,
        model: LatentVariableModel,
        x: Tensor,
        begins: StartDensity,
        posterior: Posterior,
        chains: int,
        schedule: list[float],
        leapfrog_steps: int,
        generator: Generator,
    ) -> "Ensemble":
        """So many chains for each image [B, …], from the start density of each."""
        each = x.repeat(chains, *[1] * (x.dim() - 1))
        path = TemperedPosterior(model, each, begins.repeat(chains), 0.0)
        q = posterior.repeat(chains)
        return cls(path, q, chains, schedule, leapfrog_steps, generator)

    def begin(self) -> State:
        """Where all chains are at b_0."""
        return self.path.state(self.path.start.rsample(self.generator))

    def move(self, state: State, b: float, step_size: Tensor) -> tuple[State, Tensor]:
        """One move of each chain that leaves f_b invariant, and its probability of acceptance."""
        target = self.path.at(b)
        steps = jittered(step_size, self.generator) * target.scale(self.posterior)
        return transition(target, state, steps, self.leapfrog_steps, self.generator)


def tune(pilots: Ensemble, on_step: OnStep) -> list[Tensor]:
    """Step sizes at b_1 … b_{T−1}, each [B, 1], by chains that adapt theirs as they go."""
    tuned: list[Tensor] = []
    inner = pilots.schedule[1:-1]
    if not inner:
        return tuned
    state = pilots.begin()
    step_size = torch.full_like(state.z[:, :1], FIRST_STEP_SIZE)
    for b in inner:
        state, acceptance = pilots.move(state, b, step_size)
        step_size = adapt_step_size(step_size, acceptance, GOAL, GROWTH)
        tuned.append(step_size.view(pilots.chains, -1, 1).log().mean(0).exp())
        on_step(len(tuned) / len(inner))
    return tuned


def anneal(ensemble: Ensemble, tuned: list[Tensor], on_step: OnStep) -> Estimate:
    """Walk down the path, with step sizes as they were tuned."""
    state = ensemble.begin()
    log_w = torch.zeros_like(state.value, dtype=torch.float64)
    accepted = torch.zeros_like(log_w)
    for t, (before, b) in enumerate(pairwise(ensemble.schedule)):
        log_w += (b - before) * ensemble.path.log_ratio(state).double()
        if t < len(tuned):  # after the last weight a move would change nothing
            state, acceptance = ensemble.move(state, b, tuned[t].repeat(ensemble.chains, 1))
            accepted += acceptance
        on_step((t + 1) / (len(tuned) + 1))
    by_image = log_w.view(ensemble.chains, -1)
    weights = LogWeights(by_image.shape[1])
    weights.add(by_image)
    moves = len(tuned)
    rate = accepted.view(ensemble.chains, -1).mean(0) / moves if moves else None
    return weights.estimate(rate)
