"""`fashion-mnist`: 70,000 pictures of clothes in the form of MNIST."""

from pathlib import Path

from vae_core.data import mirrors
from vae_core.data.idx_set import IdxSet

DEBIAN = Path("/usr/share/datasets/fashion-mnist")  # of the package dataset-fashion-mnist

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

SOURCE = IdxSet(
    name="fashion-mnist",
    title="Fashion-MNIST",
    class_names=CLASS_NAMES,
    # Not the data folder itself: files of these names lying there are MNIST's.
    folders=lambda data: (data / "fashion-mnist", DEBIAN),
    files=(
        "the four Fashion-MNIST files (train-images-idx3-ubyte.gz and so on; Debian's package "
        "dataset-fashion-mnist has them, and is found by itself)"
    ),
    licence="MIT (Zalando SE, 2017)",
    provenance=(
        "Fashion-MNIST (H. Xiao, K. Rasul, R. Vollgraf, Zalando Research, 2017): pictures of "
        "articles of the Zalando shop, from the four original idx files."
    ),
    remote=mirrors.FASHION_MNIST,
    order=50,
    likeness="light-on-dark",
).source()
