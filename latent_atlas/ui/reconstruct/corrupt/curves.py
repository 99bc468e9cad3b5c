"""Denoising curves of the models compared, on the same images, computed once and kept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from latent_atlas.ui.reconstruct.comparison import Column, Comparison
from latent_atlas.ui.reconstruct.corrupt.choices import Damage
from latent_atlas.ui.reconstruct.waited_for import Key, answers
from vae_core.evaluation import Watch
from vae_core.evaluation.denoising import DenoisingCurve, denoising_curve, nothing_done

IMAGES = 200  # of a split, evenly chosen


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of those models that have been measured, and that of doing nothing."""

    models: list[tuple[Column, DenoisingCurve]]
    nothing: DenoisingCurve
    images: int


def curve_images(comparison: Comparison) -> Tensor:
    """The images that are measured, uint8 [n, C, H, W]: some of the split, evenly chosen."""
    images = comparison.split.images
    places = torch.linspace(0, len(images) - 1, min(IMAGES, len(images))).round().long()
    return images[places]


def curves(comparison: Comparison, damage: Damage) -> Curves | None:
    """What is known of them; progress is drawn where this is called. None before the first."""
    images = curve_images(comparison)
    where = (comparison.data.name, comparison.split.name, damage.key)
    each = len(images) * len(damage.corruption.steps)
    nothing_key: Key = ("nothing", *where)
    model_keys: list[Key] = [
        ("curve", column.entry.digest, *where, damage.recovery, damage.start)
        for column in comparison.columns
    ]
    wanted: dict[Key, Callable[[Watch], DenoisingCurve]] = {
        nothing_key: lambda watch: nothing_done(images, damage.corruption)
    }
    for key, column in zip(model_keys, comparison.columns, strict=True):
        wanted[key] = partial(_curve, column, images, damage)
    found = answers(wanted, "Denoising curves", "images", each)
    if nothing_key not in found:
        return None
    models = [
        (column, found[key])
        for key, column in zip(model_keys, comparison.columns, strict=True)
        if key in found
    ]
    return Curves(models, found[nothing_key], len(images))


def _curve(column: Column, images: Tensor, damage: Damage, watch: Watch) -> DenoisingCurve:
    return denoising_curve(
        column.vae,
        images,
        damage.corruption,
        recovery=damage.recovery,
        start=damage.start,
        watch=watch,
    )
