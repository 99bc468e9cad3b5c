"""Image datasets as uint8 tensors with named splits.

>>> from vae_core.data import load_dataset
>>> load_dataset("digits").split("train").images.shape
torch.Size([1497, 1, 8, 8])

`digits` and `mnist-12k` come with the program; `mnist` is read from idx files in the data folder.
Pixels stay uint8 here: they become x / 255 at the batch and nowhere else.
"""

from vae_core.data.dataset import Dataset, Split
from vae_core.data.registry import DatasetInfo, available_datasets, data_folder, load_dataset

__all__ = ["Dataset", "DatasetInfo", "Split", "available_datasets", "data_folder", "load_dataset"]
