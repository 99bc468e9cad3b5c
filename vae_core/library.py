"""What a notebook calls: train, evaluate and estimate in a line each, on arrays or data by name.

Each is a thin front of a room below, which has the definitions and all options.

>>> import vae_core
>>> digits = vae_core.load_dataset("digits")
>>> model = vae_core.train(digits, latent_dim=2, epochs=5)
>>> vae_core.evaluate(model, digits.split("test").images)
"""

from inspect import signature
from pathlib import Path
from typing import get_args

from torch import Tensor
from tqdm.auto import tqdm

from vae_core.data import Dataset, load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Bound,
    LogLikelihood,
    Treatment,
    Watch,
)
from vae_core.evaluation import evaluate as evaluate_bound
from vae_core.evaluation.estimators import find_estimator, usual_estimator
from vae_core.models import VAE, SavedModel
from vae_core.models.arrays import Values, as_bytes, as_images
from vae_core.runs import make_config
from vae_core.runs.workbench import assemble, inferring
from vae_core.training import TrainingLoop

_COMMON = ("model", "images", "treatment", "seed", "watch")  # of all methods
_UNNAMED = "images"  # what the record of a model says that was trained on an array


def train(
    images: Dataset | Values,
    *,
    split: str = "train",
    data_dir: str | Path | None = None,
    progress: bool = True,
    **settings: object,
) -> SavedModel:
    """Train a model here and now, in this process, and return it.

    A run that the app shows, that can be paused and survives a kill, is made by
    ``latent-atlas train`` or ``vae_core.runs``; the same settings, seed and number of threads give
    the same weights either way.

    Args:
        images: a dataset, the name of one, or an array: uint8 or floats from 0 to 1,
            [N, C, H, W] or [N, H, W].
        split: the part of a dataset to train on.
        data_dir: where data are looked for; by default as the command line does.
        progress: show a bar.
        settings: as for ``latent-atlas train``, with underscores: ``latent_dim``, ``epochs``,
            ``hidden``, ``algorithm``, ``learning_rate``, ``seed``, …

    Raises:
        AtlasError: a setting or the data cannot be used; the sentence says which and why.
        Diverged: the bound stopped being a number.
    """
    if isinstance(images, str):
        images = load_dataset(images, data_dir)
    if isinstance(images, Dataset):
        name, training_set = images.name, images.split(split).images
    else:
        name, training_set = _UNNAMED, as_bytes(images)
    config = make_config(dataset=name, split=split, **_widths_listed(settings))
    if config.early_stopping is not None:
        raise AtlasError(
            "early_stopping belongs to runs, which keep the best checkpoint: begin one with "
            "`latent-atlas train` or `vae_core.runs`."
        )
    model, loop = assemble(config, training_set)
    _train(loop, progress)
    record = config.record(loop.epoch, loop.samples, None)
    if name == _UNNAMED:
        record = record.model_copy(update={"dataset": None, "split": None, "command": None})
    return SavedModel(model.requires_grad_(False).eval(), record)


def evaluate(
    model: SavedModel | VAE,
    images: Values,
    *,
    treatment: Treatment | None = None,
    samples: int = 1,
    seed: int = 0,
) -> Bound:
    """The mean evidence lower bound of images, in nats per image.

    Args:
        model: from ``train``, ``load_model``, or a bare VAE.
        images: as for ``train``; of the model's size, one at least.
        treatment: how grey levels enter the likelihood (see ``vae_core.evaluation.evaluate``); by
            default as in the model's training.
        samples: L, latent samples per image.
        seed: of the draws; the same call gives the same number.
    """
    if samples < 1:
        raise AtlasError(f"samples = {samples}: give 1 or more.")
    vae, x, treatment = _asked(model, images, treatment)
    if isinstance(model, SavedModel):  # without an encoder of its own, q is found image by image
        vae = inferring(vae, model.training.algorithm)
    return evaluate_bound(vae, x, treatment=treatment, samples=samples, seed=seed)


def log_likelihood(
    model: SavedModel | VAE,
    images: Values,
    *,
    method: str | None = None,
    treatment: Treatment | None = None,
    seed: int = 0,
    progress: bool = True,
    **options: object,
) -> LogLikelihood:
    """Estimates of log p(x) of each image in nats, with their errors and warnings.

    Args:
        model, images, treatment, seed: as for ``evaluate``.
        method: one of ``vae_core.evaluation.estimators.ESTIMATORS``; by default exact integration
            for up to two latent dimensions, else importance sampling.
        progress: show a bar.
        options: of the method: ``k``; ``samples``; ``chains`` and ``temperatures``.

    Raises:
        AtlasError: there is no such method, or it has no use for an option.
    """
    vae, x, treatment = _asked(model, images, treatment)
    method = method or usual_estimator(vae.architecture.latent_dim, options)
    estimate = find_estimator(method).measure
    known = [name for name in signature(estimate).parameters if name not in _COMMON]
    if strange := [name for name in options if name not in known]:
        raise AtlasError(
            f"The method {method} has no use for {strange[0]}: it takes "
            f"{', '.join(known) or 'nothing more'}."
        )
    for name, value in options.items():
        if isinstance(value, int) and value < 1:
            raise AtlasError(f"{name} = {value}: give 1 or more.")
    with tqdm(total=1.0, desc=method, disable=not progress, leave=False) as bar:
        watch = Watch(progress=lambda done: bar.update(done - bar.n) and None)
        return estimate(vae, x, treatment=treatment, seed=seed, watch=watch, **options)


def _asked(
    model: SavedModel | VAE, images: Values, treatment: Treatment | None
) -> tuple[VAE, Tensor, Treatment]:
    if isinstance(model, SavedModel):
        vae, recorded = model.vae, model.training.treatment
    else:
        vae, recorded = model, None
    known: tuple[Treatment, ...] = get_args(Treatment)
    trained: Treatment = next((each for each in known if each == recorded), "grey")
    x = as_images(images, vae.architecture.image_shape)
    if not len(x):
        raise AtlasError("There are no images: give one at least.")
    return vae, x, treatment or trained


def _widths_listed(settings: dict[str, object]) -> dict[str, object]:
    """Settings in which one width may stand for a single layer of it: ``hidden=32``."""
    single = {n: v for n, v in settings.items() if n in ("hidden", "channels")}
    return settings | {n: (v,) for n, v in single.items() if isinstance(v, int)}


def _train(loop: TrainingLoop, progress: bool) -> None:
    total, first = loop.plan.total_samples, loop.algorithm.reports[0]
    with tqdm(total=total, unit=" images", unit_scale=True, disable=not progress) as bar:
        while not loop.finished:
            before = loop.samples
            epoch_ended = loop.step()
            bar.update(loop.samples - before)
            if epoch_ended and progress and (window := loop.take_window()) is not None:
                value = window.scalars[first.name]
                bar.set_description(f"{first.label} {value:z.2f} {first.unit}")
