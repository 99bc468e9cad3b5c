"""The command that draws originals beside their reconstructions: ``reconstruct``."""

import argparse
import json
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Generator, Tensor

from latent_atlas.cli.means import for_scripts
from latent_atlas.cli.model_and_data import ModelAndData, models_and_data
from latent_atlas.cli.output import check_out, write_out
from latent_atlas.cli.sheets import write_sheet
from latent_atlas.cli.subjects import Settings, distinct_titles, guest, subject
from latent_atlas.reports import sheets
from latent_atlas.reports.comparison.pictures import as_listed, wall
from latent_atlas.reports.comparison.sentences import apart
from latent_atlas.reports.comparison.subjects import Subjects
from vae_core.data import Dataset, Split
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Bound,
    Treatment,
    draw_variance,
    evaluate,
    evaluate_images,
    over_draws,
    reconstruct,
    usual_treatment,
)
from vae_core.evaluation.similarity import similarity

MOST_IMAGES = 400
SAMPLES = 8  # draws of z for the number of one image


def reconstruct_command(args: argparse.Namespace) -> int:
    """Draw randomly chosen images of a split beside their reconstructions, or tell their numbers.

    Those of several models are all about the targets of the first.
    """
    if not 1 <= args.count <= MOST_IMAGES:
        raise AtlasError(f"--count is {args.count}: give 1 to {MOST_IMAGES} images.")
    if args.out is None and not args.json:
        raise AtlasError("There is nothing to make: give --out FILE.png for the sheet, or --json.")
    found, dataset = models_and_data(args)
    if args.out is not None:
        check_out(args, (".png",), [each.model.path for each in found])
    vaes = [each.saved.vae for each in found if each.fits]  # before the work: one may be none
    first, split = found[0], found[0].split
    order = torch.randperm(len(split), generator=Generator().manual_seed(args.seed))
    shown = order[: args.count]
    treatment = first.treatment()
    if len(found) > 1:
        treatment = usual_treatment(first.saved.training.treatment, binary=dataset.binary)
    whole = [evaluate(vae, split.images, treatment=treatment) for vae in vaes]
    subjects = _subjects(args.checkpoint, found, dataset, shown, treatment)
    if args.out is not None:
        one = len(found) == 1
        rows = as_listed(subjects)
        sheet = _sheet(first, subjects, whole[0]) if one else wall(subjects, "", rows)
        if not args.json:
            return write_sheet(sheet, args.out)
        write_out(args.out, [sheets.png_bytes(sheet)])
    columns = [each for each in found if each.fits]
    print(json.dumps(_numbers(columns, subjects, whole), allow_nan=False))
    return 0


def _subjects(
    names: Sequence[str],
    found: list[ModelAndData],
    dataset: Dataset,
    shown: Tensor,
    treatment: Treatment,
) -> Subjects:
    """The models with the bounds of the images at `shown` of the split, int64 [n]."""
    split = found[0].split
    labels = None if split.labels is None else split.labels[shown]
    some = Split(split.name, split.images[shown], labels)
    settings = Settings(treatment=treatment, samples=SAMPLES, seed=0)
    titles = distinct_titles(found)
    models, guests = [], []
    for each, title, name in zip(found, titles, names, strict=True):
        if not each.fits:
            guests.append(guest(each, title, name))
            continue
        bounds = evaluate_images(each.saved.vae, some.images, **settings)
        variance = draw_variance(each.saved.vae, some.images, **settings)
        models.append(subject(each, title, name, bounds, variance))
    return Subjects(
        data=dataset,
        called=found[0].data,
        split=some,
        indices=dataset.splits[split.name][shown],
        treatment=treatment,
        models=tuple(models),
        samples=SAMPLES,
        whole=len(split),
        guests=tuple(guests),
    )


def _sheet(one: ModelAndData, subjects: Subjects, bound: Bound) -> Image.Image:
    """The sheet of one model, with the error beside each image."""
    model, images = subjects.models[0], subjects.split.images
    originals, copies = images.float() / 255, reconstruct(model.vae, images)
    return sheets.reconstruction_sheet(
        originals,
        copies,
        copies - originals,
        -model.bounds.elbo,
        model=one.model.title,
        data=f"{one.data} {one.split.name}{one.kinship.aside}",
        nats_per_image=-bound.elbo,
        half_width=bound.half_widths.get("elbo"),
        draws=over_draws(model.draw_variance, 1),
        targets=one.targets(),
    )


def _numbers(
    found: list[ModelAndData], subjects: Subjects, whole: Sequence[Bound]
) -> dict[str, object]:
    """What `--json` prints: of each model the means over the split, and each image's own."""
    models = []
    for each, model, bound in zip(found, subjects.models, whole, strict=True):
        alike = similarity(subjects.split.images, reconstruct(model.vae, subjects.split.images))
        variance = draw_variance(model.vae, each.split.images, treatment=subjects.treatment)
        draws = over_draws(variance, bound.images)
        models.append(
            {
                "title": model.title,
                "checkpoint": str(each.model.path),
                "sha256": model.digest,
                "trained_on": model.training.dataset,
                "relation": each.kinship.relation,
                "nats": model.nats,
                **bound.as_dict(),
                "half_widths": for_scripts(bound.half_widths, draws),
                "images": {
                    "cost": _listed(-model.bounds.elbo),
                    "distortion": _listed(model.bounds.distortion),
                    "rate": _listed(model.bounds.rate),
                    "over_draws": over_draws(model.draw_variance, 1),
                    "mse": _listed(alike.mse),
                    "psnr": _listed(alike.psnr),
                    "ssim": _listed(alike.ssim),
                    "sharpness": _listed(alike.sharpness),
                },
            }
        )
    labels = subjects.split.labels
    return {
        "dataset": subjects.called,
        "split": subjects.split.name,
        "images": subjects.whole,
        "treatment": subjects.treatment,
        "samples_per_image": subjects.samples,
        "indices": subjects.indices.tolist(),
        "labels": None if labels is None else labels.tolist(),
        "apart": apart(subjects),
        "models": models,
        "guests": [each.title for each in subjects.guests],
    }


def _listed(values: Tensor) -> list[float | None]:
    """With None for what JSON has no number for."""
    finite = values.isfinite().tolist()
    return [
        value if known else None
        for value, known in zip(values.double().tolist(), finite, strict=True)
    ]
