"""What a measurement of log p(x) gives, how it is followed and stopped, and when to doubt it."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor

from vae_core.inference.weights import Estimate, OnStep

# Under these an estimate's error is no longer to be trusted: a number, and a part of all samples.
FEWEST_EFFECTIVE_SAMPLES, LEAST_EFFECTIVE_PART = 10, 0.25
# A chain that moves as rarely as this has not been where the posterior is.
LEAST_ACCEPTANCE = 0.2


class Cancelled(Exception):
    """The caller asked for the work to be stopped."""


@dataclass(frozen=True)
class Watch:
    """How a caller follows, and stops, work that takes a while.

    Attributes:
        progress: called with the part that is done, 0 to 1.
        cancelled: asked often; once it answers True, the work ends with ``Cancelled``.
    """

    progress: Callable[[float], None] = lambda done: None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True, eq=False)
class LogLikelihood:
    """Estimates of log p(x) in nats; tensors are float64 [N], one entry an image.

    Attributes:
        method: which estimator.
        log_p: the estimates.
        standard_errors: the Monte Carlo error of each, by the delta method; NaN from one sample. Of
            an integration, the difference between its last two levels.
        effective_samples: of each; between 1 and ``samples``. None where nothing is sampled.
        samples: weights, or places, that each estimate rests on.
        acceptance: of the HMC moves for each image; None where there are none.
        warnings: a sentence for each reason to doubt the numbers.
    """

    method: str
    log_p: Tensor
    standard_errors: Tensor
    effective_samples: Tensor | None
    samples: int
    acceptance: Tensor | None
    warnings: tuple[str, ...]

    @property
    def mean(self) -> float:
        """Nats per image."""
        return self.log_p.mean().item()

    @property
    def standard_error(self) -> float:
        """Of ``mean`` on these very images: what another seed would change."""
        return self.standard_errors.square().sum().sqrt().item() / len(self.log_p)

    @property
    def image_error(self) -> float:
        """Of ``mean`` as an estimate for all images like these: sd / √N. NaN from one image."""
        if len(self.log_p) == 1:
            return math.nan
        return self.log_p.std().item() / math.sqrt(len(self.log_p))

    def with_warnings(self, more: Iterable[str]) -> "LogLikelihood":
        """The same numbers with more sentences of doubt."""
        return replace(self, warnings=(*self.warnings, *more))


def measure(
    method: str,
    estimate: Callable[[Tensor, Generator, OnStep], Estimate],
    batches: Iterator[Tensor],
    images: int,
    seed: int,
    watch: Watch | None,
) -> LogLikelihood:
    """Run an estimator over batches of images [B, C, H, W] that hold ``images`` in all.

    Raises:
        Cancelled: as soon as ``watch`` says so.
    """
    watch = watch or Watch()
    # Another stream than that of the images, which is seeded with ``seed`` itself.
    fresh = int(torch.randint(2**62, (), generator=Generator().manual_seed(seed)))
    generator = Generator().manual_seed(fresh)
    done = 0
    found: list[Estimate] = []
    for x in batches:
        found.append(estimate(x, generator, _reporter(watch, done, len(x), images)))
        done += len(x)
    result = LogLikelihood(
        method=method,
        log_p=torch.cat([e.log_p for e in found]),
        standard_errors=torch.cat([e.standard_error for e in found]),
        effective_samples=_joined(e.effective_samples for e in found),
        samples=max(e.samples for e in found),
        acceptance=_joined(e.acceptance for e in found),
        warnings=(),
    )
    return result.with_warnings(_doubts(result, _joined(e.settled for e in found)))


def _joined(parts: Iterable[Tensor | None]) -> Tensor | None:
    known = [part for part in parts if part is not None]
    return torch.cat(known) if known else None


def _reporter(watch: Watch, before: int, batch: int, images: int) -> OnStep:
    def report(done: float) -> None:
        if watch.cancelled():
            raise Cancelled
        watch.progress((before + done * batch) / images)

    return report


def _doubts(result: LogLikelihood, settled: Tensor | None) -> Iterator[str]:
    n = len(result.log_p)
    broken = int((~result.log_p.isfinite()).sum())
    if broken:
        yield f"{broken} of {n} images have no finite estimate: the model overflows on them."
    if settled is not None and not bool(settled.all()):
        open_ = result.standard_errors[~settled]
        yield (
            f"On {len(open_)} of {n} images the grid did not come to its end: its last two levels "
            f"differ by up to {float(open_.max()):.2g} nats, or the posterior reaches beyond it."
        )
    fewest = min(FEWEST_EFFECTIVE_SAMPLES, LEAST_EFFECTIVE_PART * result.samples)
    effective = result.effective_samples
    low = 0 if effective is None else int((effective < fewest).sum())
    if low and result.samples > 1:
        yield (
            f"{low} of {n} images rest on fewer than {fewest:g} effective samples of "
            f"{result.samples:,}: their estimates are likely to be "
            f"{'too high' if result.method == 'appendix-d' else 'too low'}, and by more than their "
            "standard errors."
        )
    if result.acceptance is not None:
        stuck = int((result.acceptance < LEAST_ACCEPTANCE).sum())
        if stuck:
            yield (
                f"On {stuck} of {n} images fewer than {LEAST_ACCEPTANCE:.0%} of the HMC moves were "
                "accepted: the chains have hardly moved there."
            )
