"""Models that are compared, as the reports take them."""

from typing import TypedDict

from latent_atlas.cli.find_model import SUFFIX
from latent_atlas.cli.model_and_data import ModelAndData
from latent_atlas.reports.comparison.subjects import Guest, Point, Subject
from latent_atlas.stored_models import file_digest
from vae_core.evaluation import ImageBounds, Treatment


class Settings(TypedDict):
    """How bounds are measured, as `evaluate_images` takes it."""

    treatment: Treatment
    samples: int
    seed: int


def subject(
    each: ModelAndData,
    title: str,
    name: str,
    bounds: ImageBounds,
    variance: float,
    points: tuple[Point, ...] = (),
) -> Subject:
    """A model with the bounds of images, and how much each varies with the draws, in nats²."""
    return Subject(
        title=title,
        name=name,
        vae=each.saved.vae,
        training=each.saved.training,
        digest=file_digest(each.model.path),
        bounds=bounds,
        draw_variance=variance,
        points=points,
        kinship=each.kinship,
    )


def guest(each: ModelAndData, title: str, name: str) -> Guest:
    """A model of images of another size."""
    saved = each.saved
    return Guest(title, name, saved.vae, saved.training, file_digest(each.model.path))


def distinct_titles(found: list[ModelAndData]) -> list[str]:
    """What each model is called; where two are called alike, a number tells them apart."""
    titles = [each.model.title.removesuffix(SUFFIX) for each in found]
    return [
        title if titles.count(title) == 1 else f"{title} ({titles[:n].count(title) + 1})"
        for n, title in enumerate(titles)
    ]
