"""Everything that training a run needs in memory, built from its config and its last checkpoint."""

from dataclasses import asdict
from typing import TypeVar

import torch
from torch import Generator, Tensor

from vae_core.algorithms import infers_with_encoder
from vae_core.algorithms.learner import SOLVED
from vae_core.data import Dataset, fair_order, load_dataset
from vae_core.evaluation import Measured, measures, standards
from vae_core.inference import PerImageInference
from vae_core.models import VAE, Model, TrainingRecord, load_model
from vae_core.models.files import MOST_CHANGES
from vae_core.runs import checkpoints
from vae_core.runs.config import RunConfig
from vae_core.runs.in_force import SettingsInForce
from vae_core.runs.live import LiveFrames
from vae_core.runs.metrics import StandardsEvent
from vae_core.runs.run import Run
from vae_core.runs.sample_sheets import SampleSheets, only_samples
from vae_core.runs.snapshots import SnapshotKeeper, probe_size, snapshot_plan
from vae_core.runs.status import RunStatus
from vae_core.runs.validation import division
from vae_core.training import TrainingLoop

M = TypeVar("M", bound=Model)

_ALGORITHM = "algorithm."  # before its names in a checkpoint
PROBE = 1000  # test images in the live curves; the whole split is evaluated at epoch ends


class Workbench:
    """Data, model, algorithm and loop of a run, as its last checkpoint left them.

    Attributes:
        amortised: whether an encoder infers new images' codes at once.
        course: what each step is made with: schedules, and what was changed by hand.
        resumed_from: the step of that checkpoint, or None for a fresh start.
        snapshots: keeps what is to be looked at again, of a model that has a decoder.
        frames: shows the same to those who look while it trains.
        sheets: keeps and shows samples of a model that has no plane to look at.
        seconds: training time that the run had behind it.
    """

    def __init__(self, run: Run, threads: int | None = None) -> None:
        self._run = run
        self._config = config = run.config
        # Both decide the last bits: unless told otherwise, they are what the run began with.
        torch.set_num_threads(threads or config.threads or 1)
        torch.set_float32_matmul_precision(run.document.environment.precision)
        dataset = load_dataset(config.dataset, run.data_dir)
        divided = division(config, dataset)
        images, self.valid, self.test = divided.train, divided.valid, divided.test

        self.amortised = config.algorithm.amortised
        checkpoints.sweep(run.checkpoints_path)
        saved = checkpoints.load_latest(run.checkpoints_path)
        self.model, self.loop = assemble(config, images, begun=saved)
        self.algorithm = self.loop.algorithm
        self.course = SettingsInForce(config.algorithm, run.changes())
        self.loop.course = self.course
        self.seconds = 0.0
        self.resumed_from: int | None = None
        self._restore(saved)
        probe = self._probe(dataset)
        self.snapshots = self._keeper(dataset, probe, len(images))
        self.frames = self._live(dataset, probe)
        self.sheets = self._sheets(len(images))

    def measured(self, images: Tensor) -> Measured | None:
        """What is known of the model on these uint8 images, treated as the run treats its data."""
        model = inferring(self.model, self._config.algorithm.name)
        return measures(model, images, treatment=self._config.treatment)

    def in_force(self) -> dict[str, float]:
        """The settings that the last step was made with."""
        names = self.course(self.loop.progress)
        return {name: getattr(self.algorithm, name) for name in names}

    def standards(self) -> StandardsEvent | None:
        """What a training is held against; None where the model is not one of codes and pixels."""
        model = inferring(self.model, self._config.algorithm.name)
        if not isinstance(model, VAE):
            return None
        found = standards(model, self.test, treatment=self._config.treatment)
        return StandardsEvent(**asdict(found))

    def save(self, seconds: float, keep: int | None, tested: RunStatus | None) -> None:
        """Write a checkpoint; keep the last two and step ``keep``. Raises OSError, AtlasError.

        ``tested`` has what was measured of the finished model on the whole test split.
        """
        tensors = {f"{_ALGORITHM}{k}": v for k, v in self.algorithm.state_dict().items()}
        tensors |= {f"loop.{k}": v for k, v in self.loop.state_dict().items()}
        settings = {
            "learning_rate": self.algorithm.learning_rate,
            "beta": self.algorithm.beta,
            "seconds": seconds,
        }
        folder, step = self._run.checkpoints_path, self.loop.step_count
        checkpoints.save(folder, step, self.model, self._record(tested), tensors, settings)
        checkpoints.prune(folder, keep=[keep])

    def _probe(self, dataset: Dataset) -> Tensor | None:
        """The images whose encodings are kept and shown; None where there are no encodings."""
        if not isinstance(self.model, VAE) or not self.amortised:
            return None
        size = probe_size(self.model.architecture.latent_dim)
        return dataset.images[fair_order(len(dataset.images))[:size]]

    def _keeper(
        self, dataset: Dataset, probe: Tensor | None, trained_on: int
    ) -> SnapshotKeeper | None:
        if not isinstance(self.model, VAE):
            return None
        return SnapshotKeeper(
            self._run.snapshots_path,
            self.model,
            probe,
            dataset=dataset.name,
            images=len(dataset.images),
            plan=snapshot_plan(self.model, probe, self.loop.plan.total_steps(trained_on)),
            training=self._so_far,
        )

    def _live(self, dataset: Dataset, probe: Tensor | None) -> LiveFrames | None:
        if not isinstance(self.model, VAE) or only_samples(self.model):
            return None
        count = len(dataset.images)
        return LiveFrames(self._run.path, self.model, probe, dataset=dataset.name, images=count)

    def _sheets(self, trained_on: int) -> SampleSheets | None:
        if not only_samples(self.model):
            return None
        total, epoch = self.loop.plan.total_steps(trained_on), self.loop.epoch
        return SampleSheets(self._run.path, self.model, total_steps=total, epoch=epoch)

    def _restore(self, saved: checkpoints.SavedState | None) -> None:
        if saved is None:
            if self._run.start_path.exists():  # a clone's
                start = load_model(self._run.start_path).model
                self.model.load_state_dict(start.state_dict())
            return
        self.model.load_state_dict(saved.model.model.state_dict())
        self.algorithm.load_state_dict(_under(_ALGORITHM, saved.tensors))
        self.loop.load_state_dict(_under("loop.", saved.tensors))
        self.algorithm.learning_rate = saved.settings["learning_rate"]
        self.algorithm.beta = saved.settings["beta"]
        self.seconds = saved.settings["seconds"]
        self.resumed_from = saved.step

    def _so_far(self) -> TrainingRecord:
        """Nothing in it depends on the day: a run that is resumed keeps what it would have kept."""
        return self._record(None).model_copy(update={"created": None})

    def _record(self, tested: RunStatus | None) -> TrainingRecord:
        document = self._run.document
        environment, parent = document.environment, document.parent
        record = self._config.record(self.loop.epoch, self.loop.samples, environment.code)
        update: dict[str, object] = {"torch_version": environment.torch}
        made = [c for c in self.course.changes if c.step < self.loop.step_count]
        if made:
            update["changes"] = tuple({"step": c.step, **c.values()} for c in made[-MOST_CHANGES:])
        if parent is not None:
            update["parent"] = f"{parent.run}, step {parent.step}"
        if tested is not None and tested.test is not None:
            update["test"] = tested.test
            update["test_half_widths"] = tested.test_half_widths
            update["test_images"] = len(self.test)
        return record.model_copy(update=update)


def assemble(
    config: RunConfig, images: Tensor, begun: checkpoints.SavedState | None = None
) -> tuple[Model, TrainingLoop]:
    """The untrained model that a config asks for, and the loop that trains it on these images.

    All randomness of either comes from one generator, seeded as the config says.

    Args:
        config: what to train, and how.
        images: the training set, uint8 [N, C, H, W].
        begun: the checkpoint that will be restored into it, if any.
    """
    generator = Generator().manual_seed(config.seed)
    channels, height, width = images.shape[1:]
    kind = config.algorithm.trains
    model = kind(kind.describe((channels, height, width), config.settings()))
    model.initialise(config.init, generator)
    if begun is not None and isinstance(model, VAE):
        # A run from before σ was solved for goes on as it was: by the gradient.
        known = {n.removeprefix(f"{_ALGORITHM}{SOLVED}") for n in begun.tensors}
        model.decoder.solved &= known
    algorithm = config.algorithm.make(model, generator)
    course = SettingsInForce(config.algorithm)
    return model, TrainingLoop(algorithm, images, config.plan(len(images)), generator, course)


def inferring(model: M, algorithm: str | None) -> M | PerImageInference:
    """The model as this algorithm would meet new images: with its encoder, or image by image."""
    if infers_with_encoder(algorithm) or not isinstance(model, VAE):
        return model
    return PerImageInference(model)


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
