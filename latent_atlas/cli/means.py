"""How the commands write means over images: each with its ±, which is explained once below them."""

from collections.abc import Mapping, Sequence

from vae_core.evaluation.intervals import LEVEL
from vae_core.numerals import with_error
from vae_core.quantities import Quantity

OVER_IMAGES = "± holds in 95 of 100 cases, over images: what other images like these would give."


def written(
    quantities: Sequence[Quantity],
    means: Mapping[str, float],
    half_widths: Mapping[str, float],
    width: int = 0,
) -> str:
    """Such as “ELBO −139.3 ± 0.7, rate 7.11 ± 0.03 nats per image”; in columns of a `width`."""
    told = [
        f"{q.label} {with_error(means[q.name], half_widths.get(q.name)):>{width}}"
        for q in quantities
    ]
    between = "   " if width else ", "
    return between.join(told) + "".join(f" {q.unit}" for q in quantities[:1])


def for_scripts(over_images: Mapping[str, float], over_draws: float | None) -> dict[str, object]:
    """Every ± of a result in JSON (`vae_core.evaluation.intervals`)."""
    return {"level": LEVEL, "over_images": dict(over_images), "over_draws": over_draws}
