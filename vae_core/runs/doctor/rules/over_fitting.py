"""Whether the model gets worse on test images while it gets better on those it is trained on."""

import math

from vae_core.numerals import decimal, with_error
from vae_core.quantities import ELBO
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Rule, Verdict, remedy, unknown
from vae_core.runs.trend import FEWEST
from vae_core.sentences import counted


def _judge(case: Case) -> Verdict:
    found = case.trend
    if found is None or ELBO.name not in case.tested[-1].train:
        return unknown(
            f"There are fewer than {FEWEST} measurements on test images.",
            f"{FEWEST} measurements on train and on test images.",
        )
    last, best = case.tested[-1], case.tested[int(case.bounds.argmax())]
    gap = last.train[ELBO.name] - float(case.bounds[-1])
    half_width = math.hypot(
        (last.train_half_widths or {}).get(ELBO.name, 0.0), found.now_half_width or 0.0
    )
    lost = float(case.bounds.max() - case.bounds[-1])
    evidence = {"gap": gap, "gap_half_width": half_width, "lost": lost, "best_epoch": best.epoch}
    told = with_error(gap, half_width or None)
    if found.falls and gap > half_width:
        length = (
            {"samples": best.samples}
            if case.config.samples is not None
            else {"epochs": max(1, round(best.epoch))}
        )
        return Verdict(
            "yes",
            f"The bound is {told} nats better on training images than on test images, and on these "
            f"it has fallen since epoch {decimal(best.epoch, 1)}: it learns its images by heart.",
            "A bound on test images that is still at its best.",
            evidence,
            remedy(case.config, "End where test images were at their best.", **length),
        )
    return Verdict(
        "no",
        f"After {counted(last.epoch, 'epoch')} the bound on training images less that on test "
        f"images is {told} nats, and on these it does not fall while it gains on those, beyond "
        "that ±.",
        "A fall on test images of more than a hundredth, while training images go on to gain.",
        evidence,
    )


RULE = Rule(
    name="over_fitting",
    order=30,
    question="Does it learn its images by heart?",
    sentence="The model goes on to improve on training images and gets worse on others.",
    tolerance="more than a hundredth of its size below the best on test images, and the gap "
    "between train and test above its ±",
    judge=_judge,
)
