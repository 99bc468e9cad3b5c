"""`mnist-12k`: 12,000 digits of MNIST, equally many of each, carried in the repository."""

from vae_core.data.embedded_set import EmbeddedSet
from vae_core.data.sources import mnist

SOURCE = EmbeddedSet(
    name="mnist-12k",
    title="MNIST, 12,000",
    part_of=mnist.SOURCE,
    class_names=mnist.CLASS_NAMES,
    provenance=(
        "A class-balanced subset of the MNIST database of handwritten digits (Y. LeCun, C. Cortes, "
        "C. J. C. Burges, 1998): 1,000 training and 200 test images of each digit, taken from its "
        "own training and test set."
    ),
    order=10,
).source()
