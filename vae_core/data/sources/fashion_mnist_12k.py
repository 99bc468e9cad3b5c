"""`fashion-mnist-12k`: 12,000 pictures of Fashion-MNIST, equally many of each kind of clothes."""

from vae_core.data.embedded_set import EmbeddedSet
from vae_core.data.sources import fashion_mnist

SOURCE = EmbeddedSet(
    name="fashion-mnist-12k",
    title="Fashion-MNIST, 12,000",
    part_of=fashion_mnist.SOURCE,
    class_names=fashion_mnist.CLASS_NAMES,
    provenance=(
        "A class-balanced subset of Fashion-MNIST (H. Xiao, K. Rasul, R. Vollgraf, Zalando "
        "Research, 2017): 1,000 training and 200 test pictures of each class, taken from its own "
        "training and test set."
    ),
    order=25,
).source()
