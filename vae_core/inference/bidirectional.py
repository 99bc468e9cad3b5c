"""log p(x) from both sides, for images that a model has made itself (Grosse et al. 2015).

Of x ~ p(x|z), z ~ p(z), the z that it was made of is an exact draw of its posterior. Chains that
walk from there back to the start density, by the same moves in the reverse order, have weights with

    E[1 / w] = 1 / p(x),   so that −log mean (1 / w) is an *upper* bound of log p(x) in the mean,

and AIS is a lower one. Where the two meet, both are right: nothing else vouches for AIS so well.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

from vae_core.inference.annealing import Ensemble, anneal, sigmoid_schedule, tune
from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.hmc import State
from vae_core.inference.tempered import StartDensity, standard_normal
from vae_core.inference.weights import Estimate, LogWeights, OnStep

Start = Literal["prior", "posterior"]


@dataclass(frozen=True, eq=False)
class Bracket:
    """Bounds of log p(x), each in the mean.

    Attributes:
        lower: AIS, with its error.
        upper: by the chains that walk back, in nats [B], float64. They share their first place, so
            that only a mean over images has an error.
    """

    lower: Estimate
    upper: Tensor


@torch.no_grad()
def bidirectional_annealing(
    model: LatentVariableModel,
    x: Tensor,
    z: Tensor,
    generator: Generator,
    *,
    chains: int = 16,
    temperatures: int = 100,
    leapfrog_steps: int = 5,
    start: Start = "prior",
    on_step: OnStep | None = None,
) -> Bracket:
    """AIS forth and back for each image, all images and chains at once.

    Arguments as for ``annealed_importance_sampling``, and:

    Args:
        x: images that the model has made [B, …].
        z: what each was made of [B, J].
    """
    posterior = model.encode(x)
    begins: StartDensity = standard_normal(posterior.mu) if start == "prior" else posterior
    schedule = sigmoid_schedule(temperatures)

    def ensemble(chains: int) -> Ensemble:
        return Ensemble.of(model, x, begins, posterior, chains, schedule, leapfrog_steps, generator)

    def third(number: int) -> OnStep:
        return lambda done: on_step((number + done) / 3) if on_step is not None else None

    tuned = tune(ensemble(max(1, chains // 4)), third(0))
    walking = ensemble(chains)
    lower = anneal(walking, tuned, third(1))
    return Bracket(lower, _walk_back(walking, z, tuned, third(2)))


def _walk_back(ensemble: Ensemble, z: Tensor, tuned: list[Tensor], on_step: OnStep) -> Tensor:
    state: State = ensemble.path.state(z.repeat(ensemble.chains, 1))
    log_w = torch.zeros_like(state.value, dtype=torch.float64)
    schedule = ensemble.schedule
    for t in range(len(schedule) - 1, 0, -1):
        log_w += (schedule[t] - schedule[t - 1]) * ensemble.path.log_ratio(state).double()
        if t > 1:
            step_size = tuned[t - 2].repeat(ensemble.chains, 1)
            state, _ = ensemble.move(state, schedule[t - 1], step_size)
        on_step(1 - (t - 1) / (len(schedule) - 1))
    by_image = log_w.view(ensemble.chains, -1)
    inverse = LogWeights(by_image.shape[1])
    inverse.add(-by_image)
    return -inverse.log_mean
