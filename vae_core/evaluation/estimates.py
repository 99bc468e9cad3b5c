"""What a measurement of log p(x) gives, how it is followed and stopped, and when to doubt it."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor

from vae_core.evaluation.intervals import student_95
from vae_core.inference.weights import Estimate, OnStep
from vae_core.sentences import counted

# Under these an estimate's error is no longer to be trusted: a number, and a part of all samples.
FEWEST_EFFECTIVE_SAMPLES, LEAST_EFFECTIVE_PART = 10, 0.25
# What counts as another start having found more: so many standard errors, and nats.
CLEAR_OF_NOISE, LEAST_GAP = 3.0, 0.05
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
class Doubt:
    """A reason not to trust some of the numbers.

    Attributes:
        images: which, bool [N].
        sentence: how many, why, and what to do.
    """

    images: Tensor
    sentence: str


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
        independent: how many independent parts the errors are found from; None where from none.
        doubts: each reason to doubt the numbers.
    """

    method: str
    log_p: Tensor
    standard_errors: Tensor
    effective_samples: Tensor | None
    samples: int
    acceptance: Tensor | None
    independent: int | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The doubts in sentences."""
        return tuple(doubt.sentence for doubt in self.doubts)

    @property
    def doubted(self) -> Tensor:
        """Which images there is a doubt about. bool [N]."""
        none = torch.zeros(len(self.log_p), dtype=torch.bool)
        return torch.stack([none, *(doubt.images for doubt in self.doubts)]).any(0)

    @property
    def half_widths(self) -> Tensor:
        """Of intervals that hold log p(x) in 95 of 100 cases, if nothing was missed. [N].

        Student's, of as many degrees of freedom as there are independent parts, or effective
        samples if those are fewer. Of an integration, the difference of its last two levels.
        """
        if self.independent is None:
            return self.standard_errors
        parts = torch.full_like(self.standard_errors, self.independent)
        if self.effective_samples is not None:
            parts = torch.minimum(parts, self.effective_samples)
        return student_95((parts - 1).clamp(min=1.0)) * self.standard_errors

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

    def with_doubts(self, more: Iterable[Doubt]) -> "LogLikelihood":
        """The same numbers with more doubts."""
        return replace(self, doubts=(*self.doubts, *more))

    def doubted_altogether(self, sentence: str) -> "LogLikelihood":
        """With a doubt about all images."""
        return self.with_doubts([Doubt(torch.ones(len(self.log_p), dtype=torch.bool), sentence)])


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
        independent=found[0].independent,
    )
    settled, lone = _joined(e.settled for e in found), _joined(e.lone for e in found)
    return result.with_doubts([*_doubts(result, settled), *_doubts_of_modes(lone)])


def second_look(found: LogLikelihood, start: str, other: LogLikelihood) -> LogLikelihood:
    """Where another start finds more, say so, and let the errors say it too.

    Args:
        found: from one start alone.
        start: which.
        other: from a start that has looked elsewhere, of the same images.
    """
    gap = other.log_p - found.log_p
    noise = (found.standard_errors.nan_to_num(0.0) ** 2 + other.standard_errors**2).sqrt()
    apart = gap > (CLEAR_OF_NOISE * noise).clamp(min=LEAST_GAP)
    if not bool(apart.any()):
        return found
    errors = torch.where(apart, torch.hypot(found.standard_errors, gap), found.standard_errors)
    told = (
        f"{_part(apart)} are up to {float(gap.max()):z.1f} nats too low: "
        f"what starts from {start} alone misses a mode of their posterior that was found from "
        "elsewhere, or takes too few draws. Their errors say so; take another start, or the grid."
    )
    return replace(found, standard_errors=errors).with_doubts([Doubt(apart, told)])


def _doubts_of_modes(lone: Tensor | None) -> Iterator[Doubt]:
    if lone is not None and bool(lone.any()):
        yield Doubt(
            lone,
            f"On {_part(lone)} most of the posterior is in a mode that "
            "the encoder misses, and that one climb from the prior alone has found: there may be "
            "others, and the estimates too low.",
        )


def _joined(parts: Iterable[Tensor | None]) -> Tensor | None:
    known = [part for part in parts if part is not None]
    return torch.cat(known) if known else None


def _reporter(watch: Watch, before: int, batch: int, images: int) -> OnStep:
    def report(done: float) -> None:
        if watch.cancelled():
            raise Cancelled
        watch.progress((before + done * batch) / images)

    return report


def _doubts(result: LogLikelihood, settled: Tensor | None) -> Iterator[Doubt]:
    broken = ~result.log_p.isfinite()
    if bool(broken.any()):
        yield Doubt(
            broken,
            f"{_part(broken)} have no finite estimate: the model overflows on them.",
        )
    if settled is not None and not bool(settled.all()):
        worst = float(result.standard_errors[~settled].max())
        yield Doubt(
            ~settled,
            f"On {_part(~settled)} the grid did not come to its end: its last "
            f"two levels differ by up to {worst:.2g} nats, or the posterior reaches beyond it.",
        )
    fewest = min(FEWEST_EFFECTIVE_SAMPLES, LEAST_EFFECTIVE_PART * result.samples)
    if result.effective_samples is not None and result.samples > 1:
        low = result.effective_samples < fewest
        if bool(low.any()):
            side = "too high" if result.method == "appendix-d" else "too low"
            yield Doubt(
                low,
                f"{_part(low)} rest on fewer than {fewest:g} effective samples "
                f"of {result.samples:,}: their estimates are likely to be {side}, and by more than "
                "their standard errors.",
            )
    if result.acceptance is not None:
        stuck = result.acceptance < LEAST_ACCEPTANCE
        if bool(stuck.any()):
            yield Doubt(
                stuck,
                f"On {_part(stuck)} fewer than {LEAST_ACCEPTANCE:z.0%} of the HMC "
                "moves were accepted: the chains have hardly moved there.",
            )


def _part(where: Tensor) -> str:
    """Such as "3 of 10 images"."""
    return f"{int(where.sum())} of {counted(len(where), 'image')}"
