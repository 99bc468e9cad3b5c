"""What the judge of a comparison learns from, and what its images are in the judge's classes."""

from torch import Tensor

from latent_atlas.ui.catalog import companion_names, loaded
from latent_atlas.ui.judges.judge import Judge
from latent_atlas.ui.reconstruct.comparison import Comparison
from vae_core.data import Dataset, LabelColumn, load_dataset
from vae_core.errors import AtlasError
from vae_core.sentences import plain


def teacher(comparison: Comparison) -> Dataset:
    """The data set that the program's own classifier learns from.

    That is the one shown; where it has no classes, one with classes that the first model goes with.
    """
    if comparison.data.label_columns:
        return comparison.data
    for name in companion_names(loaded(comparison.columns[0].entry)):
        try:
            data = load_dataset(name)
        except AtlasError:
            continue
        if data.label_columns and data.image_shape == comparison.data.image_shape:
            return data
    return comparison.data


def labels_for(comparison: Comparison, judge: Judge) -> Tensor | None:
    """What the shown images are, int64 [N], in a judge's classes; None where nobody has said.

    From a label column of the data that has these very classes, the judge's own before others.
    """
    data, split = comparison.data, comparison.split
    fitting = [each for each in data.label_columns if _names(each) == judge.class_names]
    fitting.sort(key=lambda each: plain(each.name) != judge.column)
    index = data.splits.get(split.name)
    if not fitting or index is None or len(index) != len(split):
        return None
    return fitting[0].labels[index]


def _names(column: LabelColumn) -> tuple[str, ...]:
    return tuple(plain(name) for name in column.class_names)
