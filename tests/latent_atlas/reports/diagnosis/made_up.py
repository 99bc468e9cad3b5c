"""Findings of every section, measured in a moment on a tiny model, and the diagnosis of them."""

from functools import cache

import torch
from torch import Generator

from latent_atlas.reports.diagnosis.chapter import CHAPTERS
from latent_atlas.reports.diagnosis.report import Diagnosis, MeasuredSection, model_facts
from latent_atlas.reports.diagnosis.section import SECTIONS, Finding, Subject
from latent_atlas.reports.diagnosis.sections.gap import GapFinding, OfSplit
from tests.latent_atlas.reports.comparison.made_up import EVIL
from tests.quick_classifier import quick_classifier
from vae_core.data import Dataset, Factors, Split
from vae_core.evaluation import Watch, material
from vae_core.evaluation.estimates import Doubt, LogLikelihood
from vae_core.evaluation.evidence import Evidence
from vae_core.evaluation.gaps import Gaps
from vae_core.evaluation.importance_curve import ImportanceCurve
from vae_core.models import VAE, Architecture, DiagonalGaussian, SavedModel, TrainingRecord


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
    """Of each section by its name; the gap is made up, for to measure one takes seconds."""
    measured = {
        name: section.measure(section.cut(subject(), 120), Watch())
        for name, section in SECTIONS.items()
        if name != "gap"
    }
    return {"gap": made_up_gap(), **measured}


def made_up_gap() -> GapFinding:
    """Of five images of each split."""
    generator = Generator().manual_seed(0)

    def of(name: str) -> OfSplit:
        log_p = -20 - torch.rand(5, generator=generator, dtype=torch.float64)
        errors = 1e-3 * torch.rand(5, generator=generator, dtype=torch.float64)
        doubts = (Doubt(torch.ones(5, dtype=torch.bool), f"Nobody knows {EVIL}."),)
        joined = LogLikelihood("grid", log_p, errors, None, 100, None, doubts=doubts)
        bounds = {
            kind: log_p - depth * torch.rand(5, generator=generator, dtype=torch.float64)
            for kind, depth in (("encoder", 2), ("diagonal", 1), ("full", 0.5))
        }
        covariances = 1e-4 * torch.eye(3, dtype=torch.float64)[..., None].expand(3, 3, 5)
        best = DiagonalGaussian(torch.zeros(5, 2), torch.zeros(5, 2))
        evidence = Evidence(joined, {"grid": joined})
        shortfall = 1 / torch.tensor([1.0, 10.0, 5000.0], dtype=torch.float64)
        curve = ImportanceCurve(
            (1, 10, 5000), log_p[:, None] - shortfall, 1e-4 * torch.ones(5, 3).double()
        )
        return OfSplit(name, Gaps("diagonal", evidence, bounds, covariances, best, doubts), curve)

    return GapFinding((of("test"), of("train")), {}, "grey targets")


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
