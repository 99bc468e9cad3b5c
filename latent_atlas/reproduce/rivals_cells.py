"""Training a rival of the VAE for so many epochs, and measuring the samples that it makes.

What is trained is any algorithm whose model samples. Samples are drawn after the training, outside
its time, and lie beside the model as they were measured.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from latent_atlas.reproduce.cells import JSON, Cell, Place
from latent_atlas.reproduce.figure import ImagesPanel
from latent_atlas.reproduce.rivals_answers import (
    BEGUN,
    BEGUN_TEST,
    Begun,
    Pictured,
    Sampled,
    Trained,
    pictured,
)
from latent_atlas.reproduce.sheets import sheet_of
from vae_core.checkpoint import read_checkpoint, write_checkpoint
from vae_core.data import Dataset, load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Cancelled,
    Classifier,
    Measured,
    Watch,
    measures,
    read_classifier,
    train_classifier,
)
from vae_core.evaluation.evidence import watch_part
from vae_core.evaluation.sample_measures import (
    Drawn,
    as_drawn,
    draw,
    measured,
    parameters,
    ways,
)
from vae_core.models import Model, load_model, save_model
from vae_core.quantities import ELBO, LOG_PROB
from vae_core.runs import RunConfig
from vae_core.runs.environment import MATMUL_PRECISION
from vae_core.runs.workbench import assemble
from vae_core.training import TrainingLoop
from vae_core.version import __version__

# Two threads hurry most of them by less than half: two trainings at a time get further.
THREADS = 1
SAMPLES = 5_000
_SAVE_SECONDS = 30.0
_SEED = 1  # of samples: another stream than that of any training


@dataclass(frozen=True)
class ClassifierCell:
    """The frozen classifier of a data set, in whose features all rivals are held against it."""

    dataset: str
    data_dir: Path | None = None

    @property
    def name(self) -> str:
        """After the data set."""
        return f"classifier-{self.dataset}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """Nothing."""
        return ()

    @property
    def cost(self) -> float:
        """About a minute."""
        return 60.0

    def question(self) -> dict[str, Any]:
        """Of which images; all else of its training is fixed."""
        return {"classifier_of": self.dataset}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """Its SHA-256, and how well it does."""
        torch.set_num_threads(1)
        found = train_classifier(load_dataset(self.dataset, self.data_dir), watch=watch)
        place.model.parent.mkdir(parents=True, exist_ok=True)
        place.model.write_bytes(found.content)
        lessons = found.lessons
        return {"digest": found.digest, "right": lessons.right, "held_out": lessons.held_out}


@dataclass(frozen=True)
class RivalCell:
    """Trains what `config` asks for, to the end of its epochs. `name` is that of its files."""

    name: str
    config: RunConfig
    budget: float

    @property
    def needs(self) -> tuple[Cell, ...]:
        """Nothing."""
        return ()

    @property
    def cost(self) -> float:
        """The seconds that it may take."""
        return self.budget

    def question(self) -> dict[str, Any]:
        """What is trained, without the folder that the data lie in."""
        config = self.config.given()
        config.pop("data_dir", None)
        return {"config": config, "threads": THREADS}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """A ``Trained`` as JSON; the model is saved."""
        config, data = self.config, _data(self.config)
        model, loop = _assembled(config, data)
        seconds = _train(model, loop, place.partial, watch)
        found = _measured(model, config, data)
        record = config.record(loop.epoch, loop.samples, __version__)
        place.model.parent.mkdir(parents=True, exist_ok=True)
        save_model(place.model, model, record)
        place.partial.unlink(missing_ok=True)
        told = Trained(
            seconds=seconds,
            epochs=loop.epoch,
            samples=loop.samples,
            parameters=parameters(model),
            density=type(model).density(config.settings()),
        )
        if found is not None:
            name = _quantity(found)
            update = {
                "nats": found.means[name],
                "nats_half_width": found.half_widths.get(name),
                "bound": name == ELBO.name,
            }
            told = told.model_copy(update=update)
        return told.model_dump(mode="json")


@dataclass(frozen=True)
class BeginningCell:
    """Trains a rival on the first images of its training alone: seconds, so that a test can."""

    trained: RivalCell

    @property
    def name(self) -> str:
        """After the training's."""
        return f"beginning-{self.trained.name}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        """Nothing."""
        return ()

    @property
    def cost(self) -> float:
        """Seconds, most of them for measuring."""
        return 15.0

    def question(self) -> dict[str, Any]:
        """The training's question, and how far it goes."""
        return {"trained": self.trained.question(), "seen": BEGUN, "measured": BEGUN_TEST}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """A ``Begun`` as JSON."""
        config, data = self.trained.config, _data(self.trained.config)
        model, loop = _assembled(config, data)
        while not (loop.finished or loop.samples >= BEGUN or watch.cancelled()):
            loop.step()
        if watch.cancelled():
            raise Cancelled
        found = _measured(model, config, data, BEGUN_TEST)
        nats = None if found is None else found.means[_quantity(found)]
        return Begun(nats=nats).model_dump(mode="json")


@dataclass(frozen=True)
class SamplesCell:
    """Draws `count` samples of a rival, stores them, and measures them."""

    trained: RivalCell
    title: str
    count: int = SAMPLES

    @property
    def name(self) -> str:
        """After the training's."""
        return f"samples-{self.trained.name}"

    @property
    def classifier(self) -> ClassifierCell:
        """The judge, one and the same of a data set."""
        config = self.trained.config
        return ClassifierCell(config.dataset, Path(config.data_dir) if config.data_dir else None)

    @property
    def needs(self) -> tuple[Cell, ...]:
        """The training, and the classifier."""
        return (self.trained, self.classifier)

    @property
    def cost(self) -> float:
        """Some minutes, most of them for neighbours in features and in pixels."""
        return 240.0 * self.count / SAMPLES

    def question(self) -> dict[str, Any]:
        """The training's question, the classifier's, and how many samples."""
        return {
            "trained": self.trained.question(),
            "classifier": self.classifier.question(),
            "title": self.title,
            "count": self.count,
        }

    def find_out(self, place: Place, watch: Watch) -> JSON:
        """A ``Sampled`` as JSON; the samples themselves lie in the folder ``samples``."""
        torch.set_num_threads(THREADS)
        data = _data(self.trained.config)
        model = load_model(Place(place.folder, self.trained.name).model).model
        judge = read_classifier(Place(place.folder, self.classifier.name).model)
        making, found = ways(model), dict[str, Pictured]()
        stored = place.folder / "samples" / f"{self.trained.name}.safetensors"
        drawn = {
            name: draw(way, self.count, seed=_SEED, watch=watch_part(watch, k, 2 * len(making)))
            for k, (name, way) in enumerate(making.items())
        }
        stored.parent.mkdir(parents=True, exist_ok=True)
        write_checkpoint(stored, {name: each.pictures for name, each in drawn.items()}, {})
        for k, (name, each) in enumerate(drawn.items(), start=len(drawn)):
            part = watch_part(watch, k, 2 * len(drawn))
            title = f"{self.title}: {name}" if len(drawn) > 1 else self.title
            sheet = sheet_of(f"{self.trained.name}-{name}", title, each.pictures)
            found[name] = self._pictured(name, each, sheet, data, judge, part)
        return Sampled(of=found, classifier=judge.digest).model_dump(mode="json")

    def _pictured(
        self,
        name: str,
        drawn: Drawn,
        sheet: ImagesPanel,
        data: Dataset,
        judge: Classifier,
        watch: Watch,
    ) -> Pictured:
        config = self.trained.config
        test, train = (
            as_drawn(data.split(split).images, name, config.treatment)
            for split in (data.test_split(config.split), config.split)
        )
        found = measured(drawn, test, train, judge, watch=watch)
        return pictured(found, sheet)


def _assembled(config: RunConfig, data: Dataset) -> tuple[Model, TrainingLoop]:
    torch.set_num_threads(THREADS)
    torch.set_float32_matmul_precision(MATMUL_PRECISION)
    return assemble(config, data.split(config.split).images)


def _measured(
    model: Model, config: RunConfig, data: Dataset, count: int | None = None
) -> Measured | None:
    """What a model reaches on test images, the first `count` of them or all."""
    test = data.split(data.test_split(config.split)).images[:count]
    return measures(model, test, treatment=config.treatment)


def _quantity(found: Measured) -> str:
    return LOG_PROB.name if LOG_PROB.name in found.means else ELBO.name


def _train(model: Model, loop: TrainingLoop, partial: Path, watch: Watch) -> float:
    """Train to the end of the plan, from where `partial` was left; seconds of it in all.

    They are the processor's, which has one thread: what else the machine does meanwhile is no part
    of them.
    """
    seconds = _restored(model, loop, partial) - time.process_time()
    saved = time.monotonic()
    while not loop.finished:
        loop.step()
        if watch.cancelled() or time.monotonic() - saved > _SAVE_SECONDS:
            _save(model, loop, partial, seconds + time.process_time())
            if watch.cancelled():
                raise Cancelled
            saved = time.monotonic()
        watch.progress(loop.samples / loop.plan.total_samples)
    return seconds + time.process_time()


def _save(model: Model, loop: TrainingLoop, path: Path, seconds: float) -> None:
    tensors = {f"model.{k}": v for k, v in model.state_dict().items()}
    tensors |= {f"algorithm.{k}": v for k, v in loop.algorithm.state_dict().items()}
    tensors |= {f"loop.{k}": v for k, v in loop.state_dict().items()}
    write_checkpoint(path, tensors, {"seconds": seconds})


def _restored(model: Model, loop: TrainingLoop, path: Path) -> float:
    """Go on where ``_save`` was called, or from the start if there is no sound file."""
    try:
        state = read_checkpoint(path)
    except AtlasError:
        return 0.0

    def under(prefix: str) -> dict[str, Tensor]:
        return {k.removeprefix(prefix): v for k, v in state.tensors.items() if k.startswith(prefix)}

    model.load_state_dict(under("model."))
    loop.algorithm.load_state_dict(under("algorithm."))
    loop.load_state_dict(under("loop."))
    return float(state.metadata["seconds"])


def _data(config: RunConfig) -> Dataset:
    return load_dataset(config.dataset, Path(config.data_dir) if config.data_dir else None)
