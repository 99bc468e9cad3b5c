"""Untrained models on made-up images, whose names are as bad as names can be."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from latent_atlas.reports.comparison.subjects import Guest, Judged, Point, Subject, Subjects, Swept
from vae_core.data import Dataset, Split
from vae_core.evaluation import ImageBounds, draw_variance, evaluate_images, identity
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


class _ByBrightness:
    """A classifier of two or more classes that looks at the mean brightness alone."""

    def __init__(self, class_names: tuple[str, ...]) -> None:
        self.class_names = class_names
        self.digest = "cd" * 32

    def probabilities(self, x: Tensor) -> Tensor:
        count = len(self.class_names)
        place = (count * x.flatten(1).mean(1)).long().clamp(0, count - 1)
        return torch.nn.functional.one_hot(place, count).float() * 0.9 + 0.1 / count


def with_all(given: Subjects) -> Subjects:
    """The same with a guest of another size, a sweep that the first model is of, and a judge."""
    other = Architecture(image_shape=(3, 6, 4), latent_dim=2, hidden=(8,))
    guest = Guest(f"guest {EVIL}", "g", VAE(other).eval(), given.models[0].training, "ef" * 32)
    first, second = given.models[0].points[0].at, given.models[1].points[0].at
    at = ((1.0, "one", first), (4.0, "two", second))
    sweep = Swept(f"β 1 to 4 {EVIL}", at, nats="probability")
    judge = _ByBrightness(given.class_names)
    of = tuple(
        identity(m.vae, judge, given.split.images, given.split.labels, prior_samples=50)
        for m in given.models
    )
    judged = Judged(judge.digest, f"mine {EVIL}", "class", None, of)
    return replace(given, guests=(guest,), curves=(sweep,), judged=judged)
