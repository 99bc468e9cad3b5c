"""Whether the training has diverged, as the run itself keeps watch for it (``divergence``)."""

from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Rule, Verdict, slower, unknown


def _judge(case: Case) -> Verdict:
    told, epoch = case.status.diverged, case.status.epoch
    if told is not None:
        return Verdict(
            "yes",
            told,
            "Weights that come back from it: a bound near that of the untrained model.",
            {"learning_rate": case.learning_rate},
            slower(
                case,
                "A tenth of the step size keeps the weights where gradients still mean something.",
                by=10,
            ),
        )
    if not case.measured or (epoch < 1 and case.status.active):
        return unknown(
            "Training has not come far enough to tell whether it diverges.",
            "One epoch, with a measurement of the bound on other images.",
        )
    return Verdict(
        "no",
        "All bounds are numbers, and the latest is not far below that of the untrained model.",
        "A bound that is no number, or that stays far below that of the untrained model.",
        {"bound": float(case.bounds[-1])},
    )


RULE = Rule(
    name="diverged",
    order=10,
    question="Has the training diverged?",
    sentence="The steps have thrown the weights to where the bound is worthless.",
    tolerance="a bound that is no number, or far below both the untrained model and one mean "
    "image, through the later half",
    judge=_judge,
)
