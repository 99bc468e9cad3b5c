"""The images that models have learned from, beside those on which they are compared."""

from vae_core.data import Dataset, Split
from vae_core.data.kinship import relation
from vae_core.evaluation.linear_codes import evenly
from vae_core.models import TrainingRecord

MOST_IMAGES = 10_000  # evenly chosen


def training_part(data: Dataset, shown: str, trained_on: str | None) -> tuple[Split, int] | None:
    """Images of a training split, at most `MOST_IMAGES`, and how many it has in all.

    `trained_on` names the training split of the first model, else it is `train`. None where there
    is none, and where that is what is `shown`: one does not test on what was learned from.
    """
    known = {name for name, index in data.splits.items() if len(index)}
    names = [name for name in (trained_on or "train", "train") if name in known]
    if not names or names[0] == shown:
        return None
    train = data.split(names[0])
    return Split(train.name, evenly(train.images, MOST_IMAGES), None), len(train)


def learned_from(training: TrainingRecord, data: Dataset, part: str) -> bool:
    """Whether a model has learned from this split of the dataset, as far as its file says.

    Of a dataset that stands in for a larger one, `train` stands in for a split that it has not.
    """
    trained, found = training.split or "train", relation(training.dataset, data.name)
    if found == "part" and trained not in data.splits:
        return part == "train"
    return found in ("same", "part") and trained == part
