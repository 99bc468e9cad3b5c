"""Means of importance weights, kept as logarithms and streamed.

An estimate p̂(x) = (1/K) Σ_k w_k needs only three sums over k, so K may be as large as patience
allows: Σ w and Σ w² (both by log-sum-exp) and Σ log w. All in float64.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

# Called now and then with the part of the work that is done, 0 to 1; it may raise, to stop it.
OnStep = Callable[[float], None]


@dataclass(frozen=True)
class Estimate:
    """An estimate of log p(x) for each image of a batch, in nats; all [B], float64.

    Attributes:
        log_p: the estimate.
        standard_error: its Monte Carlo error by the delta method; NaN from a single sample.
        effective_samples: (Σ w)² / Σ w², between 1 and ``samples``; None where nothing is sampled.
        samples: how many weights an estimate rests on, or places where nothing is sampled.
        acceptance: mean acceptance of the Monte Carlo moves; None where there are none.
        independent: how many independent parts the error is found from; None where from none.
        lone: whether a mode that the encoder missed was found by one climb alone; None where no
            modes were sought.
        settled: whether an integration came to its end; None where there is none.
    """

    log_p: Tensor
    standard_error: Tensor
    effective_samples: Tensor | None
    samples: int
    acceptance: Tensor | None = None
    independent: int | None = None
    settled: Tensor | None = None
    lone: Tensor | None = None


class LogWeights:
    """Running sums over weights that are given as logarithms.

    Example:
        >>> weights = LogWeights(images=2)
        >>> weights.add(torch.zeros(5, 2))
        >>> weights.log_mean
        tensor([0., 0.], dtype=torch.float64)
    """

    def __init__(self, images: int) -> None:
        self.count = 0
        self._log_sum = torch.full((images,), -math.inf, dtype=torch.float64)
        self._log_sum_of_squares = self._log_sum.clone()
        self._sum_of_logs = torch.zeros(images, dtype=torch.float64)

    def add(self, log_weights: Tensor) -> None:
        """Take in n more weights of each image. [n, B]."""
        log_w = log_weights.double()
        self.count += len(log_w)
        self._log_sum = torch.logaddexp(self._log_sum, log_w.logsumexp(0))
        self._log_sum_of_squares = torch.logaddexp(
            self._log_sum_of_squares, (2 * log_w).logsumexp(0)
        )
        self._sum_of_logs += log_w.sum(0)

    @property
    def log_mean(self) -> Tensor:
        """log (1/K) Σ w_k. [B]."""
        return self._log_sum - math.log(self.count)

    @property
    def mean_log(self) -> Tensor:
        """(1/K) Σ log w_k, which is estimator A of the bound if z ~ q(z|x). [B]."""
        return self._sum_of_logs / self.count

    @property
    def effective_samples(self) -> Tensor:
        """(Σ w)² / Σ w², which is 1 / Σ of the squared normalised weights. [B]."""
        return (2 * self._log_sum - self._log_sum_of_squares).exp()

    @property
    def standard_error(self) -> Tensor:
        """Of ``log_mean``: sd(w) / (mean(w) √K), the delta method. NaN if K = 1. [B]."""
        if self.count == 1:
            return torch.full_like(self._log_sum, math.nan)
        relative = self.count / self.effective_samples - 1
        return (relative.clamp(min=0) / (self.count - 1)).sqrt()

    def estimate(self, acceptance: Tensor | None = None) -> Estimate:
        """What the weights say of log p(x)."""
        return Estimate(
            self.log_mean,
            self.standard_error,
            self.effective_samples,
            self.count,
            acceptance,
            independent=self.count,
        )
