"""The best q(z|x) of a family for each image by itself, climbed to until it rises no more.

    q* = argmax over the family of L[q] = E_q[log p(x, z) − log q(z)],   theta being fixed

By Adam along the path of z alone (``stl`` of AEVB), whose noise vanishes where q is the posterior.
After each stage of steps the mean of its parameters over the stage's second half is held against
the best so far on the same draws of eps, so that what is compared differs by q alone. Where no
stage's rise over all images is worth its while the steps are shortened, and at the shortest the
climb ends. The best of a family need not be near the encoder's answer: there are several starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Generator, Tensor

from vae_core.inference.elbo import LatentVariableModel
from vae_core.inference.importance import log_weight_blocks
from vae_core.inference.weights import OnStep
from vae_core.models import Posterior, standard_normal_log_prob

Q = TypeVar("Q", bound=Posterior)

DRAWS = 8  # of z an image and step
STAGE = 50  # steps
TOLERANCE = 0.001  # nats an image that a stage has to be worth
UNSETTLED = 0.02  # nats by which the last stage may still raise an image
_CHECK_DRAWS = 256
_STEP_SIZES = (0.05, 0.0125, 0.003, 0.0008)
_MOST_STAGES = 40
_BETAS = (0.9, 0.99)  # of Adam


@dataclass(frozen=True, eq=False)
class BestPosterior(Generic[Q]):
    """Where the climbs of B images ended.

    Attributes:
        posterior: q* of each.
        settled: of which the last stage raised the bound by no more than ``UNSETTLED`` nats [B].
        steps: of each image.
    """

    posterior: Q
    settled: Tensor
    steps: int


def best_posterior(
    model: LatentVariableModel,
    x: Tensor,
    starts: Sequence[Q],
    generator: Generator,
    *,
    on_step: OnStep | None = None,
) -> BestPosterior[Q]:
    """Climb from each start for a stage, and on from where each image's bound is highest then.

    Images do not touch one another but in when all of them end.

    Args:
        model: gives p(x|z).
        x: images [B, …], no more than ``rows_at_once(x) // DRAWS`` for memory to stay bounded.
        starts: members of one family, each with a row an image.
        generator: of all draws.
        on_step: see ``OnStep``.
    """
    seed = int(torch.randint(2**62, (), generator=generator))
    with torch.inference_mode(False), torch.enable_grad():
        x = x.detach().clone()
        begun = [_Climb(model, x, start, seed) for start in starts]
        for climb in begun:
            climb.stage(_STEP_SIZES[0], generator)
        climb = begun[0]
        for other in begun[1:]:
            climb.take_over(other)
        gain, stages = climb.gain, 1
        for number, step_size in enumerate(_STEP_SIZES):
            while stages < _MOST_STAGES:
                gain, stages = climb.stage(step_size, generator), stages + 1
                if on_step is not None:
                    on_step(max(number / len(_STEP_SIZES), stages / _MOST_STAGES))
                if float(gain.mean()) < TOLERANCE:
                    break
    if on_step is not None:
        on_step(1.0)
    return BestPosterior(climb.best, gain <= UNSETTLED, stages * STAGE)


class _Climb(Generic[Q]):
    """One member of the family an image, on its way.

    Attributes:
        best: the highest so far.
        gain: by how many nats the last stage has raised it [B].
    """

    def __init__(self, model: LatentVariableModel, x: Tensor, start: Q, seed: int) -> None:
        self._model, self._x, self._seed = model, x, seed
        self.best = start.with_parameters(tuple(p.detach().clone() for p in start.parameters))
        self._height = self._bound(self.best)
        self.gain = torch.zeros_like(self._height)
        self._begin()

    def take_over(self, other: "_Climb[Q]") -> None:
        """What the other has found, where that is higher."""
        higher = other._height > self._height
        self._height = torch.where(higher, other._height, self._height)
        self.best = _chosen(higher, other.best, self.best)
        self._begin()

    def stage(self, step_size: float, generator: Generator) -> Tensor:
        """Some steps of this size; returns ``gain``."""
        for group in self._adam.param_groups:
            group["lr"] = step_size
        total = [torch.zeros_like(p) for p in self._leaves]
        for step in range(STAGE):
            self._step(generator)
            if step >= STAGE // 2:
                for added, leaf in zip(total, self._leaves, strict=True):
                    added += leaf.detach()
        found = self.best.with_parameters(tuple(t / (STAGE - STAGE // 2) for t in total))
        height = self._bound(found)
        higher = height > self._height
        self.best = _chosen(higher, found, self.best)
        self.gain = (height - self._height).clamp(min=0).nan_to_num(0.0)
        self._height = torch.where(higher, height, self._height)
        return self.gain

    def _begin(self) -> None:
        self._leaves = [p.clone().requires_grad_() for p in self.best.parameters]
        self._adam = torch.optim.Adam(self._leaves, betas=_BETAS)

    def _step(self, generator: Generator) -> None:
        each = self.best.with_parameters(tuple(self._leaves)).repeat(DRAWS)
        z = each.rsample(generator)
        x = self._x.repeat(DRAWS, *[1] * (self._x.dim() - 1))
        joint = standard_normal_log_prob(z) + self._model.decode(z).log_prob(x)
        bound = (joint - each.detach().log_prob(z)).sum() / DRAWS
        for leaf, slope in zip(
            self._leaves, torch.autograd.grad(-bound, self._leaves), strict=True
        ):
            leaf.grad = slope.nan_to_num(0.0, 0.0, 0.0)
        self._adam.step()

    @torch.no_grad()
    def _bound(self, q: Q) -> Tensor:
        """L[q] by draws that are the same each time. [B]."""
        draws = Generator().manual_seed(self._seed)
        blocks = log_weight_blocks(self._model, self._x, _CHECK_DRAWS, draws, q)
        mean = torch.cat(list(blocks)).double().mean(0)
        return mean.nan_to_num(-torch.inf, -torch.inf, -torch.inf)


def _chosen(where: Tensor, one: Q, other: Q) -> Q:
    """Image by image one or the other."""
    pairs = zip(one.parameters, other.parameters, strict=True)
    return other.with_parameters(
        tuple(torch.where(where.view(-1, *[1] * (a.dim() - 1)), a, b) for a, b in pairs)
    )
