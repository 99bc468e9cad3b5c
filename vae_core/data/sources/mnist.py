"""`mnist`: all 70,000 digits, read from the four idx files in the data folder."""

from vae_core.data import mirrors
from vae_core.data.idx_set import IdxSet

CLASS_NAMES = tuple(str(digit) for digit in range(10))

SOURCE = IdxSet(
    name="mnist",
    title="MNIST, all 70,000",
    class_names=CLASS_NAMES,
    folders=lambda data: (data / "mnist", data),
    files="the four original MNIST files (train-images-idx3-ubyte and so on, gzipped or not)",
    licence="CC BY-SA 3.0 (Yann LeCun, Corinna Cortes)",
    provenance=(
        "The MNIST database of handwritten digits (Y. LeCun, C. Cortes, C. J. C. Burges, 1998), "
        "from the four original idx files."
    ),
    remote=mirrors.MNIST,
    order=40,
    likeness="mnist",
).source()
