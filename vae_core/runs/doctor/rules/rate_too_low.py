"""Whether steps are so short that the weights are still about where they began.

A step of Adam or Adagrad moves a weight by about the learning rate at most, so the sum of the rates
over the steps is about as far as any can have come; it is compared with the size of first weights.
"""

import math

from torch import Generator

from vae_core.errors import AtlasError
from vae_core.models import VAE
from vae_core.numerals import with_error
from vae_core.runs.config import dataset_info
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Rule, Verdict, remedy, unknown
from vae_core.sentences import counted

STEPS = 100  # before them, nothing has come far
SLOWED = 0.5  # the later half gains less than this part of what the whole gained by the image


def _judge(case: Case) -> Verdict:
    first, found = _first_weights(case), case.trend
    steps = case.metrics[-1].step if case.metrics else 0
    if first is None or found is None or steps < STEPS or case.status.epoch < 1:
        return unknown(
            f"It takes {STEPS} steps, one epoch and a VAE whose data are there to tell how far its "
            "weights could have come.",
            f"{STEPS} steps and one epoch.",
        )
    reach = _reach(case)
    half_width = found.gain_half_width
    evidence = {"reach": reach, "first_weights": first, "gain": found.gain}
    far = f"{reach:.2g}, where first weights are {first:.2g} from zero"
    told = with_error(found.gain, half_width)
    if reach >= first:
        return Verdict(
            "no",
            f"In {counted(steps, 'step')} a weight could have come {far}.",
            "Steps that all together are shorter than first weights are large.",
            evidence,
        )
    if found.gain <= 0 or _slowed(case):
        return Verdict(
            "no",
            f"Weights could have come no further than {far}, but the bound has slowed down: it "
            f"gained {told} nats over the later half on {case.images}.",
            "A bound that rises as fast in the later half as before.",
            evidence,
        )
    return Verdict(
        "yes",
        f"In {counted(steps, 'step')} a weight could have come no further than {far}; the bound "
        f"on {case.images} still rises unslowed, by {told} nats over the later half.",
        "Longer steps, or so many that they add up to the size of first weights.",
        evidence,
        remedy(
            case,
            "Ten times the step size gets there in a tenth of the steps.",
            learning_rate=max(
                float(f"{case.top_learning_rate * 10:.4g}"), case.config.learning_rate
            ),
        ),
    )


def _reach(case: Case) -> float:
    """The learning rate summed over the steps up to the latest measurement, at most.

    Between two measurements it is the larger one's, for a schedule, or a hand, may have lowered it.
    """
    step, rate, total = 0, case.config.learning_rate, 0.0
    for event in case.metrics:
        total += max(rate, event.learning_rate) * (event.step - step)
        step, rate = event.step, event.learning_rate
    return total


def _slowed(case: Case) -> bool:
    samples, bounds = [event.samples for event in case.measured], case.bounds
    half = next(n for n, seen in enumerate(samples) if seen >= samples[-1] / 2)
    whole = (bounds[-1] - bounds[0]) / max(1, samples[-1] - samples[0])
    late = (bounds[-1] - bounds[half]) / max(1, samples[-1] - samples[half])
    return bool(late < SLOWED * whole)


def _first_weights(case: Case) -> float | None:
    """The root mean square of the weight matrices before the first step, where it can be known."""
    config = case.config
    if config.algorithm.trains is not VAE or not hasattr(config.algorithm, "optimizer"):
        return None
    try:
        shape = dataset_info(config).image_shape
    except AtlasError:
        return None
    vae = VAE(config.architecture(shape)).initialise(
        config.init, Generator().manual_seed(config.seed)
    )
    matrices = [weight.detach() for weight in vae.parameters() if weight.ndim > 1]
    squares = sum(float(weight.double().square().sum()) for weight in matrices)
    return math.sqrt(squares / sum(weight.numel() for weight in matrices))


RULE = Rule(
    name="rate_too_low",
    order=50,
    question="Is the learning rate too low?",
    sentence="Steps are so short that the weights are still about where they began.",
    tolerance="learning rates summed over all steps below the root mean square of the first "
    f"weights, after {STEPS} steps, the bound rising unslowed",
    judge=_judge,
)
