"""Findings of every section, measured in a moment on a tiny model, and the diagnosis of them."""

from functools import cache

import torch

from latent_atlas.reports.diagnosis.chapter import CHAPTERS
from latent_atlas.reports.diagnosis.report import Diagnosis, MeasuredSection, model_facts
from latent_atlas.reports.diagnosis.section import SECTIONS, Finding, Subject
from latent_atlas.reports.diagnosis.sections.gap import of_splits
from tests.latent_atlas.reports.comparison.made_up import EVIL
from tests.quick_classifier import quick_classifier
from vae_core.data import Dataset, Factors, Split
from vae_core.evaluation import Watch, material
from vae_core.models import VAE, Architecture, SavedModel, TrainingRecord

_IMAGES = {"gap": 2, "collapse": 24}
_WORK = {"gap": of_splits}  # without images of its own making, which take seconds


def _splits() -> tuple[Split, Split]:
    generator = torch.Generator().manual_seed(0)
    levels = torch.cartesian_prod(torch.arange(2), torch.arange(3)).repeat(20, 1)
    images = torch.randint(0, 256, (240, 1, 8, 8), generator=generator, dtype=torch.uint8)
    factors = Factors(("kind", f"place {EVIL}"), (2, 3), levels)
    return tuple(
        Split(name, images[part], levels[:, 0], factors)
        for name, part in (("test", slice(0, 120)), ("train", slice(120, 240)))
    )  # type: ignore[return-value]


@cache
def saved() -> SavedModel:
    """A VAE that has learned nothing."""
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(4,)))
    vae.initialise("torch", torch.Generator().manual_seed(0))
    return SavedModel(vae.eval(), TrainingRecord(command=f"train {EVIL}", algorithm="aevb"))


@cache
def subject() -> Subject:
    """It, on noise whose factors are known."""
    test, train = _splits()
    data = Dataset(
        name="toy",
        title=f"Toy {EVIL}",
        images=torch.cat([test.images, train.images]),
        labels=torch.arange(240) % 3,
        class_names=("a", "b", "c"),
        splits={"test": torch.arange(120), "train": torch.arange(120, 240)},
        provenance="",
        licence="",
    )
    return Subject(
        saved().model,
        (test, train),
        "grey",
        "grey targets",
        0,
        1.0,
        lambda watch: quick_classifier(material(data)),
    )


@cache
def findings() -> dict[str, Finding]:
    """Of each section by its name."""
    return {
        name: _WORK.get(name, section.measure)(
            section.cut(subject(), _IMAGES.get(name, 120)), Watch()
        )
        for name, section in SECTIONS.items()
    }


def diagnosis(*left_out: str) -> Diagnosis:
    """With all of them, but those that are left out."""
    measured = [
        MeasuredSection(chapter.section, findings()[name], 1.5)
        for name, chapter in CHAPTERS.items()
        if name not in left_out
    ]
    return Diagnosis(
        title=f"model {EVIL}",
        dataset=f"Toy {EVIL}",
        targets="grey targets",
        where={"checkpoint": EVIL, "dataset": "toy", "split": "test", "images": 120, "seed": 0},
        model=model_facts(saved(), "ab12"),
        measured=measured,
        unmeasured=[(SECTIONS[name], f"it has none of {EVIL}") for name in left_out],
        notes=[f"Trained on {EVIL}."],
        command=f"latent-atlas diagnose '{EVIL}'",
        created="2026-11-30T02:00:00+00:00",
    )
