"""What the makers of the embedded sets share: which 12,000 images, and the bytes of the file.

From 60,000 training and 10,000 test images in ten equal classes: the first 1,000 and 200 of each
class after a shuffle that never changes, shuffled once more. Test images come from the test set.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

EMBEDDED = Path(__file__).parents[1] / "vae_core" / "data" / "embedded"
SEED = 13126114  # the paper's number, arXiv:1312.6114
TRAIN_PER_CLASS, TEST_PER_CLASS = 1000, 200


def write_set(
    files: Mapping[str, bytes], out: Path, compression: int = zipfile.ZIP_DEFLATED
) -> None:
    """Write the set that is taken from the four idx files, and say what came of it."""
    content = npz_bytes(subset(files), compression)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    print(f"{out}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


def subset(files: Mapping[str, bytes]) -> dict[str, np.ndarray]:
    """Four uint8 arrays: images [n, 28, 28] and labels [n], of training and of test images."""
    # RandomState, not Generator: NumPy promises that its stream never changes.
    random = np.random.RandomState(SEED)
    arrays = {}
    for part, prefix, per_class in (
        ("train", "train", TRAIN_PER_CLASS),
        ("test", "t10k", TEST_PER_CLASS),
    ):
        # Offsets: the idx headers are 16 and 8 bytes, which the checksums have vouched for.
        images = np.frombuffer(files[f"{prefix}-images-idx3-ubyte"], np.uint8, offset=16)
        labels = np.frombuffer(files[f"{prefix}-labels-idx1-ubyte"], np.uint8, offset=8)
        chosen = random.permutation(
            np.concatenate(
                [
                    random.permutation(np.flatnonzero(labels == label))[:per_class]
                    for label in range(10)
                ]
            )
        )
        arrays[f"{part}_images"] = images.reshape(-1, 28, 28)[chosen]
        arrays[f"{part}_labels"] = labels[chosen]
    return arrays


def npz_bytes(arrays: dict[str, np.ndarray], compression: int) -> bytes:
    """A compressed npz file without the time of day in it."""
    # numpy.savez promises neither the date it writes nor the compression level.
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = compression
            archive.writestr(entry, content.getvalue(), compresslevel=9)
    return target.getvalue()
