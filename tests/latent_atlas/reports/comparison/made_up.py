"""Untrained models on made-up images, whose names are as bad as names can be."""

from collections.abc import Sequence

import torch

from latent_atlas.reports.comparison.subjects import Point, Subject, Subjects
from vae_core.data import Dataset, Split
from vae_core.evaluation import ImageBounds, draw_variance, evaluate_images
from vae_core.evaluation.rate_distortion import operating_point, squared_errors
from vae_core.models import VAE, Architecture, TrainingRecord

EVIL = '<script src="//x">alert(1)</script>'


def subjects(
    likelihoods: Sequence[str] = ("bernoulli", "bernoulli"),
    *,
    shape: tuple[int, int, int] = (1, 8, 8),
    images: int = 12,
    classes: int = 3,
    latent_dim: int = 2,
    titles: Sequence[str] = ("first", EVIL),
    samples: int = 2,
) -> Subjects:
    """Models of these likelihoods on the `test` images of a set that also has ten to train on."""
    torch.manual_seed(0)
    levels = torch.randint(0, 256, (images + 10, *shape), dtype=torch.uint8)
    data = Dataset(
        name="toy",
        title=f"Toy {EVIL}",
        images=levels,
        labels=torch.arange(images + 10) % classes if classes else None,
        class_names=tuple(f"=class {k} {EVIL}" for k in range(classes)),
        splits={"test": torch.arange(images), "train": torch.arange(images, images + 10)},
        provenance="",
        licence="",
        image_names=tuple(f"=HYPERLINK({k}).png" for k in range(images + 10)),
    )
    split = data.split("test")
    training = TrainingRecord(
        dataset="toy", split="train", treatment="grey", algorithm="aevb", command=f"train {EVIL}"
    )
    models = []
    for place, likelihood in enumerate(likelihoods):
        torch.manual_seed(place)
        vae = VAE(
            Architecture.model_validate(
                {
                    "image_shape": shape,
                    "latent_dim": latent_dim,
                    "hidden": (8,),
                    "likelihood": likelihood,
                }
            )
        ).eval()
        title = titles[place] if place < len(titles) else f"model {place}"
        bounds = evaluate_images(vae, split.images, samples=samples)
        variance = draw_variance(vae, split.images, samples=samples)
        points = (_point(vae, split, bounds), _point(vae, data.split("train")))
        digest = "ab" * 32
        models.append(Subject(title, f"m{place}", vae, training, digest, bounds, variance, points))
    return Subjects(
        data, "toy", split, data.splits["test"], "grey", tuple(models), samples, command="again"
    )


def _point(vae: VAE, split: Split, bounds: ImageBounds | None = None) -> Point:
    found = evaluate_images(vae, split.images) if bounds is None else bounds
    errors = squared_errors(vae, split.images)
    return Point(split.name, len(split), operating_point(found, errors))
