"""The numbers of every image as CSV, for any other program."""

import csv
import io
from collections.abc import Iterator

import torch

from latent_atlas.reports.comparison.measuring import Measured, psnr
from vae_core.export.csv_file import cell

_ROWS = 2_000  # written at a time


def comparison_csv(found: Measured) -> Iterator[str]:
    """The table piece by piece: a line of names, then a line an image in the split's order.

    Columns: ``index``, the image's place in the dataset; ``split`` and ``image``, its number
    there as the app counts them, from 0; ``label`` and ``class``, where the dataset
    has them; ``file``, where images have names; and for each model, its title in front, ``cost``
    (−ELBO), ``distortion`` and ``rate`` in nats, ``mse`` of the copy at the posterior mean, of
    values in [0, 1], and ``psnr`` in dB, ``inf`` of a perfect copy.
    """
    subjects, data = found.subjects, found.subjects.data
    labels = None if subjects.split.labels is None else subjects.split.labels.tolist()
    split = cell(subjects.split.name)
    classes = [cell(name) for name in subjects.class_names]
    indices = subjects.indices.tolist()
    names = ["index", "split", "image", *(["label", "class"] if labels is not None else [])]
    names += ["file"] if data.image_names else []
    columns = []
    for model, errors in zip(subjects.models, found.errors, strict=True):
        names += [
            f"{cell(model.title)} {what}" for what in ("cost", "distortion", "rate", "mse", "psnr")
        ]
        bounds = model.bounds
        parts = (-bounds.elbo, bounds.distortion, bounds.rate, errors, psnr(errors))
        columns += [part.double() for part in parts]
    table = torch.stack(columns, 1)
    yield _lines([names])
    for start in range(0, len(indices), _ROWS):
        # float32 has nine digits, and 0.0 is written for a rate of −0.0.
        numbers = (table[start : start + _ROWS] + 0.0).tolist()
        rows: list[list[object]] = []
        for place, values in enumerate(numbers, start):
            row: list[object] = [indices[place], split, place]
            if labels is not None:
                row += [labels[place], classes[labels[place]]]
            if data.image_names:
                row.append(cell(data.image_names[indices[place]]))
            rows.append([*row, *(f"{value:.9g}" for value in values)])
        yield _lines(rows)


def _lines(rows: list[list[object]] | list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
