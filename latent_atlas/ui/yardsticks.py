"""Which runs may share a chart: their numbers have to be points on one scale.

Of grey and of binarised images, of probabilities and of densities, or of images of another size,
the same quantity measures different things.
"""

from collections.abc import Mapping

from latent_atlas.reports.data_words import as_measure, treated
from vae_core.data import available_datasets
from vae_core.models import Nats
from vae_core.quantities import Quantity
from vae_core.runs import RunConfig

Shapes = Mapping[str, tuple[int, ...]]
Yardstick = tuple[str, str, Nats, tuple[int, ...] | str]


def image_shapes() -> Shapes:
    """The shape [C, H, W] of the images of each data set that is known here, by its name."""
    return {info.name: tuple(info.image_shape) for info in available_datasets()}


def yardstick(
    config: RunConfig, quantity: Quantity | None = None, shapes: Shapes | None = None
) -> Yardstick:
    """What a quantity of a run, its first one, is measured by: of equal ones the numbers compare.

    Of many runs the `shapes` are looked up once.
    """
    shapes = image_shapes() if shapes is None else shapes
    return (
        (quantity or config.algorithm.reports[0]).comparable_with,
        config.treatment,
        config.algorithm.trains.nats(config.settings()),
        shapes.get(config.dataset, config.dataset),
    )


def described(config: RunConfig, shapes: Shapes) -> str:
    """What the numbers of a run are about, such as “binarised digits”."""
    density = _density(config)
    measure = "" if density is None else f" {as_measure(density)}"
    channels = shapes.get(config.dataset, (1, 0, 0))[0]
    return f"{treated(config.treatment, channels)} {config.dataset}{measure}"


def _density(config: RunConfig) -> str | None:
    return config.algorithm.trains.density(config.settings())
