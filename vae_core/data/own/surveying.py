"""A first look at pictures: how many, which classes, and how the model might see them."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vae_core.data.own.fitting import Fit, Mode, default_size, is_coloured, is_drawing, seen
from vae_core.data.own.limits import Cancelled, Limits
from vae_core.data.own.naming import natural
from vae_core.data.own.opening import Pictures, Source, opened
from vae_core.errors import AtlasError
from vae_core.numerals import size

LOOKED_AT = 48  # pictures that are opened to tell colour from grey and drawings from photographs
SHOWN_SIDE = 320  # pixels of the longer side of an original in a preview


@dataclass(frozen=True)
class Choice:
    """How pictures become images: `size` is (H, W); see `fitting.seen` for `fit`."""

    size: tuple[int, int]
    mode: Mode
    fit: Fit


@dataclass(frozen=True)
class Survey:
    """What is told of a source before it is imported.

    `counts` holds the pictures of each class (empty without classes), `proposal` what
    `import_images` would choose, `samples` the indices of some pictures that show
    all classes in turn.
    """

    title: str
    count: int
    counts: dict[str, int]
    notes: tuple[str, ...]
    proposal: Choice
    samples: tuple[int, ...]


@dataclass(frozen=True)
class Sight:
    """A picture and what the model sees of it.

    `original` is uint8 [h, w] or [h, w, 3], at most 320 a side; `image` is uint8 [C, H, W].
    """

    name: str
    class_name: str | None
    original: np.ndarray
    image: np.ndarray


def survey(
    source: Source,
    *,
    samples: int = 12,
    limits: Limits | None = None,
    cancelled: Cancelled | None = None,
) -> Survey:
    """Look into a source without importing it. Raises AtlasError as `import_images`."""
    with opened(source, limits or Limits.from_environment(), cancelled) as pictures:
        counts = Counter(pictures.classes or ())
        return Survey(
            title=pictures.title,
            count=len(pictures),
            counts={name: counts[name] for name in sorted(counts, key=natural)},
            notes=pictures.notes,
            proposal=propose(pictures),
            samples=spread(pictures, samples),
        )


def look(
    source: Source, choice: Choice, samples: tuple[int, ...], limits: Limits | None = None
) -> list[Sight]:
    """Some pictures as they are, and exactly as `import_images` would make them."""
    limits = limits or Limits.from_environment()
    check_choice(choice, limits)
    with opened(source, limits) as pictures:
        return [
            Sight(
                name=pictures.names[i],
                class_name=pictures.classes[i] if pictures.classes else None,
                original=_shown(pictures.picture(i, at_least=SHOWN_SIDE)),
                image=see(pictures, i, choice),
            )
            for i in samples
            if i < len(pictures)
        ]


def see(pictures: Pictures, i: int, choice: Choice) -> np.ndarray:
    """uint8 [C, H, W]: picture `i` as the model sees it."""
    # Twice the size at least, so that the mean over areas still has something to average.
    picture = pictures.picture(i, at_least=2 * max(choice.size))
    return seen(picture, choice.size, choice.mode, choice.fit)


def propose(pictures: Pictures) -> Choice:
    """How to see these pictures if nobody says.

    Size as `default_size`; RGB if one of 48 pictures has colour; drawings are padded, so that no
    stroke is lost, and photographs cropped, so that the model need not learn bars.
    """
    count = len(pictures)
    looked_at = sorted({i * count // LOOKED_AT for i in range(LOOKED_AT)})
    few = [pictures.picture(i, at_least=256) for i in looked_at]
    coloured = any(is_coloured(picture) for picture in few)
    drawings = sum(is_drawing(picture) for picture in few) * 2 > len(few)
    return Choice(
        size=default_size(_sizes(pictures), coloured, drawings),
        mode="rgb" if coloured else "grey",
        fit="pad" if drawings else "crop",
    )


def spread(pictures: Pictures, count: int) -> tuple[int, ...]:
    """Indices of up to `count` pictures: one of each class, then a second of each, and so on."""
    if pictures.classes is None:
        return tuple(sorted({i * len(pictures) // count for i in range(count)}))
    members: dict[str, list[int]] = {}
    for i, name in enumerate(pictures.classes):
        members.setdefault(name, []).append(i)
    names = sorted(members, key=natural)
    if len(names) > count:  # classes from all over the alphabet
        names = [names[i * len(names) // count] for i in range(count)]
    rounds = (members[name][turn : turn + 1] for turn in range(count) for name in names)
    chosen = [i for found in rounds for i in found][:count]
    return tuple(sorted(chosen, key=lambda i: (names.index((pictures.classes or [])[i]), i)))


def check_choice(choice: Choice, limits: Limits) -> None:
    """Raises AtlasError when the size is out of bounds."""
    height, width = choice.size
    if not (4 <= height <= limits.side and 4 <= width <= limits.side):
        raise AtlasError(
            f"Images of {size(choice.size)} cannot be made: choose sides from 4 to {limits.side}."
        )


def _sizes(pictures: Pictures) -> list[tuple[int, int]]:
    """The sizes of the pictures, up to the second one that differs or the first one too large."""
    first = pictures.size(0)
    if max(first) > 64:
        return [first]
    for i in range(1, len(pictures)):
        if (other := pictures.size(i)) != first:
            return [first, other]
    return [first]


def _shown(picture: Image.Image) -> np.ndarray:
    small = picture.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BOX)
    return np.asarray(small)
