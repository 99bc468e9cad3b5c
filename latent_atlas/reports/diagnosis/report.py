"""A diagnosis to take away: what was measured of a model, what was not, and how to do it again."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch

from latent_atlas.reports.diagnosis.section import Finding, Section
from vae_core.evaluation import Treatment
from vae_core.models import SavedModel
from vae_core.models.encoder_decoder import EncoderDecoder
from vae_core.version import __version__


@dataclass(frozen=True)
class MeasuredSection:
    """What a section found; `seconds` that it took, where that is known."""

    section: Section
    finding: Finding
    seconds: float | None = None


@dataclass(frozen=True)
class Diagnosis:
    """Of one model on one split.

    `title` and `dataset` are what people call the two; `where` is what JSON begins with
    and `targets` what the nats are of. `model` says what is known of it, by names. `unmeasured` are
    sections with the reason, a clause. `notes` say why numbers may not be what they seem. `command`
    is a line, or one for each number of images.
    """

    title: str
    dataset: str
    targets: str
    where: Mapping[str, object]
    model: Mapping[str, str]
    measured: Sequence[MeasuredSection]
    unmeasured: Sequence[tuple[Section, str]]
    notes: Sequence[str]
    command: str
    created: str
    version: str = __version__

    def as_json(self) -> dict[str, object]:
        """All numbers: a key for each section that was measured, beside what there is to know."""
        return {
            **self.where,
            **{
                each.section.name: each.finding.as_json()
                | ({} if each.seconds is None else {"seconds": each.seconds})
                for each in self.measured
            },
            "not_measured": {section.name: why for section, why in self.unmeasured},
            "model": dict(self.model),
            "command": self.command,
            "created": self.created,
            "version": self.version,
            "torch_version": torch.__version__,
        }


def now() -> str:
    """For `created`."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def model_facts(saved: SavedModel, digest: str) -> dict[str, str]:
    """What it is and how it came about, by names; what its file does not say is left out."""
    training, kind = saved.training, type(saved.model).label
    sizes = saved.model.architecture if isinstance(saved.model, EncoderDecoder) else None
    found = {
        "Kind": kind[0].upper() + kind[1:],
        "Latent dimensions": "" if sizes is None else str(sizes.latent_dim),
        "p(x|z)": "" if sizes is None else sizes.likelihood,
        "q(z|x)": "" if sizes is None else sizes.posterior,
        "Algorithm": training.algorithm or "",
        "Trained on": ", ".join(filter(None, (training.dataset, training.split))),
        "Epochs": "" if training.epochs is None else f"{training.epochs:,.10g}",
        "Seed": "" if training.seed is None else str(training.seed),
        "Trained by": training.command or "",
        "Made": training.created or "",
        "Made with": ", ".join(
            f"{name} {version}"
            for name, version in (
                ("Latent Atlas", training.code_version),
                ("PyTorch", training.torch_version),
            )
            if version
        ),
        "SHA-256": digest,
    }
    return {name: value for name, value in found.items() if value}


def diagnose_line(
    model: str,
    dataset: str,
    split: str,
    sections: Sequence[Section],
    *,
    images: int | None = None,
    binarize: Treatment | str | None = None,
    seed: int = 0,
    out: Path | None = None,
    folders: Mapping[str, Path | None] | None = None,
) -> str:
    """`latent-atlas diagnose …`, each word as a shell takes it; `folders` are options by name."""
    words = ["latent-atlas", "diagnose", model, "--dataset", dataset, "--split", split]
    words += [f"--{section.name}" for section in sections]
    words += [] if images is None else ["--images", str(images)]
    words += [] if binarize is None else ["--binarize", binarize]
    words += ["--seed", str(seed)] if seed else []
    for option, folder in (folders or {}).items():
        words += [] if folder is None else [option, str(folder)]
    words += ["--json"] if out is None else ["--out", str(out)]
    return shlex.join(words)
