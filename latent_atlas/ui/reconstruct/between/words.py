"""What the ways between two images come to, in sentences."""

from latent_atlas.ui.reconstruct.between.ways import Strip, Sum, Ways
from vae_core.latent import support_level
from vae_core.latent.support_levels import LEVELS, whole_percent
from vae_core.numerals import decimal

# Lengths along a path are measured by small steps: a smaller difference says nothing.
_SHORTER = 0.02

RULE = (
    "Frames of the lower two strips are equally different, each from the next. % is the share of "
    "unseen images that are encoded in emptier spots: below 1 %, do not trust the picture. Nats "
    "are −ELBO of the frame as an image of its own, ± over draws of z. Lengths are sums "
    "of root squared differences of pixels. The geodesic counts as shorter from 2 % on."
)


def ways_sentence(ways: Ways) -> str:
    """How much shorter the geodesic is, and what each way leads through."""
    _, straight, geodesic = ways.strips
    ratio = geodesic.travelled / straight.travelled if straight.travelled else 1.0
    here = decimal(geodesic.travelled, 1)
    there = decimal(straight.travelled, 1)
    if ratio <= 1 - _SHORTER:
        less = decimal(100 * (1 - ratio), 0)
        length = f"The picture changes {less} % less along the geodesic ({here} against {there})"
    else:
        length = f"The straight line is as short as the geodesic ({there} against {here})"
    return (
        f"{length}. The emptiest spot of the line: {_least(straight)}; of the geodesic: "
        f"{_least(geodesic)}. The encodings are {decimal(ways.apart, 2)} apart."
    )


def _least(strip: Strip) -> str:
    least = 1.0 if strip.support is None else float(strip.support.min())
    return f"{whole_percent(least)} % ({LEVELS[support_level(least)].words.lower()})"


def sum_sentence(found: Sum, three: tuple[int, int, int], classes: str) -> str:
    """What is nearest to a sum; `classes` is the class of that image, or nothing."""
    letters = dict(zip(three, "abc", strict=True))
    itself = f", which is {letters[found.nearest]} itself" if found.nearest in letters else ""
    of_class = f", class {classes}" if classes else ""
    spot = ""
    if found.support is not None:
        words = LEVELS[support_level(found.support)].words.lower()
        spot = f"; its spot is {words} ({whole_percent(found.support)} %)"
    return (
        f"Nearest is image {found.nearest}{of_class}{itself}, "
        f"{decimal(found.distance, 3)} off{spot}."
    )
