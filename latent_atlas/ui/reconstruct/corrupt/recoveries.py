"""What a model makes of a few corrupted images, as pictures and printed distances.

The states of a chain lie side by side in one picture each, which the browser moves along.
"""

from dataclasses import dataclass
from itertools import islice

import torch
from torch import Generator, Tensor

from latent_atlas.ui.images import error_uri, image_uri
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.corruption import Corrupted
from vae_core.evaluation.denoising import Recovery, recover, squared_error
from vae_core.inference.grid import MOST_DIMENSIONS
from vae_core.inference.imputation import (
    WAYS,
    chain,
    missing_distance,
    started,
)
from vae_core.inference.known_pixels import Conditional, conditional
from vae_core.models import VAE
from vae_core.numerals import decimal

STEPS = 20  # of a chain, after its start
_CHAINS = 0.2  # the part of the work that the chains are


@dataclass(frozen=True)
class Recovered:
    """One model's recovery of one image.

    `shown` and `error` are pictures of its states side by side, one state if it was recovered at
    once. `told` says of each how far it is from the clean image. Of a chain `nearness` says of each
    how far it is from the exact answer, and the mean of all steps so far, where there is one: that
    is then the picture `exact`, and `spread` is how far proper draws are from it.
    """

    shown: str
    error: str
    told: list[str]
    nearness: list[str]
    means: list[str]
    exact: str | None = None
    spread: str = ""


def at_once(vae: VAE, clean: Tensor, found: Corrupted) -> list[Recovered]:
    """Of each image, float [N, C, H, W]: the mean image at the mean of q(z|corrupted)."""
    made = recover(vae, clean, found).images
    told = squared_error(made, clean).sqrt().tolist()
    return [
        Recovered(image_uri(one), error_uri(one - x), [_off(value)], [], [])
        for one, x, value in zip(made, clean, told, strict=True)
    ]


@torch.no_grad()
def step_by_step(
    vae: VAE, clean: Tensor, found: Corrupted, recovery: Recovery, start: str, watch: Watch
) -> list[Recovered]:
    """Of each image the states of a chain, and the exact answer where z has few dimensions.

    Raises Cancelled.
    """
    known = torch.ones_like(clean, dtype=torch.bool)
    if found.known is not None:
        known = found.known.unsqueeze(1).expand_as(clean)
    rows = []
    for place in range(len(clean)):
        one = slice(place, place + 1)
        rows.append(_states(vae, clean[one], known[one], recovery, start, watch))
        watch.progress(_CHAINS * (place + 1) / len(clean))

    def step(part: float) -> None:
        if watch.cancelled():
            raise Cancelled
        watch.progress(_CHAINS + (1 - _CHAINS) * part)

    exact = None
    if vae.architecture.latent_dim <= MOST_DIMENSIONS and not bool(known.all()):
        exact = conditional(vae, clean, known, on_step=step)
    return [
        _told(states, clean[place], known[place], exact, place) for place, states in enumerate(rows)
    ]


def _states(
    vae: VAE, clean: Tensor, known: Tensor, recovery: Recovery, start: str, watch: Watch
) -> Tensor:
    """The start and the states of one image's chain [T, C, H, W]; the same whatever is beside."""
    way = next(each for each in WAYS if each == recovery)
    generator = Generator().manual_seed(0)
    begun = started(start, vae, clean, known, generator)
    states = [begun]
    for state in islice(chain(vae, begun, known, generator=generator, way=way), STEPS):
        if watch.cancelled():
            raise Cancelled
        states.append(state.shown)
    return torch.cat(states)


def _told(
    states: Tensor, clean: Tensor, known: Tensor, exact: Conditional | None, place: int
) -> Recovered:
    told = [_off(value) for value in squared_error(states, clean.expand_as(states)).sqrt().tolist()]
    nearness: list[str] = []
    means: list[str] = []
    picture, spread = None, ""
    if exact is not None:
        answer, places = exact.mean[place].expand_as(states), known.expand_as(states)
        nearness = [decimal(each, 3) for each in missing_distance(states, answer, places).tolist()]
        number = torch.arange(1, len(states)).view(-1, 1, 1, 1)
        so_far = states[1:].cumsum(0) / number
        after = missing_distance(so_far, answer[1:], places[1:]).tolist()
        means = ["–", *(decimal(each, 3) for each in after)]
        picture = image_uri(exact.mean[place])
        spread = decimal(float(exact.spread[place]), 3) if bool(exact.settled[place]) else ""
    return Recovered(
        image_uri(_strip(states)),
        error_uri(_strip(states - clean)),
        told,
        nearness,
        means,
        picture,
        spread,
    )


def _strip(states: Tensor) -> Tensor:
    """[T, C, H, W] side by side: [C, H, T · W]."""
    return torch.cat(list(states), dim=2)


def _off(value: float) -> str:
    return decimal(value, 3)
