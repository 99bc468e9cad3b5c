"""Which images a comparison shows, and the wall of them as one PNG."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Generator, Tensor

from latent_atlas.reports.comparison.subjects import Subject, Subjects
from latent_atlas.reports.comparison.words import shortened
from latent_atlas.reports.data_words import ERROR_ENDS
from latent_atlas.reports.lettering import (
    INK,
    LINE,
    MARGIN,
    PAPER,
    QUIET,
    enlarged,
    head_height,
    head_width,
    text_width,
    write,
    write_head,
)
from latent_atlas.reports.pixels import Bytes, error_rgb, image_bytes, pixel_scale
from vae_core.evaluation import over_draws, reconstruct
from vae_core.numerals import decimal, places_for
from vae_core.sentences import plain

SHOWN = 8  # images of a row, or as many as have room in so many pixels
_ROOM = 1_600
_SIDE, _NUMBER = 64, 48  # the least of an image, and of the number below it
WITH_ERRORS = 3  # up to so many models have room for errors below their copies, as on the page
_GAP, _BELOW, _HEAD = 8, 20, 28
_NAME = 24  # letters of a model's title beside its row
_SCALE_WORDS = f"error = copy - original, -1 to +1: {ERROR_ENDS}"


@dataclass(frozen=True)
class Row:
    """Images that are shown beside each other, and why these."""

    title: str
    indices: Tensor


def chosen(subjects: Subjects, room: int = _ROOM, at_least: int = _SIDE) -> list[Row]:
    """Worst, best, most disputed and random images: `SHOWN` each, or what `room` pixels hold.

    An image is at least `at_least` of them wide and high.

    By the models whose nats compare with the first one's; worst and best are those of the first.
    The random ones are those that the page shows first.
    """
    group = subjects.scales[0]
    costs = torch.stack([-model.bounds.elbo for model in group])
    first, count = group[0].title, costs.shape[1]
    whose = "" if len(subjects.models) == 1 else f" under {first}"
    worst = costs[0].argsort(descending=True, stable=True)
    rows = [
        Row(f"Worst{whose}", worst),
        Row(f"Best{whose}", costs[0].argsort(stable=True)),
    ]
    if len(group) > 1:
        spread = costs.amax(0) - costs.amin(0)
        disputed = spread.argsort(descending=True, stable=True)
        rows.append(Row("Most disputed: where the models’ nats differ most", disputed))
    random = torch.randperm(count, generator=Generator().manual_seed(0))
    rows.append(Row("Random", random))
    shown = _in_a_row(subjects, room, at_least)
    return [Row(row.title, row.indices[:shown]) for row in rows]


def wall(subjects: Subjects, headline: str = "", rows: Sequence[Row] | None = None) -> Image.Image:
    """Rows of images, those of `chosen` by default, as one sheet with a sentence above."""
    rows = chosen(subjects) if rows is None else rows
    pictures = [(row.title, row_sheet(subjects, row.indices)) for row in rows]
    title = plain(f"{subjects.data.title}, {subjects.split.name} images", 90)
    note = "\n".join(filter(None, [headline, under_images(subjects)]))
    top = MARGIN + head_height(note)
    width = max(head_width(title, note), 2 * MARGIN + max(p.width for _, p in pictures))
    height = top + sum(_head(words) + p.height + 16 for words, p in pictures) + 24
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    write_head(draw, title, note)
    for words, picture in pictures:
        write(draw, (MARGIN, top), words, INK, 16)
        sheet.paste(picture, (MARGIN, top + _head(words)))
        top += _head(words) + picture.height + 16
    if has_errors(subjects):
        write(draw, (MARGIN, top), _SCALE_WORDS, QUIET, 12)
    return sheet


def as_listed(subjects: Subjects) -> list[Row]:
    """All images of the split, as many in a row as have room."""
    every = torch.arange(len(subjects.split))
    return [Row("", part) for part in every.split(_in_a_row(subjects, _ROOM, _SIDE))]


def _head(words: str) -> int:
    return _HEAD if words else 0


def _in_a_row(subjects: Subjects, room: int, at_least: int) -> int:
    _, height, width = subjects.data.image_shape
    step = _step(width * pixel_scale(height, width, at_least))
    return max(2, min(SHOWN, room // step))


def _step(width: int) -> int:
    """From one image of a row to the next; there is room for a number below."""
    return max(width, _NUMBER) + _GAP


def row_sheet(
    subjects: Subjects,
    indices: Tensor,
    *,
    at_least: int = _SIDE,
    zoom: int = 1,
    paper: tuple[int, int, int] = PAPER,
) -> Image.Image:
    """Originals in a row and each model's copies below, with the nats of each; no words above.

    Copies of guests stand last, at the common size.

    `indices` are of the split, int64 [n]. Copies are E[x|z] at the posterior mean. An image is at
    least `at_least` pixels high and wide, and all of that is drawn `zoom` times as large,
    on a ground of the colour `paper`.
    """
    images = subjects.split.images[indices]
    _, _, height, width = images.shape
    scale = zoom * pixel_scale(height, width, at_least)
    rows = _rows(subjects, indices, images)
    gap, below, size = _GAP * zoom, _BELOW * zoom, 12 * zoom
    step = zoom * _step(width * scale // zoom)
    left = gap + max(text_width(shortened(row.name, _NAME), size) for row in rows)
    total = sum(height * scale + (below if row.words else gap) for row in rows)
    body = Image.new("RGB", (left + len(indices) * step, total + 2), paper)
    draw = ImageDraw.Draw(body)
    top = 1
    for row in rows:
        middle = top + height * scale // 2
        write(draw, (0, middle), shortened(row.name, _NAME), QUIET, size, anchor="lm")
        for place, levels in enumerate(row.pictures):
            corner = (left + place * step, top)
            ends = (corner[0] + width * scale, top + height * scale)
            draw.rectangle((corner[0] - 1, top - 1, *ends), outline=LINE)
            body.paste(enlarged(levels, scale), corner)
            if row.words:
                under = (corner[0] + width * scale // 2, ends[1] + 4 * zoom)
                write(draw, under, row.words[place], INK, size, anchor="ma")
        top += height * scale + (below if row.words else gap)
    return body


@dataclass(frozen=True)
class _Pictures:
    """Pictures beside each other, with words under each, or none."""

    name: str
    pictures: list[Bytes]
    words: list[str]


def _rows(subjects: Subjects, indices: Tensor, images: Tensor) -> list[_Pictures]:
    originals = [image_bytes(image) for image in images.numpy()]
    rows = [_Pictures("original", originals, _labels(subjects, indices))]
    for model in subjects.models:
        copies = reconstruct(model.vae, images)
        shown = [image_bytes(copy) for copy in copies.numpy()]
        rows.append(_Pictures(model.title, shown, _nats(model, indices)))
        if has_errors(subjects):
            wrong = (copies - images.float() / 255).numpy()
            rows.append(_Pictures("error", [error_rgb(each) for each in wrong], []))
    for guest in subjects.guests:
        shown = [image_bytes(copy) for copy in guest.copies(images).numpy()]
        rows.append(_Pictures(guest.title, shown, []))
    return rows


def has_errors(subjects: Subjects) -> bool:
    """Whether there is room for the errors of all models."""
    return len(subjects.models) <= WITH_ERRORS


def under_images(subjects: Subjects) -> str:
    """What the numbers under the pictures are."""
    kinds = {subjects.targets(model): None for model in subjects.models}
    apart = "" if len(kinds) == 1 else "; nats of different kinds do not compare"
    return f"Under each copy: −ELBO in nats ({' or '.join(kinds)}); lower is better{apart}."


def _labels(subjects: Subjects, indices: Tensor) -> list[str]:
    """The class of each image, or its place in the dataset."""
    labels = subjects.split.labels
    if labels is None:
        return [str(int(place)) for place in subjects.indices[indices]]
    return [plain(subjects.class_names[int(label)], 9) for label in labels[indices]]


def _nats(model: Subject, indices: Tensor) -> list[str]:
    """With no more decimals than another draw of z leaves alone."""
    places = min(1, places_for(over_draws(model.draw_variance, 1)))
    costs: Sequence[float] = (-model.bounds.elbo[indices].double()).tolist()
    return [decimal(cost, places) if np.isfinite(cost) else "–" for cost in costs]
