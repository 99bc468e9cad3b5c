"""Blur: how sharp a model's means and its samples are, each as a ratio to real images.

A mean E[x|z] is what pages show and people call blurred; a sample x ~ p(x|z) has the noise of the
pixels as well, which passes for sharpness. So each number says which of the two it is of.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor

from latent_atlas.reports.diagnosis.pictures import Strip, labels_of, strip
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
from vae_core.models import VAE, DrawsLatents, Samples, ShowsMeans, inability
from vae_core.numerals import decimal
from vae_core.sentences import counted

_FEWEST = 4  # real images, so that one half of them can be held against the other
_AT_ONCE = 250
_PLACES = 2


@dataclass(frozen=True)
class SharpnessFinding:
    """Of each kind of picture, beside one half of the real images against the other.

    `of` has names of pictures, and `labels` what people call them; `binary` says that samples,
    which are black and white, are held against real images drawn so, and the means still against
    the grey ones. `strips` are some pictures of each kind, and the sharpest and most blurred.
    """

    of: dict[str, RelativeSharpness]
    floor: RelativeSharpness
    split: str
    binary: bool
    labels: Mapping[str, str]
    strips: tuple[Strip, ...] = field(repr=False)

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
            told.append(
                _line(self.labels[name] + (drawn if self.against_drawn(name) else ""), each)
            )
        told.append(_line("one half of the real images against the other", self.floor))
        told.append("Noise counts as sharpness here: a sample above 1 is no praise.")
        return told

    def against_drawn(self, name: str) -> bool:
        """Whether these pictures are held against real images drawn black and white."""
        return self.binary and name == "samples"


def _line(label: str, of: RelativeSharpness) -> str:
    return (
        f"{label[0].upper()}{label[1:]} ({counted(of.images, 'image')}): variance of the Laplacian "
        f"{ratio_text(of.laplacian)}, share of high frequencies {ratio_text(of.high_frequency)}."
    )


def ratio_text(ratio: Ratio) -> str:
    """Such as 0.41 [0.40, 0.42]: in 95 of 100 cases it is within the brackets."""
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
    made: dict[str, list[Tensor]] = {}
    drawn, done = [], 0
    generator = Generator().manual_seed(seed)
    for x in split.images.split(_AT_ONCE):
        if watch.cancelled():
            raise Cancelled
        for name, pictures in _pictures(subject, x, generator):
            found.setdefault(name, []).append(sharpness(pictures))
            made.setdefault(name, []).append(pictures.clamp(0, 1).mul(255).round().byte())
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
    labels = labels_of(subject.model)
    whole = {name: torch.cat(each) for name, each in made.items()}
    strips = [strip(f"real images ({split.name})", split.images)]
    strips += [strip(labels[name], each) for name, each in whole.items()]
    for name, each in whole.items():
        if name in ("means", "samples"):
            strips += _extremes(labels[name], each, joined(found[name]))
    return SharpnessFinding(
        ratios, real_against_real(real, seed=seed), split.name, binary, labels, tuple(strips)
    )


def _extremes(label: str, pictures: Tensor, found: Sharpness) -> list[Strip]:
    """The sharpest and the most blurred of some pictures, by the variance of the Laplacian."""
    order = found.laplacian.argsort(descending=True, stable=True)
    return [
        strip(f"the sharpest {label}", pictures[order]),
        strip(f"the most blurred {label}", pictures[order.flip(0)]),
    ]


def _pictures(subject: Subject, x: Tensor, generator: Generator) -> Iterator[tuple[str, Tensor]]:
    """As many pictures of each kind as there are images x, by the names of ``labels_of``."""
    model = subject.model
    if not isinstance(model, DrawsLatents):
        assert isinstance(model, Samples)
        yield "samples", model.sample_images(len(x), generator)
        return
    p = model.decode(model.sample_latents(len(x), generator))
    if inability(model, ShowsMeans) is None:
        yield "means", p.mean
        if isinstance(vae := subject.model, VAE) and subject.amortised:
            yield "reconstructed_means", vae.decode(vae.encode(x.float() / 255).mu).mean
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
