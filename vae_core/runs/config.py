"""What a run is asked to do."""

import time
from collections.abc import Container, Mapping
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    SerializeAsAny,
    ValidationInfo,
    model_validator,
)

from vae_core.algorithms import ALGORITHMS, AEVBSettings, Settings
from vae_core.data import DatasetInfo, available_datasets
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment
from vae_core.models import (
    LIKELIHOODS,
    NETWORKS,
    POSTERIORS,
    Architecture,
    DiagonalGaussian,
    ShowsMeans,
    TrainingRecord,
    inability,
)
from vae_core.models.abilities import NO_MEAN_IMAGE
from vae_core.models.architecture import (
    Channels,
    CommittedRate,
    LikelihoodName,
    Network,
    PosteriorName,
    Reach,
    Scale,
    Width,
    one_of,
)
from vae_core.models.initialisation import Initialisation
from vae_core.models.networks.layers import ACTIVATIONS, Activation
from vae_core.options import Choice, options_of
from vae_core.training import Binarisation, Plan, Sampling

# Their pixels are 0 or 1 once and for all.
BINARY_DATASETS = frozenset({"binarized-mnist"})
EPOCHS = 20  # where no length is given


STORED = "stored"  # context of a validation: a file, perhaps from before some settings came


def _algorithm(value: object, info: ValidationInfo) -> object:
    """Settings by the name in them, among the algorithms that there are now."""
    if not isinstance(value, Mapping):
        return value
    told = dict(value)
    kind = ALGORITHMS[one_of("algorithm", ALGORITHMS)(str(told.pop("name", None)))]
    return kind.model_validate({**kind.formerly, **told} if info.context == STORED else told)


def _extra(group: str, **more: str | int | list[JsonValue]) -> dict[str, JsonValue]:
    """Where a form and ``--help`` put a field (see ``options``)."""
    return {"group": group, **more}


class RunConfig(BaseModel):
    """A validated request to train. Field names are those of the command line's options.

    ``algorithm`` holds the settings of the algorithm chosen, and no other's; in JSON its ``name``
    tells which.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    dataset: Annotated[str, Field(min_length=1, max_length=200, title="Data")]
    data_dir: str | None = None
    split: Annotated[str, Field(description="What to train on.")] = "train"
    latent_dim: Annotated[
        int,
        Field(
            ge=1,
            le=512,
            title="Latent dimensions",
            description="How many numbers stand for an image. Two make a plane that can be walked.",
            json_schema_extra=_extra("model", symbol="J"),
        ),
    ] = 2
    hidden: Annotated[
        tuple[Width, ...],
        Field(
            max_length=16,
            title="Hidden widths",
            description="One number a layer of the encoder; the decoder mirrors them. For example "
            "512, 256.",
            json_schema_extra=_extra("model", symbol="500[,256…]"),
        ),
    ] = (500,)
    network: Annotated[
        Network,
        Choice(lambda: {name: kind.label for name, kind in NETWORKS.items()}),
        Field(title="Network", json_schema_extra=_extra("model")),
    ] = "mlp"
    likelihood: Annotated[
        LikelihoodName,
        Choice(lambda: {name: kind.label for name, kind in LIKELIHOODS.items()}),
        Field(
            title="Likelihood",
            description="What the decoder's output means. All but Bernoulli are densities on grey "
            "or colour levels, and their nats compare only with one another.",
            json_schema_extra=_extra("model"),
        ),
    ] = "bernoulli"
    posterior: Annotated[
        PosteriorName,
        Choice(lambda: {name: kind.label for name, kind in POSTERIORS.items()}),
        Field(
            title="Posterior",
            description="The family of q(z|x). A richer one can come nearer to the true posterior, "
            "and narrow the gap in the bound.",
            json_schema_extra=_extra("model"),
        ),
    ] = DiagonalGaussian.name
    activation: Annotated[
        Activation,
        Choice({name: name for name in ACTIVATIONS}),
        Field(title="Activation", json_schema_extra=_extra("model")),
    ] = "tanh"
    channels: Annotated[
        tuple[Channels, ...],
        Field(
            min_length=1,
            max_length=6,
            title="Channels",
            description="Of the convolutions, from the image inwards; each halves the side.",
            json_schema_extra=_extra("model", symbol="32,64"),
        ),
    ] = (32, 64)
    scale: Annotated[
        Scale,
        Field(
            title="Pixel standard deviation",
            description="Pixels lie between 0 and 1.",
            json_schema_extra=_extra("model", symbol="S"),
        ),
    ] = 0.1
    receptive_field: Annotated[
        Reach,
        Field(
            title="Receptive field",
            description="Pixels up, and to each side, that a pixel is told. With a wide field the "
            "decoder can do without the code, and it may collapse.",
            json_schema_extra=_extra("model", symbol="R"),
        ),
    ] = 7
    committed_rate: CommittedRate | None = Field(
        default=None,
        title="Committed rate",
        description="Nats that each latent dimension carries at least: the encoder's variances "
        "are bounded (δ-VAE).",
        json_schema_extra=_extra("model", symbol="D", placeholder="none"),
    )
    binarize: Annotated[
        Binarisation,
        Choice({"none": "as they are", "dynamic": "binarised anew each time"}),
        Field(title="Pixels", json_schema_extra=_extra("model")),
    ] = "none"
    algorithm: Annotated[
        SerializeAsAny[Settings],
        BeforeValidator(_algorithm),
        Field(
            title="Algorithm",
            description="Where the gradients come from. All are charted by the same bound.",
        ),
    ] = AEVBSettings()
    batch_size: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            title="Batch size",
            json_schema_extra=_extra("learning", step=10, symbol="M"),
        ),
    ] = 100
    sampling: Annotated[
        Sampling,
        Choice({"epoch": "each once an epoch", "replacement": "drawn with replacement"}),
        Field(title="Images", json_schema_extra=_extra("learning")),
    ] = "epoch"
    epochs: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None,
        title="Epochs",
        description=f"Passes over the data; {EPOCHS} where no length is given.",
        json_schema_extra=_extra("learning", symbol="N"),
    )
    samples: Annotated[int, Field(ge=1, le=10**12)] | None = Field(
        default=None, description="Instead of epochs: images, with repetition."
    )
    early_stopping: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None,
        title="Early stopping",
        description="Epochs to wait for a better bound on validation images before training ends; "
        "the best checkpoint is kept as best.",
        json_schema_extra=_extra("learning", symbol="N", placeholder="never"),
    )
    held_out: Annotated[
        float,
        Field(
            gt=0,
            lt=1,
            title="Held out",
            description="What part of the training images is for validation, where the data have "
            "none for it; always the same ones.",
            json_schema_extra=_extra("learning", needs=["early_stopping"]),
        ),
    ] = 0.1
    init: Annotated[
        Initialisation,
        Choice(
            {
                "torch": "PyTorch's",
                "paper": "paper, s.d. 0.1",
                "paper-small": "paper, s.d. 0.01",
            }
        ),
        Field(title="First weights", json_schema_extra=_extra("chance")),
    ] = "torch"
    seed: Annotated[
        int, Field(ge=0, lt=2**63, title="Seed", json_schema_extra=_extra("chance"))
    ] = 0
    threads: Annotated[int, Field(ge=1, le=1024)] | None = Field(
        default=None,
        title="Threads",
        description="Cores − 1 where no number is given.",
        json_schema_extra=_extra("chance", placeholder="cores − 1"),
    )
    name: Annotated[str, Field(max_length=80)] | None = Field(
        default=None,
        title="Name",
        description="What to call the run in lists.",
        json_schema_extra=_extra("chance"),
    )

    @model_validator(mode="after")
    def _one_length(self) -> "RunConfig":
        if self.epochs is not None and self.samples is not None:
            raise ValueError("give a number of epochs or a number of samples, not both")
        return self

    @model_validator(mode="after")
    def _with_an_encoder(self) -> "RunConfig":
        for field in ("committed_rate", "early_stopping"):
            if getattr(self, field) is not None and not self.algorithm.amortised:
                raise ValueError(
                    f"{options_of(RunConfig)[field].label} needs an encoder that is learned, and "
                    f"{self.algorithm.name} has none"
                )
        return self

    @model_validator(mode="after")
    def _of_a_family_that_can_be_learned(self) -> "RunConfig":
        if self.posterior != DiagonalGaussian.name and self.algorithm.needs_diagonal:
            raise ValueError(
                f"{self.algorithm.name} learns {DiagonalGaussian.label} alone, and the posterior "
                f"asked for is {POSTERIORS[self.posterior].label}"
            )
        POSTERIORS[self.posterior].refuse_too_many(self.latent_dim)
        return self

    @property
    def treatment(self) -> Treatment:
        """How images enter the likelihood; numbers of different treatments are never compared."""
        if self.binarize == "dynamic":
            return "dynamic"
        return "static" if self.dataset in BINARY_DATASETS else "grey"

    @property
    def learning_rate(self) -> float:
        """The optimiser's step size, as asked for."""
        return self.algorithm.learning_rate

    @property
    def weighs_rate(self) -> bool:
        """Whether the algorithm has a rate to weigh."""
        return "beta" in type(self.algorithm).model_fields

    @property
    def beta(self) -> float:
        """The weight of the rate, as asked for; 1 where the algorithm has none to weigh."""
        return float(getattr(self.algorithm, "beta", 1.0))

    def inability(self, *needed: type) -> str | None:
        """Why the model that is asked for cannot do what needs these abilities, as a clause."""
        trains = self.algorithm.trains
        why = inability(trains, *needed)
        if (
            why is not None
            or ShowsMeans not in needed
            or "network" not in trains.document.model_fields
        ):
            return why
        return None if NETWORKS[self.network].decoder.has_mean else NO_MEAN_IMAGE

    @property
    def traceable(self) -> bool:
        """Whether ``traced_step`` can show a step from inside: of mean images, and plain noise."""
        return (
            self.algorithm.traceable
            and self.posterior == DiagonalGaussian.name
            and self.inability(ShowsMeans) is None
        )

    @property
    def size(self) -> str:
        """How titles tell models apart: "2-D", or the kind where there are no latent dimensions."""
        kind = self.algorithm.trains
        flat = "latent_dim" in kind.document.model_fields
        return f"{self.latent_dim}-D" if flat else kind.name

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
            posterior=self.posterior,
            receptive_field=self.receptive_field,
            committed_rate=self.committed_rate,
        )

    def settings(self) -> dict[str, Any]:
        """All that is asked for, the algorithm's own settings among the rest."""
        return {**self.model_dump(exclude={"algorithm"}), **self.algorithm.model_dump()}

    def plan(self, images: int) -> Plan:
        """How a training set of this size is visited; ``EPOCHS`` if no length was given.

        Raises:
            AtlasError: the algorithm is not for so many images.
        """
        self.algorithm.refuse_too_many(images)
        total = self.samples if self.samples is not None else (self.epochs or EPOCHS) * images
        return Plan(total, self.batch_size, self.sampling, self.binarize)

    def given(self) -> dict[str, Any]:
        """What is not as usual, flat and as JSON: as ``make_config`` takes it."""
        told = self.model_dump(mode="json", exclude_defaults=True, exclude={"algorithm"})
        settings = self.algorithm.model_dump(mode="json", exclude_defaults=True)
        algorithm = settings.pop("name")
        if algorithm != AEVBSettings.name:
            told["algorithm"] = algorithm
        return told | settings

    def command(self) -> str:
        """The command line that asks for the same (without folders and names)."""
        return self._command(without=("data_dir", "name", "threads"))

    def command_line(self) -> str:
        """The command line that starts this very run again, its folder of data and name included.

        Quoted for a POSIX shell.
        """
        return self._command(without=())

    def _command(self, without: Container[str]) -> str:
        flags = options_of(type(self)) | options_of(type(self.algorithm))
        words = []
        for name, value in self.given().items():
            if name != "dataset" and name not in without:
                text = ",".join(map(str, value)) if isinstance(value, list) else f"{value}"
                flag, text = flags[name].flag, quote(text)
                words.append(f"{flag}={text}" if text.startswith("-") else f"{flag} {text}")
        dataset = quote(self.dataset)
        if self.dataset.startswith("-"):  # else it would be an option
            return " ".join(["latent-atlas train", *words, "--", dataset])
        return " ".join(["latent-atlas train", dataset, *words])

    def record(self, epochs: float, samples: int, code: str | None) -> TrainingRecord:
        """What a model file says of a training by this config that has come so far, as of now."""
        return TrainingRecord(
            dataset=self.dataset,
            split=self.split,
            treatment=self.treatment,
            algorithm=self.algorithm.name,
            epochs=epochs,
            samples=samples,
            seed=self.seed,
            command=self.command(),
            code_version=code,
            created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        )


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
