"""A first look at pictures: how many, which classes, and how the model might see them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.fitting import (
    Fit,
    Mode,
    cut_off,
    default_size,
    is_coloured,
    is_drawing,
    seen,
)
from vae_core.data.own.inspection import Inspection
from vae_core.data.own.label_columns import classes_of
from vae_core.data.own.limits import Cancelled, Limits, Progress
from vae_core.data.own.naming import natural
from vae_core.data.own.opening import Pictures, Source, opened
from vae_core.data.own.parts import Part
from vae_core.data.own.pictures import Ground, UnreadablePicture
from vae_core.data.own.scales import Scale
from vae_core.errors import AtlasError
from vae_core.numerals import size

LOOKED_AT = 48  # pictures that are opened to tell colour from grey and drawings from photographs
INSPECTED = 200  # pictures that are looked at for what may be a mistake
SHOWN_SIDE = 320  # pixels of the longer side of an original in a preview
MUCH = 0.3  # of a picture that is cut off: as much is told, and not proposed


@dataclass(frozen=True)
class Choice:
    """How pictures become images: `size` is (H, W); see `fitting.seen` for `fit`.

    `scale` is that of numbers and deep pictures, `ground` what lies below transparency; None where
    there are none. `inverted` swaps black and white, `own_parts` keeps the parts of the source, and
    `leave_out` passes over pictures that cannot be read. `layout` is the (H, W) of flat images, as
    they came. `label` is the column of labels whose classes count; None for the first.
    """

    size: tuple[int, int]
    mode: Mode
    fit: Fit
    scale: Scale | None = None
    ground: Ground | None = None
    inverted: bool = False
    own_parts: bool = True
    leave_out: bool = False
    layout: tuple[int, int] | None = None
    label: str | None = None


@dataclass(frozen=True)
class Survey:
    """What is told of a source before it is imported.

    `labels` holds the pictures of each class of each column of labels, the one that counts first
    (empty without classes), `parts` those of each part that the source has (empty without),
    `outside` how many lie beside these and are taken in with new parts only, `proposal` what
    `import_images` would choose, `samples` the indices of some pictures that show all classes in
    turn. `inspected` is what some of them are as images of the proposal, `cut` the
    share of them that its fit cuts off, and `unreadable` tells of those among them that cannot be
    read.
    """

    title: str
    count: int
    labels: dict[str, dict[str, int]]
    parts: dict[Part, int]
    outside: int
    notes: tuple[str, ...]
    proposal: Choice
    samples: tuple[int, ...]
    inspected: Inspection
    cut: float
    unreadable: tuple[str, ...]

    @property
    def classes(self) -> dict[str, int]:
        """The pictures of each class of the column that counts, but those without a label."""
        return {kind: count for kind, count in self.counts.items() if kind != UNLABELLED}

    @property
    def counts(self) -> dict[str, int]:
        """The pictures of each class of the column that counts; empty without classes."""
        return next(iter(self.labels.values()), {})


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
    layout: tuple[int, int] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Survey:
    """Look into a source without importing it; `layout` is the (H, W) of flat images.

    `progress` is called with the pictures looked at and those that are to be. Raises AtlasError as
    `import_images`.
    """
    with opened(source, limits or Limits.from_environment(), cancelled, size=layout) as pictures:
        parts = Counter(pictures.parts or ())
        proposal = replace(propose(pictures), layout=layout)
        inspected, unreadable, cut = _inspected(pictures, proposal, progress)
        if len(pictures) - len(unreadable) < 2:
            raise UnreadablePicture(unreadable[0][1])
        bad = {i for i, _ in unreadable}
        return Survey(
            title=pictures.title,
            count=len(pictures),
            labels={column.name: _counts(column.values) for column in pictures.labels},
            parts={part: parts[part] for part in ("train", "valid", "test") if parts[part]},
            outside=pictures.outside,
            notes=pictures.notes,
            proposal=proposal,
            samples=tuple(i for i in spread(pictures, samples + len(bad)) if i not in bad)[
                :samples
            ],
            inspected=inspected,
            cut=cut,
            unreadable=tuple(told for _, told in unreadable),
        )


def look(
    source: Source, choice: Choice, samples: tuple[int, ...], limits: Limits | None = None
) -> list[Sight]:
    """Some pictures as they are, and exactly as `import_images` would make them."""
    limits = limits or Limits.from_environment()
    check_choice(choice, limits)
    size = choice.layout or choice.size
    with opened(
        source, limits, size=size, scale=choice.scale, own_parts=choice.own_parts,
        label=choice.label,
    ) as pictures:  # fmt: skip
        pictures.read_as(choice.scale, choice.ground)
        classes = classes_of(pictures.labels)
        return [
            Sight(
                name=pictures.names[i],
                class_name=classes[i] if classes else None,
                original=_shown(pictures.picture(i, at_least=SHOWN_SIDE)),
                image=see(pictures, i, choice),
            )
            for i in samples
            if i < len(pictures)
        ]


def see(pictures: Pictures, i: int, choice: Choice) -> np.ndarray:
    """uint8 [C, H, W]: picture `i` as the model sees it. `pictures` are read as `choice` says."""
    # Twice the size at least, so that the mean over areas still has something to average.
    picture = pictures.picture(i, at_least=2 * max(choice.size))
    image = seen(picture, choice.size, choice.mode, choice.fit)
    return 255 - image if choice.inverted else image


def propose(pictures: Pictures) -> Choice:
    """How to see these pictures if nobody says; they are read so from now on.

    Size as `default_size`; RGB if one of 48 pictures has colour; drawings are padded, so that no
    stroke is lost, and photographs cropped, so that the model need not learn bars, unless that
    would cut off much of them. Transparency lies on what contrasts with it.
    """
    few = _readable(pictures)
    pictures.choose_reading(few)
    coloured, drawn = False, 0
    shapes = []
    for i in few:  # one at a time: scans are large
        picture = pictures.picture(i, at_least=256)
        coloured = coloured or is_coloured(picture)
        drawn += is_drawing(picture)
        shapes.append((picture.height, picture.width))
    drawings = drawn * 2 > len(few)
    wanted = default_size(_sizes(pictures, few), coloured, drawings)
    cut = np.median([cut_off(shape, wanted) for shape in shapes])
    return Choice(
        size=wanted,
        mode="rgb" if coloured else "grey",
        fit="pad" if drawings or cut > MUCH else "crop",
        scale=pictures.scale,
        ground=pictures.ground,
    )


def spread(pictures: Pictures, count: int) -> tuple[int, ...]:
    """Indices of up to `count` pictures: one of each class, then a second of each, and so on."""
    classes = classes_of(pictures.labels)
    if classes is None:
        return tuple(sorted({i * len(pictures) // count for i in range(count)}))
    members: dict[str, list[int]] = {}
    for i, name in enumerate(classes):
        members.setdefault(name, []).append(i)
    names = sorted(members, key=natural)
    if len(names) > count:  # classes from all over the alphabet
        names = [names[i * len(names) // count] for i in range(count)]
    rounds = (members[name][turn : turn + 1] for turn in range(count) for name in names)
    chosen = [i for found in rounds for i in found][:count]
    return tuple(sorted(chosen, key=lambda i: (names.index(classes[i]), i)))


def check_choice(choice: Choice, limits: Limits) -> None:
    """Raises AtlasError when the size is out of bounds."""
    height, width = choice.size
    if not (4 <= height <= limits.side and 4 <= width <= limits.side):
        raise AtlasError(
            f"Images of {size(choice.size)} cannot be made: choose sides from 4 to {limits.side}."
        )


def _counts(values: Sequence[str]) -> dict[str, int]:
    counts = Counter(values)
    return {name: counts[name] for name in sorted(counts, key=natural)}


def _readable(pictures: Pictures) -> list[int]:
    """Some pictures far apart that can be read. Raises UnreadablePicture where none can."""
    count = len(pictures)
    problem: UnreadablePicture | None = None
    few = []
    for i in sorted({i * count // LOOKED_AT for i in range(LOOKED_AT)}):
        try:
            pictures.picture(i, at_least=256)
        except UnreadablePicture as error:
            problem = problem or error
        else:
            few.append(i)
    if problem is not None and not few:
        raise problem
    return few


def _inspected(
    pictures: Pictures, choice: Choice, progress: Progress | None
) -> tuple[Inspection, list[tuple[int, str]], float]:
    """Some images looked at, which of them cannot be read and why, and how much is cut off."""
    count, inspected = len(pictures), Inspection()
    unreadable: list[tuple[int, str]] = []
    cuts = []
    chosen = sorted({i * count // INSPECTED for i in range(INSPECTED)})
    for done, i in enumerate(chosen, 1):
        try:
            inspected.see(see(pictures, i, choice))
            cuts.append(cut_off(pictures.size(i), choice.size))
        except UnreadablePicture as problem:
            unreadable.append((i, str(problem)))
        if progress is not None:
            progress(done, len(chosen))
    return inspected, unreadable, float(np.median(cuts)) if cuts else 0.0


def _sizes(pictures: Pictures, readable: list[int]) -> list[tuple[int, int]]:
    """The sizes of the pictures, up to the second one that differs or the first one too large."""
    first = pictures.size(readable[0])
    if max(first) > 64:
        return [first]
    for i in range(len(pictures)):
        try:
            if (other := pictures.size(i)) != first:
                return [first, other]
        except UnreadablePicture:
            continue  # it is told of when all are read
    return [first]


def _shown(picture: Image.Image) -> np.ndarray:
    small = picture.copy()
    small.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BOX)
    return np.asarray(small)
