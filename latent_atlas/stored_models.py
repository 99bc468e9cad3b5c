"""The models that are here without anybody bringing them: shipped ones, and those of runs.

What was measured of a model on test images stands on its card, if it is a shipped one, or else in
its file: `recorded_test` is the one that reads either.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from latent_atlas.places import CHECKPOINTS
from vae_core.algorithms import headline
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment, draw_variance, evaluate, over_draws
from vae_core.evaluation.intervals import LEVEL
from vae_core.models import SavedModel, TrainingRecord
from vae_core.numerals import with_error
from vae_core.quantities import ELBO, Quantity
from vae_core.runs import Run, list_runs
from vae_core.sentences import counted

SHIPPED_FIRST = "mnist-2d"  # what a newcomer sees


def shipped_models() -> dict[str, Path]:
    """The files of shipped models by name, in the order in which people are offered them."""
    paths = sorted(
        CHECKPOINTS.glob("*.safetensors"),
        key=lambda path: (path.stem != SHIPPED_FIRST, path.stem),
    )
    return {path.stem: path for path in paths}


def run_models(runs_dir: Path) -> Iterator[tuple[Run, Path]]:
    """The runs that have a model, newest first, with its file."""
    for run in list_runs(runs_dir):
        try:
            path = run.model_path()
        except (OSError, AtlasError):  # removed or pruned while we looked
            continue
        if path is not None:
            yield run, path


@dataclass(frozen=True)
class RecordedTest:
    """A mean over test images as it was recorded when a model was made, and its ±.

    `half_width` is the ± over images and `over_draws` that over draws of z on these very images
    (`vae_core.evaluation.intervals`); None where the file does not say. `treatment` is that of the
    training, `images` the number of images and `dataset` whose test images they are.
    """

    quantity: Quantity
    value: float
    half_width: float | None
    over_draws: float | None
    images: int | None
    dataset: str | None
    treatment: str | None

    @property
    def text(self) -> str:
        """The mean with its ±, or a whole number and a word on what is missing."""
        return self._written(self.value)

    @property
    def cost(self) -> str:
        """The same where less is better, as in −ELBO."""
        return self._written(-self.quantity.sign * self.value)

    def is_of(self, dataset: str, images: int, treatment: str) -> bool:
        """Whether these are the images that it was measured on, as far as the file says."""
        told = (self.dataset, self.images or images, self.treatment or treatment)
        return told == (dataset, images, treatment)

    def whose(self, treated: str) -> str:
        """What it was measured on: 10,000 test images of mnist, grey (that is how `treated`)."""
        count = "the test images" if self.images is None else counted(self.images, "test image")
        how = f", {treated}" if treated else ""
        return f"{count} of {self.dataset or 'data that its file does not name'}{how}"

    def _written(self, value: float) -> str:
        unknown = " (± not recorded)" if self.half_width is None else ""
        return with_error(value, self.half_width) + unknown


def recorded_test(training: TrainingRecord, digest: str | None) -> RecordedTest | None:
    """What is recorded of the model whose file has this SHA-256: on its card, else in the file."""
    card = _cards().get(digest or "")
    if card is not None:
        test = card["test"]
        known = test.get("half_widths", {})
        return RecordedTest(
            ELBO,
            test[ELBO.name],
            known.get("over_images", {}).get(ELBO.name),
            known.get("over_draws"),
            test["images"],
            training.dataset,
            training.treatment,
        )
    best = headline(training.algorithm, training.test)
    if best is None:
        return None
    quantity, value = best
    half_width = (training.test_half_widths or {}).get(quantity.name)
    where = (training.test_images, training.dataset, training.treatment)
    return RecordedTest(quantity, value, half_width, None, *where)


def measured_test(saved: SavedModel, dataset: Dataset) -> dict[str, Any]:
    """What a card says of a model on the test images of `dataset`: one draw of z each."""
    training, vae = saved.training, saved.vae
    images = dataset.split(dataset.test_split(training.split or "train")).images
    known: tuple[Treatment, ...] = get_args(Treatment)
    treatment: Treatment = next((each for each in known if each == training.treatment), "grey")
    bound = evaluate(vae, images, treatment=treatment)
    variance = draw_variance(vae, images, treatment=treatment)
    return {
        **bound.as_dict(),
        "images": bound.images,
        "unit": "nats per image",
        "half_widths": {
            "level": LEVEL,
            "over_images": dict(bound.half_widths),
            "over_draws": over_draws(variance, bound.images),
        },
    }


def _cards() -> dict[str, dict[str, Any]]:
    """The cards of shipped models by the SHA-256 of their files."""
    paths = sorted(CHECKPOINTS.glob("*.json"))
    cards = [_card(path, path.stat().st_mtime_ns) for path in paths]
    return {card["sha256"]: card for card in cards}


@lru_cache(maxsize=32)
def _card(path: Path, _mtime_ns: int) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return card


def file_digest(path: Path) -> str:
    """SHA-256 of a file. Files are replaced, never changed in place, so the stamp tells enough."""
    stat = path.stat()
    return _digest_of(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1 << 14)
def _digest_of(path: Path, _mtime_ns: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
