"""What the classes of a split cost under each model, and who wins them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct.comparison import letter
from latent_atlas.ui.reconstruct.measure import Measurement
from latent_atlas.ui.reconstruct.split.standing import Standing, comparable_places
from latent_atlas.ui.reconstruct.split.words import by_chance, share
from vae_core.evaluation import over_images
from vae_core.evaluation.paired import Paired, paired_by_class
from vae_core.numerals import with_error

_ROWS = 12  # that are seen at once


def class_table(now: Standing, pair: tuple[int, int]) -> None:
    """A row a class; nothing where the split has no classes."""
    if (rows := class_rows(now, pair)) is None:
        return
    comparison = now.comparison
    st.markdown("##### By class")
    st.dataframe(
        rows,
        hide_index=True,
        height=35 * (min(len(rows), _ROWS) + 1) + 2,
        column_config={
            "Images": st.column_config.NumberColumn("Images", width="small"),
            **{
                letter(place): st.column_config.TextColumn(
                    letter(place),
                    help=f"{escaped(comparison.columns[place].title)}: −ELBO in nats, ± over "
                    "images.",
                )
                for place in comparable_places(comparison)
            },
        },
        key="split-classes",
    )
    told = "Nats an image, −ELBO: less is better. "
    st.caption(told + (by_chance(len(rows)) if len(comparable_places(comparison)) > 1 else ""))


def class_rows(now: Standing, pair: tuple[int, int]) -> list[dict[str, Any]] | None:
    """The table as rows by the names of columns; None where there are no classes or numbers."""
    labels, count = now.comparison.split.labels, now.images
    if labels is None or not count:
        return None
    labels = labels[:count]
    places = comparable_places(now.comparison)
    elbos = {place: _elbo(now, place, count) for place in places}
    first, second = pair
    differences: Mapping[int, Paired] = {}
    if first != second:
        differences = paired_by_class(elbos[first], elbos[second], labels)
    a, b = letter(first), letter(second)
    rows = []
    for label in torch.unique(labels).tolist():
        among = labels == label
        row: dict[str, Any] = {
            "Class": now.comparison.data.class_names[label],
            "Images": int(among.sum()),
        }
        for place in places:
            each = -elbos[place][among]
            row[letter(place)] = with_error(each.double().mean().item(), over_images(each))
        if label in differences:
            found = differences[label]
            row[f"{b} is better by"] = with_error(found.mean, found.half_width)
            row[f"{b} wins"] = share(found.won)
            better = {"better": b, "worse": a, "cannot be said": "cannot be said"}
            row["Better"] = better[found.verdict]
        rows.append(row)
    return rows


def _elbo(now: Standing, place: int, count: int) -> Tensor:
    return _found(now, place).bounds.elbo[:count]


def _found(now: Standing, place: int) -> Measurement:
    found = now.found(place)
    if found is None:
        raise ValueError("nothing has been measured yet")
    return found
