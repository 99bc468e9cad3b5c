"""A small classifier of original images that is frozen, and judges what models make of them.

It says nothing about how good a picture is, only which class it is taken for. One and the same for
all measures of a data set: it is named by the SHA-256 of its file, which holds its weights and what
it learned from.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Protocol

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.errors import AtlasError
from vae_core.evaluation.proportions import Proportion

# Below this share of held-out originals named rightly, its verdicts on others mean little.
LEAST_ACCURACY = 0.8
FORMAT: Literal[1] = 1  # of the file and of how it is trained: another makes other classifiers

_MOST_SIDE = 40  # larger images are averaged down to this: strokes and shapes survive it
_LEAST_SIDE = 8  # convolutions halve the sides until they are no longer than this
_CHANNELS, _HIDDEN = 16, 128
_AT_ONCE = 1000

Standing = Literal["fit", "unfit", "open"]
Name = Annotated[str, Field(max_length=200)]


class Classifies(Protocol):
    """What gives each of K classes a probability, for an image."""

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal of the file that it was read from."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """One for each of the K classes."""

    def probabilities(self, x: Tensor) -> Tensor:
        """Images float [B, C, H, W] in [0, 1] → float32 [B, K], each row summing to 1."""


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What images are taken for: `classes` int64 [N], and how surely: `confidence` float32 [N].

    The confidence is the probability that the classifier gives the class. A network is often surer
    than it is right, most of all of images unlike those that it learned from.
    """

    classes: Tensor
    confidence: Tensor

    def __len__(self) -> int:
        return len(self.classes)


class Lessons(BaseModel):
    """What a classifier has learned from, and how it did on originals that it has not seen.

    `classes` are the names of the label column `column` of the data set; `digest` is the SHA-256 of
    the images and labels themselves. `right` of `held_out` originals of the split `held_out_split`
    were named rightly, and `commonest` of them are of the commonest class.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = FORMAT
    dataset: Name
    column: Name
    classes: Annotated[tuple[Name, ...], Field(min_length=2, max_length=10_000)]
    split: Name
    images: Annotated[int, Field(ge=1)]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    image_shape: tuple[
        Annotated[int, Field(ge=1, le=4)],
        Annotated[int, Field(ge=1, le=1024)],
        Annotated[int, Field(ge=1, le=1024)],
    ]
    seed: int
    held_out_split: Name
    held_out: Annotated[int, Field(ge=1)]
    right: Annotated[int, Field(ge=0)]
    commonest: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, eq=False)
class Classifier:
    """A trained network and what it learned from; frozen.

    Example:
        >>> classifier = train_classifier(load_dataset("digits"))
        >>> judged(classifier, images).classes
    """

    network: nn.Module
    lessons: Lessons

    @property
    def class_names(self) -> tuple[str, ...]:
        """One for each of the K classes."""
        return self.lessons.classes

    @property
    def accuracy(self) -> Proportion:
        """On held-out originals."""
        return Proportion(self.lessons.right, self.lessons.held_out)

    @property
    def standing(self) -> Standing:
        """Whether its verdicts on other images mean anything (see ``standing``)."""
        return standing(self.accuracy, self.lessons.commonest / self.lessons.held_out)

    @cached_property
    def content(self) -> bytes:
        """Its safetensors file."""
        tensors = {name: each.float() for name, each in self.network.state_dict().items()}
        return checkpoint_bytes(tensors, self.lessons.model_dump())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its file: of its weights and of what it learned from."""
        return hashlib.sha256(self.content).hexdigest()

    @torch.inference_mode()
    def probabilities(self, x: Tensor) -> Tensor:
        """Images float [B, C, H, W] in [0, 1] → float32 [B, K], each row summing to 1."""
        scores: Tensor = self.network(x.float())
        return scores.softmax(1)


def standing(accuracy: Proportion, commonest: float) -> Standing:
    """Whether verdicts of a classifier mean anything, by its accuracy on originals it has not seen.

    ``fit`` where the whole interval of the accuracy lies above ``LEAST_ACCURACY`` and above what
    always saying the commonest class would give, ``unfit`` where the whole of it lies below either;
    between the two it is ``open``.
    """
    needed = max(LEAST_ACCURACY, commonest)
    if accuracy.low > needed:
        return "fit"
    return "unfit" if accuracy.high < needed else "open"


def read_classifier(source: Path | bytes, name: str | None = None) -> Classifier:
    """The classifier in a file that Latent Atlas wrote; ``name`` is how to call the file.

    Raises:
        AtlasError: it is missing, damaged, or no such file.
    """
    found = read_checkpoint(source, name)
    try:
        lessons = Lessons.model_validate(found.metadata)
        network = network_for(lessons.image_shape, len(lessons.classes))
        network.load_state_dict(found.tensors)
    except (ValidationError, RuntimeError) as error:
        called = name or (source.name if isinstance(source, Path) else "The file")
        raise AtlasError(f"{called} holds no classifier of this program: train it anew.") from error
    return Classifier(network.eval().requires_grad_(False), lessons)


def judged(classifier: Classifies, images: Tensor) -> Verdicts:
    """What images are taken for.

    Args:
        classifier: the judge.
        images: uint8 [N, C, H, W], or floats in [0, 1].
    """
    found = [classifier.probabilities(x).max(1) for x in _batches(images)]
    if not found:
        return Verdicts(torch.empty(0, dtype=torch.int64), torch.empty(0))
    return Verdicts(
        torch.cat([each.indices for each in found]), torch.cat([each.values for each in found])
    )


def _batches(images: Tensor) -> Iterator[Tensor]:
    for chunk in images.split(_AT_ONCE) if len(images) else ():
        yield chunk if chunk.is_floating_point() else chunk.float().div_(255)


def network_for(image_shape: Sequence[int], classes: int) -> nn.Module:
    """A network without weights yet: x [B, C, H, W] in [0, 1] → scores [B, K].

    Large images are averaged down; convolutions halve their sides and double their channels; one
    hidden layer.
    """
    channels, height, width = image_shape
    factor = -(-max(height, width) // _MOST_SIDE)
    height, width = max(1, height // factor), max(1, width // factor)
    widths = [channels, _CHANNELS]
    strides = [1 if max(height, width) <= _LEAST_SIDE else 2]
    sides = [_through(each, strides[0]) for each in (height, width)]
    while max(sides) > _LEAST_SIDE:
        widths.append(2 * widths[-1])
        strides.append(2)
        sides = [_through(each, 2) for each in sides]
    if len(strides) == 1:
        widths.append(2 * widths[-1])
        strides.append(2)
        sides = [_through(each, 2) for each in sides]
    layers: list[nn.Module] = [Standardised(channels, factor)]
    for (before, after), stride in zip(pairwise(widths), strides, strict=True):
        layers += [_empty(nn.Conv2d, before, after, 3, stride=stride, padding=1), nn.ReLU()]
    inner = widths[-1] * sides[0] * sides[1]
    layers += [nn.Flatten(), _empty(nn.Linear, inner, _HIDDEN), nn.ReLU()]
    return nn.Sequential(*layers, _empty(nn.Linear, _HIDDEN, classes))


class Standardised(nn.Module):
    """Averages over squares of pixels, then takes mean and deviation of each channel away."""

    def __init__(self, channels: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("deviation", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, H, W] → [B, C, H / factor, W / factor]."""
        x = x if self.factor == 1 else avg_pool2d(x, self.factor)
        return (x - self.mean[:, None, None]) / self.deviation[:, None, None]


def _through(side: int, stride: int) -> int:
    return (side - 1) // stride + 1


def _empty(kind: type[nn.Module], *sizes: int, **more: int) -> nn.Module:
    """A layer that draws nothing: the random stream of who trains meanwhile is not ours."""
    layer: nn.Module = nn.utils.skip_init(kind, *sizes, **more)
    return layer
