"""Whether the model gets worse on other images while it gets better on those it is trained on."""

import math

from vae_core.numerals import decimal, with_error
from vae_core.quantities import ELBO
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Remedy, Rule, Verdict, remedy, unknown
from vae_core.runs.metrics import MetricEvent
from vae_core.runs.trend import FEWEST
from vae_core.sentences import counted

PATIENCE = 10  # epochs that the remedy waits for a better bound


def _judge(case: Case) -> Verdict:
    found, images = case.trend, case.images
    if found is None or ELBO.name not in case.measured[-1].train:
        return unknown(
            f"There are fewer than {FEWEST} measurements on {images}.",
            f"{FEWEST} measurements on training images and on {images}.",
        )
    last, best = case.measured[-1], case.best
    gap = last.train[ELBO.name] - float(case.bounds[-1])
    half_width = math.hypot(
        (last.train_half_widths or {}).get(ELBO.name, 0.0), found.now_half_width or 0.0
    )
    lost = case.means(best)[ELBO.name] - float(case.bounds[-1])
    evidence = {"gap": gap, "gap_half_width": half_width, "lost": lost, "best_epoch": best.epoch}
    told = with_error(gap, half_width or None)
    if found.falls and gap > half_width:
        return Verdict(
            "yes",
            f"The bound is {told} nats better on training images than on {images}, and on these "
            f"it has fallen since epoch {decimal(best.epoch, 1)}: it learns its images by heart.",
            f"A bound on {images} that is still at its best.",
            evidence,
            _ending_at_the_best(case, best),
        )
    return Verdict(
        "no",
        f"After {counted(last.epoch, 'epoch')} the bound on training images less that on {images} "
        f"is {told} nats, and on {images} it does not fall while it gains on the others, beyond "
        "that ±.",
        f"A fall on {images} of more than a hundredth, while training images go on to gain.",
        evidence,
    )


def _ending_at_the_best(case: Case, best: MetricEvent) -> Remedy | None:
    """What ends a run early already has kept its best checkpoint: it needs nothing else."""
    if case.config.early_stopping is not None:
        return None
    # To end where test images were at their best would be to learn from them.
    stopped = remedy(
        case,
        "Training ends, and keeps its best checkpoint, once validation images have not gained for "
        f"{counted(PATIENCE, 'epoch')}.",
        early_stopping=PATIENCE,
    )
    if stopped is not None:
        return stopped
    length = (
        {"samples": best.samples}
        if case.config.samples is not None
        else {"epochs": max(1, round(best.epoch))}
    )
    return remedy(case, f"End where {case.images} were at their best.", **length)


RULE = Rule(
    name="over_fitting",
    order=30,
    question="Does it learn its images by heart?",
    sentence="The model goes on to improve on training images and gets worse on others.",
    tolerance="more than a hundredth of its size below the best on validation images, else on test "
    "images, and the gap between them and training images above its ±",
    judge=_judge,
)
