"""Kept the identity? From the verdicts of a classifier to what the report holds of them."""

import math

from latent_atlas.reports.comparison.record import (
    Estimate,
    IdentityRecord,
    JudgeRecord,
    KeptRecord,
    ShareRecord,
)
from latent_atlas.reports.comparison.subjects import Judged
from latent_atlas.reports.shares import difference
from vae_core.evaluation import Identity, Picture


def judge_record(judged: Judged) -> JudgeRecord:
    """The judge, and how it does on the images themselves."""
    classifier, first = judged.classifier, judged.of[0]
    originals = first.originals_right
    return JudgeRecord(
        sha256=judged.digest,
        name=judged.name,
        column=judged.column,
        classes=len(first.class_names),
        learned_from=None if classifier is None else classifier.lessons.images,
        accuracy=None if classifier is None else ShareRecord.of(classifier.accuracy),
        standing=None if classifier is None else classifier.standing,
        originals=None if originals is None else ShareRecord.of(originals),
    )


def identity_record(found: Identity) -> IdentityRecord:
    """What it says of one model."""
    spread, sure = found.prior_entropy, found.prior_confidence
    return IdentityRecord(
        mean=_kept(found, "mean"),
        sample=_kept(found, "sample"),
        samples=len(found.prior),
        spread=Estimate.of(spread.value, spread.half_width),
        most_spread=math.log(len(found.class_names)),
        confidence=Estimate.of(sure.value, sure.half_width),
    )


def _kept(found: Identity, picture: Picture) -> KeptRecord:
    lost = found.lost(picture)
    verdict = "cannot be said"
    if lost.decided:
        verdict = "lost" if lost.value > 0 else "gained"
    return KeptRecord(
        kept=ShareRecord.of(found.kept(picture)),
        lost=Estimate.of(lost.value, lost.half_width),
        lost_told=difference(lost),
        verdict=verdict,
    )
