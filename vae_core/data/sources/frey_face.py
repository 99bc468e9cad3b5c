"""`frey-face`: 1,965 frames of a video of one face, 28 x 20, as in the paper's figures 2 and 4.

The frames are neighbours in time: two in a row differ by 12 grey levels a pixel, two at random by
27. In a shuffled split (`train`, `test`) nearly every test frame has a near-twin in training;
`train-block` and `test-block` are the first 1,565 frames and the last 400.
"""

import hashlib
from pathlib import Path

import numpy as np
import torch

from vae_core.data import mirrors
from vae_core.data.dataset import Dataset
from vae_core.data.matlab import read_matrix
from vae_core.data.npz import read_npz
from vae_core.data.pickled_bytes import bytes_in_pickle
from vae_core.data.source import Source, find_any, folder_of, remedy
from vae_core.errors import AtlasError

FRAMES, HEIGHT, WIDTH = 1965, 28, 20
TEST = 400
SHA256 = mirrors.FREY_FACE[0].sha256
FILES = ("frey_faces_uint8.npz", "frey_rawface.mat", "freyfaces.pkl")
WANTED = "one of frey_rawface.mat, freyfaces.pkl and frey_faces_uint8.npz (key images)"
REMEDY = remedy("frey-face", WANTED)
LICENCE = "none stated: for research, with credit to Brendan Frey"
PROVENANCE = (
    "Frey Face: frames of a video of Brendan Frey's face, 28 × 20 pixels, by way of Sam Roweis' "
    "data page, in the order of the video."
)
COUNTS = {
    "train": FRAMES - TEST,
    "test": TEST,
    "train-block": FRAMES - TEST,
    "test-block": TEST,
}
TEST_SPLITS = {"train-block": "test-block", "test-block": "test-block"}


def read_frames(file: Path) -> np.ndarray:
    """uint8 [1965, 28, 20]. Raises AtlasError if `file` is missing, damaged or something else."""
    shape = (FRAMES, HEIGHT, WIDTH)
    if file.suffix == ".npz":
        return read_npz(file, {"images": shape}, REMEDY)["images"]
    if file.suffix == ".mat":
        matrix = read_matrix(file, "ff", (HEIGHT * WIDTH, FRAMES), REMEDY)
        return np.ascontiguousarray(matrix.T).reshape(shape)
    content = bytes_in_pickle(file, FRAMES * HEIGHT * WIDTH, REMEDY)
    # Any string of that length would have been taken: only the hash tells that it is the video.
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise AtlasError(f"{file} holds {len(content):,} bytes that are not Frey Face. {REMEDY}")
    # A copy, because an array over `bytes` is read-only and PyTorch warns of those.
    return np.frombuffer(content, dtype=np.uint8).reshape(shape).copy()


def _locate(data: Path) -> list[Path]:
    file = find_any(data, "frey-face", FILES)
    return [file] if file is not None else []


def _load(data: Path) -> Dataset:
    file = find_any(data, "frey-face", FILES)
    if file is None:
        raise AtlasError(
            f"Frey Face was looked for in {data / 'frey-face'} and {data}, but is not there. "
            f"{REMEDY}"
        )
    # RandomState, not Generator: NumPy promises that its stream never changes.
    order = torch.from_numpy(np.random.RandomState(0).permutation(FRAMES))
    video = torch.arange(FRAMES)
    return Dataset(
        name="frey-face",
        title=SOURCE.title,
        images=torch.from_numpy(read_frames(file)[:, None]),
        labels=None,
        class_names=(),
        splits={
            "train": order[:-TEST],
            "test": order[-TEST:],
            "train-block": video[:-TEST],
            "test-block": video[-TEST:],
        },
        provenance=PROVENANCE,
        licence=LICENCE,
        test_splits=TEST_SPLITS,
    )


SOURCE = Source(
    name="frey-face",
    title="Frey Face",
    image_shape=(1, HEIGHT, WIDTH),
    counts=COUNTS,
    licence=LICENCE,
    remedy=REMEDY,
    where=lambda data: str(folder_of(_locate(data), data / "frey-face")),
    locate=_locate,
    load=_load,
    test_splits=TEST_SPLITS,
    remote=mirrors.FREY_FACE,
    files=WANTED,
    decode=lambda file: read_frames(file).tobytes(),
    order=70,
)
