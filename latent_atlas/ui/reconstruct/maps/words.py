"""The sentences of two maps: how far they are the same, by which rule, and what survives."""

from collections.abc import Sequence
from html import escape

from vae_core.latent.agreement import Alignment
from vae_core.latent.retraining import FEWEST_MODELS, Survival
from vae_core.numerals import decimal, grouped, with_error
from vae_core.sentences import counted, listed

_MUCH = 0.5  # of the variance, left: then how small a map is laid wants a word


def shape(alignment: Alignment, half_width: float | None, first: str, second: str) -> str:
    """How much of the variance is left when the second map is laid on the first (Procrustes)."""
    turned = "turned, mirrored" if alignment.mirrored else "turned"
    left = with_error(100 * alignment.residual, None if half_width is None else 100 * half_width)
    told = (
        f"The map of {second} is moved, {turned} and drawn {decimal(alignment.scale, 2)} times as "
        f"large, so that it lies on the map of {first} as closely as it can. "
    )
    if half_width is not None and half_width > _MUCH:
        return f"{told}Whether the two agree cannot be said: {left} % of it does not fit."
    shrunk = ""
    if alignment.residual > _MUCH:
        shrunk = " The less two maps agree, the smaller the second is drawn."
    return (
        f"{told}**{left} % of it does not fit**: 0 % would be the same map, 100 % one that has "
        f"nothing in common with it.{shrunk}"
    )


def neighbours(share: float, half_width: float | None, k: int, chance: float) -> str:
    """Which share of its neighbours an image keeps, and whether that is more than chance."""
    if chance >= 1:
        return f"All images are each other’s {counted(k, 'nearest other')}: there are no more."
    kept = with_error(100 * share, None if half_width is None else 100 * half_width)
    told = (
        f"**An image keeps {kept} % of its {counted(k, 'nearest other')}**; of maps that have "
        f"nothing to do with each other it would keep {decimal(100 * chance, 2)} %. "
    )
    if half_width is None or abs(share - chance) <= half_width:
        return told + "Whether they have anything in common cannot be said."
    more = "more" if share > chance else "less"
    return told + f"That is {more} than chance, by more than its ±."


def rule(images: int, all_images: int, dims: tuple[int, int], letters: tuple[str, str]) -> str:
    """On which images, and what ± and the arrows are; `dims` and `letters` of the two columns."""
    some = f"{counted(images, 'image')}, evenly chosen" if images < all_images else "all images"
    first, second = letters
    padded = ""
    if dims[0] != dims[1]:
        fewer = first if dims[0] < dims[1] else second
        padded = (
            f" {fewer} has fewer dimensions and gets further ones in which nothing varies: what "
            "the other holds there counts as different."
        )
    return (
        f"Of {some}, where the mean of q(z|x) puts them. What does not fit is the sum of squared "
        "distances between the two places of each image, as a share of the variance of "
        f"{first} (Procrustes). ± in 95 of 100 cases, over images. An arrow leads "
        f"from where {first} puts an image to where {second}, laid on {first}, does: of those that "
        f"kept the fewest neighbours, up to 200.{padded}"
    )


def beside_an_arrow(image: int, kind: str, kept: int, k: int) -> str:
    """What stands beside an arrow, as Plotly reads it."""
    of_class = f", {escape(kind)}" if kind else ""
    return f"image {grouped(image)}{of_class}<br>kept {kept} of its {counted(k, 'neighbour')}"


def changed(worst: int, k: int, alike: int, others: int, shown: int) -> tuple[str, str]:
    """What the list is of, as a title and a sentence, which is empty where none is needed.

    `worst` neighbours of `k` are kept by `alike` images, and by none fewer; `others` kept more, but
    not all, and `shown` images are listed.
    """
    if alike + others == 1:
        return "The one image whose neighbours changed", ""
    if alike <= shown:
        count = counted(min(shown, alike + others), "image")
        return f"The {count} that kept the fewest neighbours", ""
    kept = f"{'none' if worst == 0 else worst} of their {counted(k, 'neighbour')}"
    return (
        f"{grouped(shown)} of {counted(alike, 'image')} that kept {kept}",
        "They are all alike in that: listed are those that the other map moves farthest.",
    )


OUTLINED = "Outlined is who is not among its neighbours in the other map."


def nothing_changed(k: int) -> str:
    """Where there is no arrow to draw."""
    return f"Every image has the same {counted(k, 'nearest other')} in both maps."


def too_few(title: str) -> str:
    """Where one model stands alone."""
    return (
        f"{title} stands alone. Choose a second model above, trained with another seed, say: its "
        "map is then laid on this one."
    )


def invitation(titles: Sequence[str]) -> str:
    """Where there are models enough to ask what survives retraining."""
    return (
        f"{listed(titles)} differ by chance alone: one architecture, the same data. Which "
        "distances between images are the same in all of them?"
    )


def more_needed(count: int) -> str:
    """Where there are too few of them."""
    missing = FEWEST_MODELS - count
    return (
        "Which distances survive retraining is seen from three models of one architecture and the "
        f"same data that differ in their seed: choose {counted(missing, 'more such model')}."
    )


def survival(found: Survival) -> str:
    """What varies less over the models, and by which rule."""
    pairs, models = len(found.pairs), len(found.geodesic)
    straight, curved, difference = (
        with_error(100 * abs(each.value), 100 * each.half_width)
        for each in (found.euclidean_median, found.geodesic_median, found.difference)
    )
    verdict = {
        "geodesic": "**Geodesics survive retraining better than straight lines.**",
        "euclidean": "**Straight lines survive retraining better than geodesics.**",
        "undecided": "**Which of the two survives retraining better cannot be said.**",
    }[found.verdict]
    return (
        f"{verdict} Over {counted(models, 'model')} the straight distance of two images varies by "
        f"{straight} % (standard deviation / mean, the median of {counted(pairs, 'pair')}), the "
        f"length of their geodesic by {curved} %. The medians lie {difference} % apart; that "
        "counts where it is more than its ±, which is over pairs of images: of these models, and "
        "of no others."
    )
