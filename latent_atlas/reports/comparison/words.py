"""What a report of a comparison says beside its numbers."""

from latent_atlas.reports.comparison.record import ComparisonRecord, JudgeRecord
from latent_atlas.reports.data_words import size_and_colour
from vae_core.evaluation.classifier import LEAST_ACCURACY
from vae_core.numerals import decimal
from vae_core.quantities import DISTORTION, NAT, RATE
from vae_core.sentences import counted, listed, plain

THE_NUMBERS = (
    f"Nats per image count what an image costs under a model: {DISTORTION.full_name}, "
    f"−E[log p(x|z)], what the pixels cost when z is known, and {RATE.full_name}, "
    "KL(q(z|x) ‖ p(z)), what it costs to say which z. Their sum is −ELBO; lower is better. "
    f"A nat is {NAT}.",
    "It is a bound, not the likelihood: the true −log p(x) is this number or less. Of two models "
    "the one with the lower bound need not be the one with the higher likelihood.",
    "It does not say how good a picture looks: a blurred copy can cost less than a sharp one that "
    "is one pixel off. MSE, PSNR and SSIM know nothing of the length of the code.",
    "Differences are between these models, each trained once: what another seed of the training "
    "would give, no ± here tells.",
)

HALVES = "Each dot is an image: below the line the second model is better."
RATE_DISTORTION = (
    "A point is a model. To the right its code is longer, further down its copies lose less; along "
    "a dotted line their sum, −ELBO, is the same. An arrow, where there is one, begins at training "
    "images, at the open mark, and ends at these: the longer, the worse the model does on images "
    "that it has not seen. Bars are ±."
)
PCA_LINES = (
    "A dashed line is the least that any linear code of J numbers can lose at each rate: PCA of "
    "these very images. A model below the line of its own J has learned what no straight axes can "
    "say."
)
NO_PCA = (
    "In nats PCA bounds only models whose pixels share one σ; by squared error it bounds all that "
    "are linear."
)
CURVES = "A curve joins models that are alike but for β; of several seeds, their mean."


def rate_distortion_notes(record: ComparisonRecord) -> list[str]:
    """What the lines of its charts are, and why there may be none."""
    told = [PCA_LINES]
    if any(not chart.bounds for chart in record.rate_distortion):
        told.append(NO_PCA)
    if any(chart.curves for chart in record.rate_distortion):
        told.append(CURVES)
    return told


def judge_told(judge: JudgeRecord) -> str:
    """Which classifier it is, and how well it does on originals."""
    what = "the classes" if judge.column == "class" else judge.column
    told = f"The judge is {judge.name}, SHA-256 {judge.sha256[:12]}"
    if judge.learned_from is not None and judge.accuracy is not None:
        told = (
            f"The judge is a small frozen classifier of {what}, SHA-256 "
            f"{judge.sha256[:12]}, that has learned from {counted(judge.learned_from, 'original')} "
            f"and names {judge.accuracy.told} of {judge.accuracy.cases:,} others rightly"
        )
    if judge.originals is not None:
        told += f"; of the images of this report themselves, {judge.originals.told}"
    return f"{told}. Its word is not the truth: it is often surer than it is right."


def judge_doubted(judge: JudgeRecord) -> str:
    """Why its verdicts mean little, where they do; else nothing."""
    if judge.standing in (None, "fit"):
        return ""
    rule = (
        f"it would have to name more than {decimal(100 * LEAST_ACCURACY, 0)} % of held-out "
        "originals rightly, and more than always saying the commonest class would"
    )
    if judge.standing == "unfit":
        return f"Its verdicts mean little: {rule}."
    return f"Whether its verdicts mean anything cannot be said: {rule}, and too few are held out."


RELIABILITY = (
    "On the line, pixels of which a model says 0.3 are 0.3 on average. Bands are the ± over images."
)


def shortened(name: str, longest: int) -> str:
    """A title without its middle where it is too long: names of runs begin and end differently."""
    clean = plain(name)
    if len(clean) <= longest:
        return clean
    end = longest // 2
    return f"{clean[: longest - 1 - end]}…{clean[-end:]}"


def title(record: ComparisonRecord) -> str:
    """For the tab, and the head of a document."""
    names = [model.title for model in record.models]
    shown = listed(names) if len(names) <= 3 else f"{names[0]} and {len(names) - 1} more"
    return f"{shown} on {record.dataset_title}"


def about(record: ComparisonRecord) -> str:
    """Which images, how many, and how they were measured."""
    channels, height, width = record.image_shape
    first = "" if record.images == record.of_images else f"the first {record.images:,} of "
    whole = counted(record.of_images, f"{record.split} image")
    return (
        f"{record.dataset_title}: {first}{whole}, {size_and_colour((channels, height, width))}; "
        f"{record.models[0].targets}; {counted(record.samples, 'draw')} of z an image, "
        f"seed {record.seed}."
    )
