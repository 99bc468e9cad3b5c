"""Whether the images are ones that nobody can have meant: blank, too dark, repeated, tested on.

What own images are looked at for when they are brought (``vae_core.data.own.inspection``), any
images are here; and whether a run is judged by images that it learns from.
"""

from torch import Tensor

from vae_core.data import fair_order, load_dataset
from vae_core.data.own.inspection import DARK, MANY, Inspection
from vae_core.errors import AtlasError
from vae_core.runs.doctor.case import Case
from vae_core.runs.doctor.rule import Rule, Verdict, unknown
from vae_core.runs.validation import division
from vae_core.sentences import counted

MOST = 50_000  # images of a kind that are looked at


def _judge(case: Case) -> Verdict:
    try:
        images = division(case.config, load_dataset(case.config.dataset, case.run.data_dir))
    except AtlasError as error:
        return unknown(f"The images cannot be looked at. {error}", "The images of the run.")
    train, known = _inspected(images.train), {"test": _inspected(images.test)}
    if images.valid is not None:
        known["validation"] = _inspected(images.valid)
    shared = {name: len(found.hashes & train.hashes) for name, found in known.items()}
    evidence = {
        "images": float(train.count),
        "different": float(train.distinct),
        "of_one_colour": float(train.flat),
        "darkest": float(train.nearly_all()[0]),
        "lightest": float(train.nearly_all()[1]),
    } | {f"{name}_in_train": float(count) for name, count in shared.items()}
    told = [
        f"{counted(count, f'{name} image')} of {known[name].distinct:,} that differ "
        f"{'is' if count == 1 else 'are'} among the training images, too."
        for name, count in shared.items()
        if count > MANY * known[name].distinct
    ]
    told += train.warnings()
    otherwise = (
        f"Training images between which more than {MANY:z.0%} repeat or are of one colour, "
        "that are nearly black or white, or that are tested on, too."
    )
    if not told:
        return Verdict("no", f"Of the training images, {train.summary()}.", otherwise, evidence)
    return Verdict(
        "yes",
        f"{' '.join(told)} No setting mends that: bring the images again, prepared otherwise.",
        f"Images that differ, of which no more than {MANY:z.0%} are of one colour, or are both "
        "trained and tested on, with levels from dark to light.",
        evidence,
    )


def _inspected(images: Tensor) -> Inspection:
    """Of uint8 [n, C, H, W]."""
    found = Inspection()
    some = images if len(images) <= MOST else images[fair_order(len(images))[:MOST]]
    for image in some.numpy():
        found.see(image)
    return found


RULE = Rule(
    name="data_look_wrong",
    order=80,
    question="Do the images look wrong?",
    sentence="The images are such that a model has little, or nothing fair, to learn from.",
    tolerance=f"more than {MANY:z.0%} of the training images of one colour, or repeating another; "
    f"or of the test images among them; or all but strays darker than level {DARK}, or lighter "
    f"than {255 - DARK}",
    judge=_judge,
    reads="data",
)
