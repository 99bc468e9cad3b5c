"""What one batch of a run left to be looked at: a small file beside the run, replaced by the next.

It holds a few images of the batch with all that was computed of them, and the means over all of it.
"""

from collections.abc import Mapping, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import torch
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError
from torch import Tensor
from torch.nn import functional

from vae_core.checkpoint import read_checkpoint, read_metadata, write_checkpoint
from vae_core.errors import AtlasError
from vae_core.inference import BoundTerms
from vae_core.traced_step import TracedStep

IMAGES = 8
LONGEST_SIDE = 128  # of a picture; of a larger one the means over squares are kept
MOST_UNITS = 1_024  # of a layer
MOST_MAPS, MAP_SIDE = 12, 16
_RECORD = "batch"
_LARGEST_HALF = 65_504.0  # of float16


class Moved(BaseModel):
    """What the step did to one tensor of parameters; as ``ParameterStep``."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    name: str = Field(max_length=200)
    gradient_norm: float | None = Field(default=None, ge=0)
    step_norm: float = Field(ge=0)
    norm: float = Field(ge=0)


class Means(BaseModel):
    """Means over all images of the batch, in nats per image."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    rate: float
    distortion: float

    @property
    def elbo(self) -> float:
        """−(rate + distortion)."""
        return -(self.rate + self.distortion)


Shape = Annotated[list[PositiveInt], Field(min_length=1, max_length=3)]


class TraceRecord(BaseModel):
    """What the header of the file tells.

    Attributes:
        step: of the run, this batch included.
        images: B, how many images the batch has.
        draws: L, of noise for each image.
        beta: what the rate weighed in the objective.
        before, after: of the batch, with the same noise, by the parameters before and after.
        parameters: what the step did to each tensor.
        encoder_layers, decoder_layers: the true shapes of what they make of one image.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    step: int = Field(ge=1)
    images: int = Field(ge=1)
    draws: int = Field(ge=1)
    beta: float
    before: Means
    after: Means
    parameters: list[Moved] = Field(max_length=200)
    encoder_layers: list[Shape] = Field(max_length=40)
    decoder_layers: list[Shape] = Field(max_length=40)


@dataclass(frozen=True, eq=False)
class BatchTrace:
    """The first n images of a batch, with what was computed of each; names as in ``TracedStep``.

    Attributes:
        x, mean, mean_after, by_output: pictures [n, C, h, w], of large images the means over
            squares; float16.
        mu, logvar, noise, z: [n, J]; noise and z are those of the first draw.
        rate, rate_after: [n, J] and distortion, distortion_after: [n], in nats.
        encoder_layers, decoder_layers: the first units [n, units], or maps, made small, [n, c, h,
            w]; float16.
    """

    record: TraceRecord
    x: Tensor
    mean: Tensor
    mean_after: Tensor
    by_output: Tensor
    mu: Tensor
    logvar: Tensor
    noise: Tensor
    z: Tensor
    rate: Tensor
    distortion: Tensor
    rate_after: Tensor
    distortion_after: Tensor
    encoder_layers: list[Tensor]
    decoder_layers: list[Tensor]


def trace_path(run_path: Path) -> Path:
    """Where the trace of a run's latest single batch is, if there is one."""
    return run_path / "batch.safetensors"


def write_trace(run_path: Path, traced: TracedStep, step: int) -> None:
    """Keep the trace of a step; numbers that are not finite leave none. Raises OSError."""
    tensors = {
        "x": _picture(traced.x),
        "mean": _picture(traced.mean),
        "mean_after": _picture(traced.mean_after),
        "by_output": _picture(traced.by_output),
        "mu": traced.posterior.mu,
        "logvar": traced.posterior.logvar,
        "noise": traced.noise[0],
        "z": traced.z[0],
        "rate": traced.before.rate,
        "distortion": traced.before.distortion,
        "rate_after": traced.after.rate,
        "distortion_after": traced.after.distortion,
    }
    for name, layers in _layers(traced).items():
        tensors |= {f"{name}.{at}": _layer(each) for at, each in enumerate(layers)}
    try:
        record = TraceRecord(
            step=step,
            images=len(traced.x),
            draws=len(traced.noise),
            beta=traced.beta,
            before=_means(traced.before),
            after=_means(traced.after),
            parameters=[Moved(**vars(each)) for each in traced.parameters],
            encoder_layers=[list(each.shape[1:]) for each in traced.encoder_layers],
            decoder_layers=[list(each.shape[1:]) for each in traced.decoder_layers],
        )
    except ValidationError:  # the next step will tell that training has diverged
        trace_path(run_path).unlink(missing_ok=True)
        return
    few = {name: tensor[:IMAGES] for name, tensor in tensors.items()}
    write_checkpoint(trace_path(run_path), few, {_RECORD: record.model_dump()})


def traced_at(run_path: Path) -> int | None:
    """The step of the trace that a run has left; None where there is no sound one."""
    try:
        record = read_metadata(trace_path(run_path)).get(_RECORD)
        return TraceRecord.model_validate(record).step
    except (AtlasError, ValidationError):
        return None


def read_trace(run_path: Path) -> BatchTrace:
    """The trace of a run's latest single batch. Raises AtlasError where there is no sound one."""
    path = trace_path(run_path)
    found = read_checkpoint(path)
    try:
        record = TraceRecord.model_validate(found.metadata.get(_RECORD))
        tensors = {name: tensor.float() for name, tensor in found.tensors.items()}
        trace = BatchTrace(
            record=record,
            x=tensors["x"],
            mean=tensors["mean"],
            mean_after=tensors["mean_after"],
            by_output=tensors["by_output"],
            mu=tensors["mu"],
            logvar=tensors["logvar"],
            noise=tensors["noise"],
            z=tensors["z"],
            rate=tensors["rate"],
            distortion=tensors["distortion"],
            rate_after=tensors["rate_after"],
            distortion_after=tensors["distortion_after"],
            encoder_layers=_numbered(tensors, "encoder_layers", record.encoder_layers),
            decoder_layers=_numbered(tensors, "decoder_layers", record.decoder_layers),
        )
    except (ValidationError, KeyError) as error:
        raise _damaged(path) from error
    if not _fits(trace):
        raise _damaged(path)
    return trace


def _numbered(tensors: Mapping[str, Tensor], name: str, shapes: Sized) -> list[Tensor]:
    return [tensors[f"{name}.{at}"] for at in range(len(shapes))]


def _fits(trace: BatchTrace) -> bool:
    """Whether all tensors are of the same images and of one space of codes."""
    count = len(trace.x)
    pictures = (trace.x, trace.mean, trace.mean_after, trace.by_output)
    codes = (trace.mu, trace.logvar, trace.noise, trace.z, trace.rate, trace.rate_after)
    layers = (*trace.encoder_layers, *trace.decoder_layers)
    shapes = (*trace.record.encoder_layers, *trace.record.decoder_layers)
    return (
        0 < count <= min(IMAGES, trace.record.images)
        and trace.x.ndim == 4
        and all(each.numel() > 0 for each in (trace.x, trace.mu, *layers))
        and max(trace.x.shape[2:]) <= LONGEST_SIDE
        and all(each.shape == trace.x.shape for each in pictures)
        and all(each.ndim == 2 and each.shape == trace.mu.shape for each in codes)
        and all(each.shape == (count,) for each in (trace.distortion, trace.distortion_after))
        and len(trace.mu) == count
        and bool(torch.exp(0.5 * trace.logvar).isfinite().all())
        and all(len(each) == count and each.ndim in (2, 4) for each in layers)
        and all(each.ndim == 1 + len(shape) for each, shape in zip(layers, shapes, strict=True))
        and all(each[0].numel() <= MOST_MAPS * MAP_SIDE**2 for each in layers)
    )


def _layers(traced: TracedStep) -> dict[str, list[Tensor]]:
    return {"encoder_layers": traced.encoder_layers, "decoder_layers": traced.decoder_layers}


def _means(terms: BoundTerms) -> Means:
    # In float64, as ``mean_bound``.
    return Means(
        rate=terms.rate.sum(1).double().mean().item(),
        distortion=terms.distortion.double().mean().item(),
    )


def _picture(images: Tensor) -> Tensor:
    return _half(_smaller(images[:IMAGES], LONGEST_SIDE))


def _layer(values: Tensor) -> Tensor:
    if values.ndim == 4:
        return _half(_smaller(values[:IMAGES, :MOST_MAPS].contiguous(), MAP_SIDE))
    return _half(values[:IMAGES, :MOST_UNITS])


def _smaller(images: Tensor, side: int) -> Tensor:
    """The means over squares, so that neither side is longer than this. [n, c, h, w]."""
    square = -(-max(images.shape[2:]) // side)
    return images if square == 1 else functional.avg_pool2d(images, square, ceil_mode=True)


def _half(values: Tensor) -> Tensor:
    return values.clamp(-_LARGEST_HALF, _LARGEST_HALF).half()


def _damaged(path: Path) -> AtlasError:
    return AtlasError(f"{path.name} of the run {path.parent.name} is damaged: take another batch.")
