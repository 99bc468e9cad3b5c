"""Whether steps are so long that the bound jumps."""

from vae_core.numerals import with_error
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Rule, Verdict, slower, unknown
from vae_core.runs.trend import FAST, FEWEST


def _judge(case: Case) -> Verdict:
    if case.status.diverged:
        return unknown(
            "Once a training has diverged, its jumps say nothing more.",
            "A run that has not diverged.",
        )
    found = case.trend
    if found is None:
        return unknown(
            f"There are fewer than {FEWEST} measurements on {case.images}.",
            f"{FEWEST} measurements on {case.images}.",
        )
    half_width = found.dip_half_width
    evidence = {"dip": found.dip, "gain": found.gain, "learning_rate": case.learning_rate}
    told = with_error(found.dip, half_width)
    if found.way != "jumping":
        return Verdict(
            "no",
            f"On {case.images} the deepest fall that was made good again over the later half is "
            f"{told} nats, and the curve got on by more, or the fall is small.",
            f"A fall of more than {FAST:z.0%} of the curve's size and than what was gained.",
            evidence,
        )
    if half_width is not None and found.dip <= half_width:
        return unknown(
            f"On {case.images} the bound fell by {told} nats and came back, which may be of these "
            "images only.",
            f"A fall above its ±: more {case.images}, or more training.",
        )
    return Verdict(
        "yes",
        f"Over the later half the bound on {case.images} fell by {told} nats and came back, "
        "further than it got on: steps are too long.",
        "A gain over the later half that is larger than its falls.",
        evidence,
        slower(case, "A third of the step size stays within what one step can see.", by=3),
    )


RULE = Rule(
    name="rate_too_high",
    order=40,
    question="Is the learning rate too high?",
    sentence="The bound falls and comes back, for each step goes too far.",
    tolerance=f"a fall over the later half of more than {FAST:z.0%} of the curve's size, than the "
    "gain there, and than its ±",
    judge=_judge,
)
