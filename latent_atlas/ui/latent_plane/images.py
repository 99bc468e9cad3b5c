"""The real images behind the points of the plane: some at a time, as their bare pixels; and their
names, or all that is known of them.

Points are known by their number in the encodings, the parts together; `point_order` says which
image of the dataset each one is.
"""

import re
from collections.abc import Sequence

import numpy as np

from latent_atlas.ui.latent_plane.encodings import MOST_POINTS, point_order
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.export import images_csv
from vae_core.sentences import counted

MOST_IMAGES = 256  # of one request; with 28 × 28 pixels 200 kB
MOST_IN_A_RUN = 1_024  # of those that follow each other
# Nine digits hold any point there can be, and no text that would take long to make a number of.
_POINT_BYTES = 4  # of a point in a request of many
MOST_TABLE_BYTES = _POINT_BYTES * MOST_POINTS
_POINTS = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9})*")
_RUN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


def asked_points(text: str) -> list[int]:
    """The points of a request, `"3,14,15"`, in its order, or a run of them, `"0-1023"`.

    Raises AtlasError for anything else, and for more than 256 points, or 1,024 in a run.
    """
    if run := _RUN.fullmatch(text):
        first, last = int(run[1]), int(run[2])
        if not first <= last < first + MOST_IN_A_RUN:
            raise AtlasError(
                f"A run goes upward and has at most {counted(MOST_IN_A_RUN, 'point')}."
            )
        return list(range(first, last + 1))
    # The length first: what is far too long need not be read at all.
    if len(text) > 10 * MOST_IMAGES or not _POINTS.fullmatch(text):
        raise AtlasError("Name points by their numbers, with commas between them: points=3,14.")
    points = [int(number) for number in text.split(",")]
    if len(points) > MOST_IMAGES:
        raise AtlasError(f"At most {MOST_IMAGES} images are sent at a time.")
    return points


def point_images(dataset: Dataset, points: Sequence[int]) -> bytes:
    """uint8 [n, C, H, W] of the images of these points, one after the other.

    Raises AtlasError where a point is not among those of the dataset.
    """
    check_points(dataset, points)
    return dataset.images[point_order(dataset)[list(points)]].numpy().tobytes()


def point_names(dataset: Dataset, points: Sequence[int]) -> list[str]:
    """What the files of the images of these points were called.

    Raises AtlasError where the files have no names, or a point is not among those of the dataset.
    """
    if not dataset.image_names:
        raise AtlasError(f"The images of {dataset.title} have no names.")
    check_points(dataset, points)
    return [dataset.image_names[k] for k in point_order(dataset)[list(points)].tolist()]


def points_table(dataset: Dataset, asked: bytes) -> str:
    """What is known of the images of some points, as `vae_core.export.images_csv`.

    `asked` holds the points as uint32, low byte first; the rows are in the order of the dataset.
    Raises AtlasError where a point is not among those of the dataset, and without any.
    """
    if not asked or len(asked) % _POINT_BYTES or len(asked) > MOST_TABLE_BYTES:
        raise AtlasError("Name points by their numbers, four bytes each: reload the page.")
    points = np.frombuffer(asked, "<u4").astype(np.int64)
    check_points(dataset, [int(points.max())])
    rows: list[int] = point_order(dataset)[points].unique().tolist()
    return "".join(images_csv(dataset, rows))


def check_points(dataset: Dataset, points: Sequence[int]) -> None:
    """Raise AtlasError where a point is not among those of the dataset."""
    count = min(len(dataset.images), MOST_POINTS)
    if max(points) >= count:
        raise AtlasError(f"{dataset.title} has {counted(count, 'point')}, from 0: reload the page.")
