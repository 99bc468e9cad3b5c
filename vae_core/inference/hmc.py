"""Hamiltonian Monte Carlo, many chains at once (Neal 2011; appendices D and E of the paper).

A chain is a row: all functions work on [B, J] without a loop over chains. A step size is given for
each chain, [B, 1], or for each coordinate of each chain, [B, J]: a diagonal mass matrix.
"""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class State:
    """Where the chains are, with the part of the log density there that is dear to compute.

    Attributes:
        z: positions [B, J].
        value: the dear part, in nats [B].
        slope: its gradient [B, J].
    """

    z: Tensor
    value: Tensor
    slope: Tensor

    def where(self, chosen: Tensor, other: "State") -> "State":
        """This state in the chains that are ``chosen`` [B], the other one elsewhere."""
        column = chosen.unsqueeze(1)
        return State(
            torch.where(column, self.z, other.z),
            torch.where(chosen, self.value, other.value),
            torch.where(column, self.slope, other.slope),
        )


class Target(Protocol):
    """An unnormalised density over z. Only ``state`` may be dear."""

    def state(self, z: Tensor) -> State:
        """Positions [B, J], with what was computed there."""
        ...

    def log_density(self, state: State) -> Tensor:
        """In nats, up to a constant. [B]."""
        ...

    def gradient(self, state: State) -> Tensor:
        """Of the log density. [B, J]."""
        ...


def leapfrog(
    target: Target, state: State, velocity: Tensor, step_size: Tensor, steps: int
) -> tuple[State, Tensor]:
    """Follow the Hamiltonian −log density + |v|²/2; reversible, and volume is preserved.

    Args:
        velocity: v [B, J].
        step_size: [B, 1] or [B, J].
        steps: each takes one gradient.

    Returns:
        The state and the velocity at the end.
    """
    velocity = velocity + 0.5 * step_size * target.gradient(state)
    for step in range(steps):
        state = target.state(state.z + step_size * velocity)
        last = step == steps - 1
        velocity = velocity + (0.5 if last else 1.0) * step_size * target.gradient(state)
    return state, velocity


def transition(
    target: Target, state: State, step_size: Tensor, steps: int, generator: Generator
) -> tuple[State, Tensor]:
    """One move of each chain, which leaves the target invariant: fresh velocity, leapfrog, accept.

    A proposal whose energy or slope is not finite is rejected: a step that is too long costs a
    move, never the chain.

    Returns:
        The next state, and each chain's probability of acceptance [B].
    """
    velocity = torch.empty_like(state.z).normal_(generator=generator)
    proposal, end = leapfrog(target, state, velocity, step_size, steps)
    # In float64, as the difference of two large numbers.
    log_ratio = _minus_energy(target, proposal, end) - _minus_energy(target, state, velocity)
    acceptance = log_ratio.clamp(max=0).exp().nan_to_num(nan=0.0)
    acceptance = acceptance * proposal.slope.isfinite().all(1)
    uniform = torch.empty_like(acceptance).uniform_(generator=generator)
    return proposal.where(uniform < acceptance, state), acceptance


def adapt_step_size(
    step_size: Tensor, acceptance: Tensor, goal: float = 0.9, growth: float = 1.02
) -> Tensor:
    """Lengthen the steps of chains that accept, shorten those of chains that reject.

    The factor is growth^(a − (1 − a) · goal / (1 − goal)): for goal 0.9 and an acceptance a of 1 or
    0, 1.02 on accept and 1.02⁻⁹ on reject. It stays put in the mean where E[a] = goal. Given the
    probability instead of its outcome it does the same with less noise.

    Args:
        step_size: [B, 1].
        acceptance: a, a probability or its outcome [B].
    """
    exponent = acceptance - (1 - acceptance) * goal / (1 - goal)
    return step_size * (growth**exponent).unsqueeze(1).to(step_size.dtype)


def jittered(step_size: Tensor, generator: Generator) -> Tensor:
    """Shortened by a factor drawn from U(0.5, 1) for each chain: [B, 1] → [B, 1].

    Paths of one fixed length can come back to where they began; of a near-Gaussian posterior they
    do, at the very lengths that a goal for the acceptance leads to.
    """
    return step_size * torch.empty_like(step_size).uniform_(0.5, 1.0, generator=generator)


def _minus_energy(target: Target, state: State, velocity: Tensor) -> Tensor:
    return target.log_density(state).double() - 0.5 * velocity.double().square().sum(1)
