"""What a comparison is of: models with their bounds of every image, and the images."""

from dataclasses import dataclass

from torch import Tensor

from latent_atlas.reports import data_words
from latent_atlas.reports.image_size import at_size
from vae_core.data import Dataset, Kinship, Split
from vae_core.data.kinship import OWN
from vae_core.evaluation import Classifier, Identity, ImageBounds, Treatment, reconstruct
from vae_core.evaluation.rate_distortion import OperatingPoint
from vae_core.models import LIKELIHOODS, VAE, Nats, TrainingRecord


@dataclass(frozen=True)
class Point:
    """Where a model stands between rate and distortion on some images of a split, that has `of`."""

    split: str
    of: int
    at: OperatingPoint


@dataclass(frozen=True)
class Swept:
    """The models of a curve, those alike but for β and the seed: of each its β, title and point."""

    label: str
    at: tuple[tuple[float, str, OperatingPoint], ...]
    nats: Nats


@dataclass(frozen=True, eq=False)
class Guest:
    """A model of images of another size: its pictures stand beside the others, and do not count."""

    title: str
    name: str
    vae: VAE
    training: TrainingRecord
    digest: str

    def copies(self, images: Tensor) -> Tensor:
        """Copies of images uint8 [n, C, H, W] of the common size, float of the same shape.

        Brought to its size and back; E[x|z] at the posterior mean.
        """
        shape = self.vae.architecture.image_shape
        own = at_size(images.float(), shape).round().clamp(0, 255).byte()
        channels, height, width = images.shape[1:]
        return at_size(reconstruct(self.vae, own), (channels, height, width))


@dataclass(frozen=True, eq=False)
class Judged:
    """A frozen classifier's word on what models make of images, each `of` a model in turn.

    `digest` is its SHA-256; `classifier` is the program's own, None of one that was brought, and
    called `name`. `column` says what it tells apart.
    """

    digest: str
    name: str
    column: str
    classifier: Classifier | None
    of: tuple[Identity, ...]


@dataclass(frozen=True, eq=False)
class Subject:
    """One model.

    Attributes:
        title: what tells it from the others.
        name: what a command line calls it; empty where it has no name there.
        vae: itself.
        training: what is known of how it came about.
        digest: the SHA-256 of its file.
        bounds: of each image of the split, in nats.
        draw_variance: how much an image's own bound varies with the draws of z, in nats².
        points: where it stands on these images, then, where it learned from the dataset, on those.
        kinship: how the images stand to those that it was trained on.
    """

    title: str
    name: str
    vae: VAE
    training: TrainingRecord
    digest: str
    bounds: ImageBounds
    draw_variance: float
    points: tuple[Point, ...]
    kinship: Kinship = OWN

    @property
    def nats(self) -> Nats:
        """What its nats are of."""
        return LIKELIHOODS[self.vae.architecture.likelihood].nats

    def compares_with(self, other: "Subject") -> bool:
        """Whether its nats may be held against those of another."""
        return self.nats == other.nats


@dataclass(frozen=True, eq=False)
class Subjects:
    """Models side by side on the same images, at least one of each.

    Attributes:
        data: the dataset; all models read images of its shape.
        called: what a command line calls it: its name, or the path that was given.
        split: the part of it that is looked at.
        indices: where each image of it stands in the dataset, int64 [N].
        treatment: how the images enter the likelihood, for all models.
        models: the first one is what others are held against.
        samples: draws of z that each bound is a mean of.
        seed: of the draws.
        command: the command line that makes the same again; empty where there is none.
        whole: images of the split of that name, where these are but some of them.
        guests: models of images of another size.
        curves: models of sweeps of β, of which one or more are compared.
        judged: what a classifier says of the models, where it was asked.
    """

    data: Dataset
    called: str
    split: Split
    indices: Tensor
    treatment: Treatment
    models: tuple[Subject, ...]
    samples: int
    seed: int = 0
    command: str = ""
    whole: int = 0
    guests: tuple[Guest, ...] = ()
    curves: tuple[Swept, ...] = ()
    judged: Judged | None = None

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the labels of the split stand for; empty where it has none."""
        return () if self.split.labels is None else self.data.class_names

    @property
    def scales(self) -> list[list[Subject]]:
        """The models, by whose nats compare with each other's."""
        found: list[list[Subject]] = []
        for model in self.models:
            home = next((each for each in found if each[0].compares_with(model)), None)
            if home is None:
                found.append([model])
            else:
                home.append(model)
        return found

    def targets(self, model: Subject) -> str:
        """What the nats of a model are about."""
        channels = self.data.image_shape[0]
        return data_words.targets(self.treatment, channels, nats=model.nats)
