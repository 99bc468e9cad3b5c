"""Image datasets as uint8 tensors with named splits.

>>> from vae_core.data import load_dataset
>>> load_dataset("digits").split("train").images.shape
torch.Size([1497, 1, 8, 8])

`digits`, `mnist-12k` and `fashion-mnist-12k` come with the program and `sprites` is drawn by it;
the others are read from the data folder, into which `fetch_dataset` downloads them.
Pixels stay uint8 here: they become x / 255 at the batch and nowhere else.
"""

from vae_core.data.dataset import Dataset, Factors, LabelColumn, Split
from vae_core.data.download import FetchCancelled
from vae_core.data.fetch import fetch_dataset
from vae_core.data.kinship import Kinship, kinship
from vae_core.data.order import fair_order
from vae_core.data.registry import (
    DatasetInfo,
    available_datasets,
    companion_datasets,
    data_folder,
    load_dataset,
)

__all__ = [
    "Dataset",
    "DatasetInfo",
    "Factors",
    "FetchCancelled",
    "Kinship",
    "LabelColumn",
    "Split",
    "available_datasets",
    "companion_datasets",
    "data_folder",
    "fair_order",
    "fetch_dataset",
    "kinship",
    "load_dataset",
]
