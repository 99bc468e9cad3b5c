"""Images whose law is Gaussian: there what a diffusion model should say is known in closed form."""

import torch
from torch import Generator, Tensor

MEAN = torch.tensor([0.3, -0.2])
COVARIANCE = torch.tensor([[0.04, 0.018], [0.018, 0.02]])  # in [−1, 1], and never near its ends
SHAPE = (1, 1, 2)


def mixed_mean(x: Tensor, signal: Tensor, spread: Tensor) -> Tensor:
    """E[image | x] for x = signal · image + spread · noise, each [B] or []. [B, 1, 1, 2] both."""
    signal, spread = signal.reshape(-1, 1), spread.reshape(-1, 1)
    variances, axes = torch.linalg.eigh(COVARIANCE)
    along = (x.flatten(1) - signal * MEAN) @ axes
    gain = signal * variances / (signal**2 * variances + spread**2)
    return (MEAN + (gain * along) @ axes.T).view(-1, *SHAPE)


def images(count: int) -> Tensor:
    """Draws of them in [0, 1], as models are given images. [count, 1, 1, 2]."""
    noise = torch.randn(count, 2, generator=Generator().manual_seed(5))
    drawn = MEAN + noise @ torch.linalg.cholesky(COVARIANCE).T
    return (drawn.view(-1, *SHAPE) + 1) / 2


def check_law(made: Tensor, *, within: float = 4.0) -> None:
    """That mean and covariance of images in [−1, 1] are those of the law, to so many errors."""
    found, count = made.flatten(1), len(made)
    error = (COVARIANCE.diagonal() / count).sqrt()
    assert ((found.mean(0) - MEAN).abs() / error).max() < within
    variances = COVARIANCE.diagonal()
    squares = torch.outer(variances, variances) + COVARIANCE**2
    assert ((found.T.cov() - COVARIANCE).abs() / (squares / count).sqrt()).max() < within
