"""Models as files: a safetensors file whose header describes the model that its tensors make up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from pydantic import BaseModel, ConfigDict, ValidationError
from torch import Tensor

from vae_core.checkpoint import (
    Checkpoint,
    checkpoint_bytes,
    read_checkpoint,
    read_metadata,
    write_checkpoint,
)
from vae_core.errors import AtlasError
from vae_core.models.abilities import Decodes, Encodes, Samples, inability
from vae_core.models.architecture import Architecture, unknown_name
from vae_core.models.arrays import Values, as_latents, as_pixels
from vae_core.models.foreign import settled
from vae_core.models.likelihoods import LIKELIHOODS
from vae_core.models.model import MODELS, Model
from vae_core.models.posteriors import Posterior
from vae_core.models.rounding import unrounded
from vae_core.models.vae import VAE
from vae_core.options import options_of, refusal
from vae_core.quantities import Measures

FORMAT = 1
MOST_CHANGES = 100  # that a file tells, the latest of them

T = TypeVar("T")


class TrainingRecord(BaseModel):
    """Where a model comes from. Every field may be missing: files travel."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dataset: str | None = None
    split: str | None = None
    treatment: str | None = None
    algorithm: str | None = None
    epochs: float | None = None
    samples: int | None = None
    seed: int | None = None
    command: str | None = None
    test: Measures | None = None
    test_half_widths: Measures | None = None  # the ± of each over images, in 95 of 100 cases
    test_images: int | None = None
    changes: tuple[dict[str, float], ...] = ()  # by hand on the way: the step, and what was set
    parent: str | None = None  # the run whose weights it began with, and their step
    code_version: str | None = None
    torch_version: str | None = None
    created: str | None = None


A = TypeVar("A", bound=BaseModel)


class _Document(BaseModel, Generic[A]):
    """The JSON document in the header of a model file; without a ``kind`` it is of a VAE."""

    model_config = ConfigDict(extra="ignore")

    format: int
    kind: str = VAE.name
    architecture: A
    training: TrainingRecord = TrainingRecord()


@dataclass(frozen=True)
class SavedModel:
    """A model in evaluation mode, and what is known of its training.

    Takes NumPy arrays, lists and tensors alike; what it returns has no gradients, so
    ``numpy.asarray`` reads it.
    """

    model: Model
    training: TrainingRecord

    @property
    def vae(self) -> VAE:
        """The model, for what takes a VAE to do. Raises AtlasError: it is of another kind."""
        if not isinstance(self.model, VAE):
            kind = type(self.model)
            why = inability(kind, Encodes, Decodes) or f"this is {kind.label}, and no VAE"
            raise AtlasError(f"The model cannot do that: {why}. Choose another model.")
        return self.model

    def encode(self, images: Values) -> Posterior:
        """q(z|x) of images (see ``as_images``): ``mu`` and ``logvar``, each [N, J]."""
        return self.vae.encode(as_pixels(images, self.vae.architecture.image_shape))

    def decode(self, z: Values) -> Tensor:
        """E[x|z] of latents [N, J]: float [N, C, H, W] in [0, 1]."""
        return self.vae.decode(as_latents(z, self.vae.architecture.latent_dim)).mean

    def reconstruct(self, images: Values) -> Tensor:
        """E[x|z] at the posterior mean of each image: float [N, C, H, W] in [0, 1]."""
        return self.decode(self.encode(images).mu)

    def sample(self, count: int = 16, seed: int = 0) -> Tensor:
        """Images of nothing but chance; a VAE's are E[x|z] at draws z ~ p(z). [count, C, H, W].

        Raises AtlasError: the model makes none, or none were asked for.
        """
        if not isinstance(count, int) or count < 1:
            raise AtlasError(f"count = {count!r}: give a whole number of images, 1 or more.")
        if not isinstance(self.model, Samples):
            raise AtlasError(f"The model cannot do that: {inability(type(self.model), Samples)}.")
        return self.model.sample_images(count, torch.Generator().manual_seed(seed))

    def save(self, path: Path | str) -> None:
        """Write a model file, whole or not at all. Raises OSError when the disk is full."""
        save_model(path, self.model, self.training)


def load_model(source: Path | str | bytes, name: str | None = None) -> SavedModel:
    """Read a model file, given as a path or as bytes (then ``name`` is how to call it in errors).

    Raises:
        AtlasError: the file is not a sound model file; the sentence says what was found.
    """
    source = Path(source) if isinstance(source, str) else source
    if not isinstance(source, (Path, bytes)):
        raise AtlasError(f"{source!r} is no model file: give its path, or its content as bytes.")
    name = name or (source.name if isinstance(source, Path) else "the file")
    checkpoint = settled(read_checkpoint(source, name), name)
    model, training = _described(checkpoint.metadata, name)
    _check_shapes(_shapes(model), checkpoint.tensors, name)
    model.load_state_dict(checkpoint.tensors, assign=True)
    return SavedModel(model.requires_grad_(False).eval(), training)


def model_outline(path: Path) -> Model:
    """A model by the header of its file alone: all but its numbers, which are on no device.

    Raises:
        AtlasError: the header is not that of a model which this version can build.
    """
    model, _ = _described(read_metadata(path), path.name)
    return model


def model_bytes(model: Model, training: TrainingRecord) -> bytes:
    """The content of a model file."""
    return checkpoint_bytes(model.state_dict(), _metadata(model, training))


def save_model(path: Path | str, model: Model, training: TrainingRecord) -> None:
    """Write a model file whole or not at all. Raises OSError when the disk is full or read-only."""
    write_checkpoint(Path(path), model.state_dict(), _metadata(model, training))


def decoder_bytes(vae: VAE, *, widths: bool = False) -> bytes:
    """What makes E[x|z] alone, in the same format: what a browser fetches to decode on its own.

    The heads that only say how wide p(x|z) is are left out, unless ``widths`` are asked for.
    """
    return checkpoint_bytes(*decoder_tensors(vae, widths=widths))


def decoder_tensors(vae: VAE, *, widths: bool = False) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What ``decoder_bytes`` writes: tensors by name, and the JSON document of the header."""
    tensors = _of_decoder(vae, vae.state_dict(), widths=widths)
    return tensors, _metadata(vae, TrainingRecord())


def checked_decoder(checkpoint: Checkpoint, architecture: Architecture, name: str) -> bytes:
    """The content of a file that ``decoder_bytes`` made, once it is checked like a model file.

    Weights that are ``rounded`` to 8 bits are given back in float32, others as they are.

    ``architecture`` is that of the model whose decoder it must be; ``name`` is how to call the file
    in errors.

    Raises:
        AtlasError: the file is not sound, or is the decoder of another architecture.
    """
    if _document(checkpoint.metadata, name)[1].architecture != architecture:
        raise AtlasError(f"{name} is the decoder of another architecture: it does not fit here.")
    with torch.device("meta"):
        vae = VAE(architecture)
    decoder = _of_decoder(vae, _shapes(vae), widths=False)
    tensors = unrounded(checkpoint.tensors)
    whole = {k: t.float() if t.dtype == torch.float16 else t for k, t in tensors.items()}
    _check_shapes(decoder, whole, name)
    return checkpoint_bytes(tensors, checkpoint.metadata)


def _metadata(model: Model, training: TrainingRecord) -> dict[str, Any]:
    # Files of VAEs are as they were before there were other kinds.
    kind = {} if model.name == VAE.name else {"kind": model.name}
    return kind | {
        "format": FORMAT,
        "architecture": model.architecture.model_dump(mode="json"),
        "training": _told(training),
    }


def _told(training: TrainingRecord) -> dict[str, Any]:
    """What is known of a training, as JSON."""
    told = training.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in told.items() if value != []}


def _of_decoder(vae: VAE, state: Mapping[str, T], *, widths: bool) -> dict[str, T]:
    """What of a model's state makes E[x|z], and with ``widths`` also the likelihood's own heads."""
    left_out = () if widths else LIKELIHOODS[vae.architecture.likelihood].heads
    return {
        key: value
        for key, value in state.items()
        if key.startswith("decoder.") and key.split(".")[1] not in left_out
    }


def _described(metadata: dict[str, Any], name: str) -> tuple[Model, TrainingRecord]:
    """The model of a header without its numbers, and its training."""
    kind, document = _document(metadata, name)
    # On the meta device nothing is allocated: a header that lies about sizes costs no memory.
    with torch.device("meta"):
        return kind(document.architecture), document.training


def _document(metadata: dict[str, Any], name: str) -> tuple[type[Model], _Document[Any]]:
    wanted = metadata.get("kind", VAE.name)
    kind = MODELS.get(wanted) if isinstance(wanted, str) else None
    if kind is None:
        raise AtlasError(
            f"{name} holds a model of a kind that this version does not have (it has "
            f"{', '.join(MODELS)}). Update Latent Atlas to open it."
        )
    try:
        document = _Document[kind.document].model_validate(metadata)  # type: ignore[name-defined]
    except ValidationError as error:
        if unknown := unknown_name(error):
            raise AtlasError(
                f"{name} asks for {unknown}. Update Latent Atlas to open it."
            ) from error
        known = options_of(_Document[kind.document]) | options_of(kind.document)  # type: ignore[name-defined]
        raise AtlasError(
            f"{name} does not describe a model that this version can build. "
            f"{refusal(error, known)}. Export it again, or update Latent Atlas."
        ) from error
    if document.format != FORMAT:
        raise AtlasError(
            f"{name} has format {document.format}, and this version reads format {FORMAT}. "
            "Update Latent Atlas to open it."
        )
    return kind, document


def _shapes(model: Model) -> dict[str, torch.Size]:
    return {key: value.shape for key, value in model.state_dict().items()}


def _check_shapes(expected: dict[str, torch.Size], tensors: dict[str, Tensor], name: str) -> None:
    if missing := sorted(expected.keys() - tensors.keys()):
        raise AtlasError(
            f"{name} lacks {missing[0]}, which its own description calls for. Export it again."
        )
    if unknown := sorted(tensors.keys() - expected.keys()):
        raise AtlasError(
            f"{name} holds {unknown[0]}, which its own description does not "
            "mention. Export it again."
        )
    for key, shape in expected.items():
        found = tensors[key]
        if found.shape != shape or found.dtype != torch.float32:
            raise AtlasError(
                f"{name} contradicts itself: {key} is {str(found.dtype).removeprefix('torch.')} "
                f"{list(found.shape)}, and its description says float32 {list(shape)}. "
                "Export it again."
            )
