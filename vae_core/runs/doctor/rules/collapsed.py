"""Whether the code, or some of its dimensions, carry nothing."""

import numpy as np

from vae_core.numerals import with_error
from vae_core.quantities import RATE, RATE_PER_DIM
from vae_core.runs.collapse import is_collapsed
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Remedy, Rule, Verdict, remedy, unknown
from vae_core.sentences import counted


def _judge(case: Case) -> Verdict:
    rates = [event for event in case.metrics if RATE.name in case.means(event)]
    if not rates or case.status.epoch < 1 or case.status.diverged:
        return unknown(
            "What the code carries cannot be said before one epoch, without a rate, or once "
            "training has diverged.",
            "One epoch of an algorithm that reports the rate, without divergence.",
        )
    rate = case.means(rates[-1])[RATE.name]
    told = with_error(rate, case.half_widths(rates[-1]).get(RATE.name) or None)
    unused, count = _unused(case)
    evidence = {"rate": rate, "unused": float(unused), "dimensions": float(count)}
    if is_collapsed(rate, case.status.epoch):
        return Verdict(
            "yes",
            f"The code carries {told} nats an image on {case.images}, as good as nothing: "
            "every image gets the same picture.",
            f"A rate of {RATE.least:g} nats or more on {case.images}.",
            evidence,
            _against_the_weight(case),
        )
    if unused:
        return Verdict(
            "yes",
            f"{unused} of {counted(count, 'latent dimension')} carried less than "
            f"{RATE_PER_DIM.least:g} nats all through the later half of training; all together "
            f"carry {told}.",
            "A later half in which each dimension carries more at least once.",
            evidence,
            _against_the_weight(case)
            or remedy(
                case,
                "The same code without the dimensions that nothing uses.",
                latent_dim=count - unused,
            ),
        )
    return Verdict(
        "no",
        f"The code carries {told} nats an image, and no dimension was idle all through the later "
        "half.",
        f"A rate below {RATE.least:g} nats, or a dimension below {RATE_PER_DIM.least:g} all along.",
        evidence,
    )


def _unused(case: Case) -> tuple[int, int]:
    """How many dimensions were idle all through the later half, and of how many."""
    found = [event.vectors.get(RATE_PER_DIM.name) for event in case.later]
    rows = np.array([row for row in found if row and len(row) == len(found[-1] or [])])
    if rows.size == 0:
        return 0, 0
    idle = (rows < RATE_PER_DIM.least).all(axis=0)
    return int(idle.sum()), rows.shape[1]


def _against_the_weight(case: Case) -> Remedy | None:
    if not case.config.weighs_rate or case.beta <= 1:
        return None
    return remedy(
        case,
        f"The rate weighed {case.beta:g} times what the true bound weighs it.",
        beta=1.0,
    )


RULE = Rule(
    name="collapsed",
    order=20,
    question="Does the code carry anything?",
    sentence="The code, or a part of it, is the same for every image.",
    tolerance=f"less than {RATE.least:g} nats an image on validation images, else on test images, "
    f"or a dimension below {RATE_PER_DIM.least:g} nats all through the later half",
    judge=_judge,
)
