"""Blur: how sharp a model's means and its samples are, each as a ratio to real images.

A mean E[x|z] is what pages show and people call blurred; a sample x ~ p(x|z) has the noise of the
pixels as well, which passes for sharpness. So each number says which of the two it is of.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from latent_atlas.reports.diagnosis.section import Section, Subject
from vae_core.errors import AtlasError
from vae_core.evaluation import Watch
from vae_core.evaluation.bounds import image_batches
from vae_core.evaluation.estimates import Cancelled
from vae_core.evaluation.sharpness import (
    Ratio,
    RelativeSharpness,
    Sharpness,
    joined,
    real_against_real,
    relative_sharpness,
    sharpness,
)
from vae_core.models import VAE, Model, Samples, ShowsMeans, inability, sample_standard_normal
from vae_core.numerals import decimal
from vae_core.sentences import counted

_FEWEST = 4  # real images, so that one half of them can be held against the other
_AT_ONCE = 250
_PLACES = 2

# What pictures may be, for people; scripts read the names.
LABELS = {
    "means": "means E[x|z] of z from the prior",
    "samples": "samples x ~ p(x|z) of z from the prior",
    "reconstructed_means": "means E[x|z] of reconstructions",
}


@dataclass(frozen=True)
class SharpnessFinding:
    """Of each kind of picture, beside one half of the real images against the other.

    `of` has the names of ``LABELS``; `binary` says that samples, which are black and white, are
    held against real images drawn so, and the means still against the grey ones.
    """

    of: dict[str, RelativeSharpness]
    floor: RelativeSharpness
    split: str
    binary: bool

    def as_json(self) -> dict[str, object]:
        """Each ratio with its interval."""
        return {
            "split": self.split,
            "samples_against": "binarised" if self.binary else "as they are",
            "pictures": {name: _json(each) for name, each in self.of.items()},
            "real_against_real": _json(self.floor),
        }

    def lines(self) -> list[str]:
        """A sentence for each kind of picture, and what to think of numbers above 1."""
        told = [f"Real images ({self.split}) are 1; brackets hold in 95 of 100 cases."]
        for name, each in self.of.items():
            drawn = ", against real images drawn black and white"
            told.append(_line(LABELS[name] + (drawn if self._drawn(name) else ""), each))
        told.append(_line("one half of the real images against the other", self.floor))
        told.append("Noise counts as sharpness here: a sample above 1 is no praise.")
        return told

    def _drawn(self, name: str) -> bool:
        return self.binary and name == "samples"


def _line(label: str, of: RelativeSharpness) -> str:
    return (
        f"{label[0].upper()}{label[1:]} ({counted(of.images, 'image')}): variance of the Laplacian "
        f"{_told(of.laplacian)}, share of high frequencies {_told(of.high_frequency)}."
    )


def _told(ratio: Ratio) -> str:
    value, low, high = (decimal(each, _PLACES) for each in (ratio.value, ratio.low, ratio.high))
    return f"{value} [{low}, {high}]"


def _json(of: RelativeSharpness) -> dict[str, object]:
    ratios = {"laplacian": of.laplacian, "high_frequency": of.high_frequency}
    return {
        "images": of.images,
        "real": of.real,
        **{
            name: {"ratio": each.value, "low": each.low, "high": each.high}
            for name, each in ratios.items()
        },
    }


@torch.inference_mode()
def _measure(subject: Subject, watch: Watch) -> SharpnessFinding:
    split, seed = subject.splits[0], subject.seed
    if len(split.images) < _FEWEST:
        raise AtlasError(
            f"Sharpness is a ratio to real images, {_FEWEST} or more: {split.name} has "
            f"{len(split.images)} here. Give a larger --images."
        )
    binary = subject.treatment == "dynamic"
    found: dict[str, list[Sharpness]] = {}
    drawn, done = [], 0
    generator = Generator().manual_seed(seed)
    for x in split.images.split(_AT_ONCE):
        if watch.cancelled():
            raise Cancelled
        for name, pictures in _pictures(subject.model, x, generator):
            found.setdefault(name, []).append(sharpness(pictures))
        if binary:
            drawn += [sharpness(each) for each in image_batches(x, "dynamic", generator, _AT_ONCE)]
        done += len(x)
        watch.progress(done / len(split.images))
    real = sharpness(split.images)
    against = {"samples": joined(drawn)} if binary else {}
    ratios = {
        name: relative_sharpness(joined(each), against.get(name, real), seed=seed)
        for name, each in found.items()
    }
    return SharpnessFinding(ratios, real_against_real(real, seed=seed), split.name, binary)


def _pictures(model: Model, x: Tensor, generator: Generator) -> Iterator[tuple[str, Tensor]]:
    """As many pictures of each kind as there are images x, by the names of ``LABELS``."""
    if not isinstance(model, VAE):
        assert isinstance(model, Samples)
        yield "samples", model.sample_images(len(x), generator)
        return
    p = model.decode(sample_standard_normal(len(x), model.architecture.latent_dim, generator))
    if inability(model, ShowsMeans) is None:
        yield "means", p.mean
        yield "reconstructed_means", model.decode(model.encode(x.float() / 255).mu).mean
    yield "samples", p.sample(generator)


SECTION = Section(
    name="sharpness",
    label="Blur",
    help="how sharp its means and its samples are, against real images",
    order=3,
    images=300,
    needs=(Samples,),
    measure=_measure,
)
