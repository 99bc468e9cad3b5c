"""Weights from elsewhere: under other names, in other precision, or of a plain network.

What differs in form alone is put right as a file is read. A plain VAE of fully connected layers,
which says of itself nothing but the shapes of its matrices, is converted on request.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from math import prod

import torch
from pydantic import ValidationError
from torch import Tensor

from vae_core.checkpoint import Checkpoint
from vae_core.errors import AtlasError
from vae_core.models.architecture import Architecture
from vae_core.models.networks.layers import Activation
from vae_core.options import options_of, refusal
from vae_core.sentences import counted, plain

# What wrappers of PyTorch put before every name: parallel training, and its compiler.
PREFIXES = ("module.", "_orig_mod.")
MOST_LAYERS, MOST_WAYS = 16, 1000
_WIDTH, _MEAN, _DEVIATION = (
    re.compile(words) for words in (r"var|sigma|std|scale", r"mu|mean|loc", r"sigma|std|scale")
)
_PRECISIONS = (torch.float16, torch.bfloat16, torch.float64)

# Weight and bias by the name of their layer.
Layers = Mapping[str, tuple[Tensor, Tensor]]
# The layers on the way down, the two heads, and the layers on the way up.
Way = tuple[list[str], tuple[str, str], list[str]]


def settled(checkpoint: Checkpoint, name: str) -> Checkpoint:
    """The same weights under their own names, in float32.

    Raises AtlasError where a number is too large for float32; ``name`` is what to call the file.
    """
    tensors = checkpoint.tensors
    while prefix := next((p for p in PREFIXES if _all_begin(tensors, p)), None):
        tensors = {key.removeprefix(prefix): value for key, value in tensors.items()}
    found = {key: v.float() if v.dtype in _PRECISIONS else v for key, v in tensors.items()}
    for key, value in found.items():
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise AtlasError(
                f"{name} holds numbers in {key} that are too large for float32: scale its weights."
            )
    return Checkpoint(found, checkpoint.metadata)


def from_plain_mlp(
    tensors: Mapping[str, Tensor],
    image_shape: tuple[int, int, int],
    activation: Activation = "relu",
    name: str = "the file",
) -> tuple[Architecture, dict[str, Tensor]]:
    """The architecture of a plain VAE of fully connected layers, and its weights under our names.

    Its layers are found by their shapes, in the order of their names: from D numbers an image down
    to two heads of one shape (the mean and the logarithm of the variance of q(z|x), in this order),
    and back from J latents up to D logits, as in PyTorch's own example.

    Args:
        tensors: matrices [out, in] called ``….weight`` and biases [out] called ``….bias``.
        image_shape: (C, H, W), D of them together.
        activation: between the layers; a file of weights does not tell.
        name: what to call the file in errors.

    Raises:
        AtlasError: the matrices make up no such network.
    """
    layers = _layers(tensors, name)
    pixels = prod(image_shape)
    ways = list(islice(_ways_down(layers, pixels, pixels), MOST_WAYS))
    if not ways:
        raise _no_mlp(name, layers, pixels)
    down, (mu, logvar), up = min(ways, key=lambda way: not _mirrors(way, layers))
    hidden = tuple(layers[key][0].shape[0] for key in down)
    if not _mirrors((down, (mu, logvar), up), layers):
        back = tuple(layers[key][0].shape[0] for key in up)
        raise AtlasError(
            f"{name} goes down by {_widths(hidden)} and up by {_widths(back)}: the decoder must "
            f"mirror the encoder, and end in an image’s {counted(pixels, 'number')}."
        )
    _check_meaning(logvar, name)
    latent_dim = layers[mu][0].shape[0]
    places = [
        *((key, f"encoder.layers.{k}") for k, key in enumerate(down)),
        (mu, "encoder.mu"),
        (logvar, "encoder.logvar"),
        *((key, f"decoder.layers.{k}") for k, key in enumerate(up[:-1])),
        (up[-1], "decoder.output"),
    ]
    try:
        architecture = Architecture(
            image_shape=image_shape, latent_dim=latent_dim, hidden=hidden, activation=activation
        )
    except ValidationError as error:
        told = refusal(error, options_of(Architecture))
        raise AtlasError(f"{name} is a network that this program does not have. {told}.") from error
    weights = {}
    for key, place in places:
        weights[f"{place}.weight"], weights[f"{place}.bias"] = layers[key]
    return architecture, weights


def _ways_down(left: Layers, width: int, pixels: int) -> Iterator[Way]:
    """The ways through all layers: down from `width` numbers to two heads, and up to `pixels`."""
    fitting = _reading(left, width)
    heads = _heads(fitting, left)
    if heads is not None:
        rest = {key: layer for key, layer in left.items() if key not in heads}
        for up in _ways_up(rest, left[heads[0]][0].shape[0], pixels):
            yield [], heads, up
    for key in _one_of_each_shape(fitting, left):
        for down, found, up in _ways_down(_without(left, key), left[key][0].shape[0], pixels):
            yield [key, *down], found, up


def _ways_up(left: Layers, width: int, pixels: int) -> Iterator[list[str]]:
    """The ways through all these layers from `width` numbers to `pixels`."""
    if not left:
        if width == pixels:
            yield []
        return
    for key in _one_of_each_shape(_reading(left, width), left):
        for rest in _ways_up(_without(left, key), left[key][0].shape[0], pixels):
            yield [key, *rest]


def _reading(layers: Layers, width: int) -> list[str]:
    """The layers that read so many numbers."""
    return [key for key, (weight, _) in layers.items() if weight.shape[1] == width]


def _one_of_each_shape(names: list[str], layers: Layers) -> list[str]:
    """The first of those of one shape: the others lead nowhere else."""
    return list({layers[key][0].shape: key for key in reversed(names)}.values())[::-1]


def _without(layers: Layers, key: str) -> Layers:
    return {each: layer for each, layer in layers.items() if each != key}


def _mirrors(way: Way, layers: Layers) -> bool:
    """Whether the decoder is as wide as the encoder, from the latents outwards."""
    down, _, up = way
    widths = [layers[key][0].shape[0] for key in down]
    return [layers[key][0].shape[0] for key in up[:-1]] == widths[::-1] and bool(up)


def _all_begin(tensors: Mapping[str, Tensor], prefix: str) -> bool:
    return bool(tensors) and all(key.startswith(prefix) for key in tensors)


def _layers(tensors: Mapping[str, Tensor], name: str) -> dict[str, tuple[Tensor, Tensor]]:
    """Weight and bias of each layer in float32, by its name, in natural order."""
    names = sorted({key.rpartition(".")[0] for key in tensors}, key=_natural)
    if len(names) > MOST_LAYERS:
        raise AtlasError(
            f"{name} holds {len(names):,} layers: plain networks of up to {MOST_LAYERS} of them "
            "are converted."
        )
    layers = {}
    for each in names:
        weight, bias = tensors.get(f"{each}.weight"), tensors.get(f"{each}.bias")
        if weight is None or weight.dim() != 2:
            raise AtlasError(
                f"{name} holds {each}, which is no fully connected layer: only plain networks of "
                "such layers are converted."
            )
        width = weight.shape[0]
        if bias is not None and bias.shape != (width,):
            raise AtlasError(f"{name} has a bias in {each} that does not fit its weight.")
        layers[each] = (weight.float(), torch.zeros(width) if bias is None else bias.float())
    return layers


def _heads(fitting: list[str], layers: Layers) -> tuple[str, str] | None:
    """Two layers of one shape that read the same numbers: the mean, and the log variance."""
    called = {key: _letters(key) for key in fitting}
    for place, one in enumerate(fitting):
        for other in fitting[place + 1 :]:
            if layers[one][0].shape == layers[other][0].shape:
                # By their names where these tell, else in their order.
                swapped = _WIDTH.search(called[one]) or _MEAN.search(called[other])
                return (other, one) if swapped else (one, other)
    return None


def _check_meaning(logvar: str, name: str) -> None:
    """Raises AtlasError where the head of the width is called after the deviation."""
    if _DEVIATION.search(_letters(logvar)) and "var" not in _letters(logvar):
        raise AtlasError(
            f"{name} has a head “{plain(logvar)}”, which may tell a variance or a deviation: where "
            "it is the logarithm of the variance, call it logvar; where it is that of the "
            "deviation, double its weight and bias and call it logvar."
        )


def _letters(key: str) -> str:
    return re.sub(r"[^a-z]", "", key.lower())


def _no_mlp(name: str, layers: Layers, pixels: int) -> AtlasError:
    found = ", ".join(f"{key} {list(weight.shape)}" for key, (weight, _) in layers.items())
    return AtlasError(
        f"{name} is no plain VAE for images of {counted(pixels, 'number')}: its layers "
        f"({found[:300]}) do not lead down to two heads of one shape and up again."
    )


def _widths(widths: tuple[int, ...]) -> str:
    return "–".join(str(width) for width in widths) or "nothing"


def _natural(text: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", text)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
