import subprocess
import sys

import numpy as np
import torch

from vae_core.data import load_dataset


def test_images_and_labels_are_scikit_learns_scaled_to_bytes() -> None:
    from sklearn.datasets import load_digits

    theirs, ours = load_digits(), load_dataset("digits")
    expected = np.rint(theirs.images * 255 / 16).astype(np.uint8)[:, None]
    assert ours.labels is not None
    np.testing.assert_array_equal(ours.images.numpy(), expected)
    np.testing.assert_array_equal(ours.labels.numpy(), theirs.target)


def test_the_test_split_has_thirty_of_each_class_and_the_rest_is_train() -> None:
    digits = load_dataset("digits")
    test = digits.split("test")
    assert test.labels is not None
    assert test.labels.bincount().tolist() == [30] * 10
    together = torch.cat([digits.splits["train"], digits.splits["test"]])
    assert torch.equal(together.sort().values, torch.arange(1797))


def test_the_split_never_changes() -> None:
    # Numbers published for digits hold for exactly these images.
    test = load_dataset("digits").splits["test"]
    assert test[:10].tolist() == [3, 7, 13, 19, 36, 43, 48, 53, 55, 60]
    assert int(test.sum()) == 259751


def test_reading_them_imports_neither_scikit_learn_nor_pandas() -> None:
    code = (
        "import sys; from vae_core.data import load_dataset; load_dataset('digits');"
        "print([name for name in ('sklearn', 'pandas', 'scipy') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
