"""A model small enough to draw thousands of gradients of, and what is asked of those."""

from typing import Any

import torch
from torch import Generator, Tensor

from vae_core.algorithms import Batch, Learner, LearnerSettings
from vae_core.models import VAE, Architecture

ARCHITECTURE = Architecture(image_shape=(1, 3, 3), latent_dim=2, hidden=(4,))
IMAGES = 3
CHUNKS = 60


def tiny_vae(scale: float = 10.0) -> VAE:
    """With weights of s.d. ``scale`` / 10: at 10, a posterior that is far from the true one."""
    vae = VAE(ARCHITECTURE).initialise("paper", Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in vae.parameters():
            parameter.mul_(scale)
    return vae


def tiny_batch(times: int = 1) -> Batch:
    """The same few images, over and over: one gradient is then the mean of many draws."""
    x = torch.rand(IMAGES, 1, 3, 3, generator=Generator().manual_seed(1)).round()
    return Batch(x.repeat(times, 1, 1, 1), torch.arange(IMAGES * times), n_total=50)


def learner(kind: type[LearnerSettings], vae: VAE, seed: int, **settings: Any) -> Learner:
    """One that learns ``vae`` by gradients."""
    made = kind(**settings).make(vae, Generator().manual_seed(seed))
    assert isinstance(made, Learner)
    return made


def one_gradient(kind: type[LearnerSettings], seed: int = 2, **settings: Any) -> dict[str, Tensor]:
    """One draw of the gradient, by parameter."""
    vae = tiny_vae()
    learner(kind, vae, seed, **settings).gradient(tiny_batch())
    return {name: p.grad.clone() for name, p in vae.named_parameters() if p.grad is not None}


def many_gradients(
    kind: type[LearnerSettings],
    part: str = "encoder",
    draws: int = 100,
    scale: float = 10.0,
    **settings: Any,
) -> Tensor:
    """``CHUNKS`` means of ``draws`` independent gradients in one part of the model. [CHUNKS, P]."""
    vae = tiny_vae(scale)
    drawing = learner(kind, vae, seed=3, **settings)
    batch, found = tiny_batch(draws), []
    for _ in range(CHUNKS):
        drawing.gradient(batch)
        gradients = [p.grad for n, p in vae.named_parameters() if n.startswith(part)]
        found.append(torch.cat([g.flatten() for g in gradients if g is not None]))
    return torch.stack(found).double()


def assert_same_mean(one: Tensor, other: Tensor) -> None:
    """Two sets of draws [CHUNKS, P] agree in the mean within their sampling error."""
    error = (one.var(0) + other.var(0)).div(CHUNKS).sqrt()
    z = (one.mean(0) - other.mean(0)) / error.clamp_min(1e-12)
    assert float(z.abs().max()) < 5
    assert float((z**2).mean()) < 3  # not 1: the parameters' gradients go up and down together
    # The test could have failed: the mean is not lost in the noise.
    assert float(one.mean(0).norm()) > 5 * float(error.norm())
