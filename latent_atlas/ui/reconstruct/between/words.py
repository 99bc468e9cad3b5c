"""What the ways between two images come to, in sentences."""

from latent_atlas.ui.reconstruct.between.ways import Strip, Sum, Ways
from vae_core.latent import support_level
from vae_core.latent.support_levels import LEVELS, whole_percent
from vae_core.numerals import decimal, grouped

# Lengths along a path are measured by small steps: a smaller difference says nothing.
_SHORTER = 0.02
# In pixel steps: below it nothing is seen to change; from there on one decimal is enough.
_STILL, _LONG = 0.1, 10.0

STEP = "pixel step"
RULE = (
    "Frames of the lower two strips are equally different, each from the next. Nats say what a "
    "frame would cost as an image of its own (−ELBO), ± over draws of z. % is the share of unseen "
    "images that are encoded in emptier spots: below 1 %, do not trust the picture. A length is "
    "how much a picture changes on its way: one pixel from black to white is 1 pixel step, and "
    "several at once count by the root of their squares. A geodesic is the way along which the "
    "picture changes least; it counts as shorter from 2 % on. In z, 1 is the spread of the prior."
)


def ways_sentence(ways: Ways) -> str:
    """How much shorter the geodesic is, and what each way leads through."""
    _, straight, geodesic = ways.strips
    ratio = geodesic.travelled / straight.travelled if straight.travelled else 1.0
    here, there = _number(geodesic.travelled), length(straight.travelled)
    if straight.travelled < _STILL:
        told = "The picture hardly changes: both ends are drawn alike"
    elif ratio <= 1 - _SHORTER:
        less = decimal(100 * (1 - ratio), 0)
        told = f"The picture changes {less} % less along the geodesic ({here} against {there})"
    else:
        told = f"The straight line is as short as the geodesic ({there}, against {here})"
    return (
        f"{told}. In z the two images lie {decimal(ways.apart, 2)} apart. At its emptiest spot the "
        f"line is {_least(straight)}, the geodesic {_least(geodesic)}."
    )


def length(travelled: float) -> str:
    """Such as 47.4 pixel steps; small ones with more decimals."""
    return f"{_number(travelled)} {STEP}s"


def _number(travelled: float) -> str:
    return decimal(travelled, 1 if travelled >= _LONG else 2)


def _least(strip: Strip) -> str:
    least = 1.0 if strip.support is None else float(strip.support.min())
    return f"{LEVELS[support_level(least)].words.lower()} ({whole_percent(least)} %)"


def sum_sentence(found: Sum, three: tuple[int, int, int], classes: str) -> str:
    """What is nearest to a sum; `classes` is the class of that image, or nothing."""
    letters = dict(zip(three, "abc", strict=True))
    itself = f", which is {letters[found.nearest]} itself" if found.nearest in letters else ""
    of_class = f", class {classes}" if classes else ""
    spot = ""
    if found.support is not None:
        words = LEVELS[support_level(found.support)].words.lower()
        spot = f"; its spot in z is {words} ({whole_percent(found.support)} %)"
    return (
        f"Nearest is image {grouped(found.nearest)}{of_class}{itself}: on average its pixels are "
        f"{decimal(found.distance, 3)} off{spot}."
    )
