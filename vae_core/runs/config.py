"""What a run is asked to do: the content of ``config.json``."""

import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vae_core.algorithms import (
    AlgorithmName,
    BaselineName,
    Estimator,
    ImportanceGradient,
    OptimizerName,
    Settings,
    refuse_too_many,
)
from vae_core.data import DatasetInfo, available_datasets
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment
from vae_core.models import Architecture, TrainingRecord
from vae_core.models.architecture import (
    Activation,
    Channels,
    LikelihoodName,
    Network,
    Scale,
    Width,
)
from vae_core.models.initialisation import Initialisation
from vae_core.runs.environment import Environment
from vae_core.training import Binarisation, Plan, Sampling

# Their pixels are 0 or 1 once and for all.
BINARY_DATASETS = frozenset({"binarized-mnist"})


class RunConfig(BaseModel):
    """A validated request to train. Field names are those of the command line's options."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    dataset: Annotated[str, Field(min_length=1, max_length=200)]
    data_dir: str | None = None
    split: str = "train"
    latent_dim: Annotated[int, Field(ge=1, le=512)] = 2
    network: Network = "mlp"
    channels: Annotated[tuple[Channels, ...], Field(min_length=1, max_length=6)] = (32, 64)
    hidden: Annotated[tuple[Width, ...], Field(max_length=16)] = (500,)
    activation: Activation = "tanh"
    likelihood: LikelihoodName = "bernoulli"
    scale: Scale = 0.1
    algorithm: AlgorithmName = "aevb"
    estimator: Estimator = "b"
    importance_samples: Annotated[int, Field(ge=1, le=1000)] = 5
    importance_gradient: ImportanceGradient = "plain"
    baseline: BaselineName = "none"
    local_steps: Annotated[int, Field(ge=1, le=1000)] = 10
    leapfrog_steps: Annotated[int, Field(ge=1, le=1000)] = 10
    updates: Annotated[int, Field(ge=1, le=1000)] = 5
    optimizer: OptimizerName = "adam"
    binarize: Binarisation = "none"
    init: Initialisation = "torch"
    weight_prior: Literal["none", "normal"] = "none"
    sampling: Sampling = "epoch"
    samples_per_image: Annotated[int, Field(ge=1, le=1000)] = 1
    epochs: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    samples: Annotated[int, Field(ge=1, le=10**12)] | None = None
    batch_size: Annotated[int, Field(ge=1, le=100_000)] = 100
    learning_rate: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] = 1e-3
    beta: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 1.0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    name: Annotated[str, Field(max_length=80)] | None = None

    @model_validator(mode="after")
    def _one_length(self) -> "RunConfig":
        if self.epochs is not None and self.samples is not None:
            raise ValueError("give a number of epochs or a number of samples, not both")
        return self

    @model_validator(mode="after")
    def _a_gradient_there_is(self) -> "RunConfig":
        if self.estimator == "stl" and self.algorithm != "aevb":
            raise ValueError("the estimator stl is for aevb; choose a or b")
        compares = self.baseline in ("leave-one-out", "bbvi")
        if self.algorithm == "score-function" and compares and self.samples_per_image < 2:
            raise ValueError(
                f"the baseline {self.baseline} compares the samples of an image with one another: "
                "give at least 2 samples per image"
            )
        return self

    @property
    def treatment(self) -> Treatment:
        """How images enter the likelihood; numbers of different treatments are never compared."""
        if self.binarize == "dynamic":
            return "dynamic"
        return "static" if self.dataset in BINARY_DATASETS else "grey"

    def architecture(self, image_shape: tuple[int, int, int]) -> Architecture:
        """The model to train on images of this shape."""
        return Architecture(
            image_shape=image_shape,
            latent_dim=self.latent_dim,
            network=self.network,
            channels=self.channels,
            hidden=self.hidden,
            activation=self.activation,
            likelihood=self.likelihood,
            scale=self.scale,
        )

    def settings(self) -> Settings:
        """What the algorithm is told."""
        return Settings(
            learning_rate=self.learning_rate,
            samples_per_image=self.samples_per_image,
            beta=self.beta,
            estimator=self.estimator,
            importance_samples=self.importance_samples,
            importance_gradient=self.importance_gradient,
            baseline=self.baseline,
            local_steps=self.local_steps,
            leapfrog_steps=self.leapfrog_steps,
            updates=self.updates,
            optimizer=self.optimizer,
            weight_prior=self.weight_prior == "normal",
        )

    def plan(self, images: int) -> Plan:
        """How a training set of this size is visited; 20 epochs if no length was given.

        Raises:
            AtlasError: the algorithm is not for so many images.
        """
        if self.algorithm == "mcem":
            refuse_too_many(images)
        total = self.samples if self.samples is not None else (self.epochs or 20) * images
        return Plan(total, self.batch_size, self.sampling, self.binarize)

    def command(self) -> str:
        """The command line that asks for the same (without folders and names)."""
        defaults = RunConfig(dataset=self.dataset)
        words = ["latent-atlas train", self.dataset]
        for field in type(self).model_fields:
            value = getattr(self, field)
            if field in ("dataset", "data_dir", "name", "threads") or value == getattr(
                defaults, field
            ):
                continue
            text = ",".join(map(str, value)) if isinstance(value, tuple) else f"{value}"
            words.append(f"--{field.replace('_', '-')} {text}")
        return " ".join(words).replace("--learning-rate", "--lr")

    def record(self, epochs: float, samples: int, code: str | None) -> TrainingRecord:
        """What a model file says of a training by this config that has come so far, as of now."""
        return TrainingRecord(
            dataset=self.dataset,
            split=self.split,
            treatment=self.treatment,
            algorithm=self.algorithm,
            epochs=epochs,
            samples=samples,
            seed=self.seed,
            command=self.command(),
            code_version=code,
            created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        )


class RunDocument(BaseModel):
    """``config.json``."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    config: RunConfig
    environment: Environment


def make_config(**values: object) -> RunConfig:
    """A config from untrusted values.

    Raises:
        AtlasError: naming the first value that cannot be, and what it may be.
    """
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
        message = first["msg"].removeprefix("Value error, ")
        found = "" if not field else f"{field.replace('_', ' ')} = {first['input']!r}: "
        raise AtlasError(
            f"This run cannot be: {found}{message[:1].lower()}{message[1:]}."
        ) from error


def dataset_info(config: RunConfig) -> DatasetInfo:
    """What is known of the config's dataset, without reading it.

    Raises:
        AtlasError: it does not exist, its files are absent, or it has no such split.
    """
    known = {
        info.name: info
        for info in available_datasets(Path(config.data_dir) if config.data_dir else None)
    }
    info = known.get(config.dataset)
    if info is None:
        raise AtlasError(
            f"There is no dataset “{config.dataset}”. Choose one of: {', '.join(known)}."
        )
    if not info.present:
        raise AtlasError(f"The files of {info.name} are not in {info.where}. {info.remedy}")
    if config.split not in info.counts:
        raise AtlasError(
            f"{info.name} has no split “{config.split}”. Choose one of: {', '.join(info.counts)}."
        )
    return info
