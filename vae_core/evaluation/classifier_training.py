"""How the classifier of originals is trained: once for a data set, in seconds, by a seed alone."""

import hashlib
import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import cross_entropy

from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation.classifier import (
    Classifier,
    Lessons,
    Standardised,
    judged,
    network_for,
)
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.sentences import counted, plain

# Images seen in all, as far as that is so many times each; what it costs hardly depends on the set.
_SEEN, _FEWEST_TIMES, _MOST_TIMES = 200_000, 4, 30
_BATCH, _LEAST_BATCHES = 128, 10
_RATE, _DECAY = 2e-3, 1e-2
_WARM = 0.1  # of all steps, until the rate is reached; then it falls to nothing as a cosine does
_HELD_OUT = 5  # where no split is there to test on, each fifth image is kept back


@dataclass(frozen=True, eq=False)
class Material:
    """What a classifier is to learn from, and the originals that are held out.

    `images` uint8 [n, C, H, W] and `labels` int64 [n] of the training split `split`; `held_images`
    and `held_labels` likewise of `held_split`, none of which it sees.
    """

    dataset: str
    column: str
    classes: tuple[str, ...]
    split: str
    images: Tensor
    labels: Tensor
    held_split: str
    held_images: Tensor
    held_labels: Tensor

    @property
    def digest(self) -> str:
        """SHA-256 of images, labels and names of classes."""
        found = hashlib.sha256(repr((self.classes, tuple(self.images.shape))).encode())
        for part in (self.images, self.labels, self.held_images, self.held_labels):
            found.update(part.contiguous().numpy().data.cast("B"))
        return found.hexdigest()


def material(dataset: Dataset, column: int = 0) -> Material:
    """The training split with the labels of one label column, and originals that are held out.

    These are the test split, or the validation split where that has none, or else each fifth image.

    Raises:
        AtlasError: there are no labels, fewer than two classes, or too few images.
    """
    columns = dataset.label_columns
    title = plain(dataset.title)
    if not columns:
        raise AtlasError(
            f"{title} has no labels, and so no classes to keep: bring a classifier of your own."
        )
    chosen = columns[column]
    split = "train" if "train" in dataset.splits else next(iter(dataset.splits))
    index = dataset.splits[split]
    held_split, held = _held_out(dataset, split)
    if held_split == split:
        index = index[~torch.isin(index, held)]
    present = len(torch.unique(chosen.labels[index]))
    if present < 2:
        raise AtlasError(
            f"Of {title} the images of {plain(split)} are of "
            f"{counted(present, 'class', 'classes')} of “{plain(chosen.name)}”: a classifier needs "
            "two or more."
        )
    if not len(held):
        raise AtlasError(
            f"{title} has too few images to hold some out, and so nothing to test a classifier on."
        )
    return Material(
        dataset.name,
        chosen.name,
        chosen.class_names,
        split,
        dataset.images[index],
        chosen.labels[index],
        held_split,
        dataset.images[held],
        chosen.labels[held],
    )


def _held_out(dataset: Dataset, split: str) -> tuple[str, Tensor]:
    """A split that shares no image with the training split, or every fifth image of that."""
    index = dataset.splits[split]
    for name in (dataset.test_split(split), "test", "valid"):
        if name != split and len(found := dataset.splits.get(name, index[:0])):
            apart = found[~torch.isin(found, index)]
            if len(apart):
                return name, apart
    return split, index[_HELD_OUT - 1 :: _HELD_OUT]


def train_classifier(
    dataset: Dataset, column: int = 0, *, seed: int = 0, watch: Watch | None = None
) -> Classifier:
    """A classifier of the originals of a data set.

    The same data and seed give the same classifier, on one machine with one number of threads.

    Args:
        dataset: its training split is learned from.
        column: which of its label columns.
        seed: of the initialisation and the order of images.
        watch: follows and stops the work.

    Raises:
        AtlasError: there are no labels, fewer than two classes, or too few images.
        Cancelled: as soon as ``watch`` says so.
    """
    return trained_on(material(dataset, column), seed=seed, watch=watch)


def trained_on(given: Material, *, seed: int = 0, watch: Watch | None = None) -> Classifier:
    """A classifier of this material; arguments and errors as in ``train_classifier``."""
    generator = Generator().manual_seed(seed)
    shape = tuple(int(side) for side in given.images.shape[1:])
    network = network_for(shape, len(given.classes))
    _initialise(network, given.images, generator)
    with torch.inference_mode(False), torch.enable_grad():
        _fit(network.train(), given, generator, watch or Watch())
    network.eval().requires_grad_(False)
    lessons = Lessons(
        dataset=given.dataset,
        column=plain(given.column),
        classes=tuple(plain(name) for name in given.classes),
        split=given.split,
        images=len(given.images),
        digest=given.digest,
        image_shape=(shape[0], shape[1], shape[2]),
        seed=seed,
        held_out_split=given.held_split,
        held_out=len(given.held_images),
        right=0,
        commonest=int(given.held_labels.bincount().max()),
    )
    verdicts = judged(Classifier(network, lessons), given.held_images)
    right = int((verdicts.classes == given.held_labels).sum())
    return Classifier(network, lessons.model_copy(update={"right": right}))


def _initialise(network: nn.Module, images: Tensor, generator: Generator) -> None:
    """Weights as He et al. (2015) draw them, for what enters with mean 0 and deviation 1."""
    for layer in network.modules():
        if isinstance(layer, Standardised):
            levels = images[:: -(-len(images) // 2000)].double().transpose(0, 1).flatten(1) / 255
            layer.mean.copy_(levels.mean(1))
            layer.deviation.copy_(levels.std(1).clamp(min=1e-3))
        elif isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def _fit(network: nn.Module, given: Material, generator: Generator, watch: Watch) -> None:
    count = len(given.images)
    batch = max(1, min(_BATCH, count // _LEAST_BATCHES))
    times = looks(count)
    steps = times * -(-count // batch)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
    step = 0
    for _ in range(times):
        for chosen in torch.randperm(count, generator=generator).split(batch):
            if watch.cancelled():
                raise Cancelled
            for group in optimizer.param_groups:
                group["lr"] = _RATE * _schedule(step / steps)
            x, labels = given.images[chosen].float().div_(255), given.labels[chosen]
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(network(x), labels).backward()
            optimizer.step()
            step += 1
            watch.progress(step / steps)


def looks(count: int) -> int:
    """How often each of so many images is looked at."""
    return min(_MOST_TIMES, max(_FEWEST_TIMES, round(_SEEN / count)))


def _schedule(done: float) -> float:
    """The share of the learning rate once this share of all steps is done."""
    if done < _WARM:
        return (done + 0.01) / (_WARM + 0.01)
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM) / (1 - _WARM)))
