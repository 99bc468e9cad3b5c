"""The border for model files: safetensors in, safetensors out, never a pickle.

A file is a dictionary of named tensors and one JSON document in its header (key ``latent_atlas``).
What the tensors *mean* is for ``vae_core.models`` to say; this module only vouches for the file:
that it is a safetensors file, that its pieces are where its header says, and that every number in
it is finite.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors import torch as safetensors_torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.sentences import plain, why

METADATA_KEY = "latent_atlas"
LARGEST_FILE = 512 * 2**20  # bytes; a model of 512 latents and wide layers is far below
LARGEST_HEADER = 2**20  # bytes; ours are a few kilobytes
OURS = "Choose a model.safetensors that Latent Atlas wrote."
ANYBODYS = "Write it with `save_file` of safetensors.torch."

_PICKLE_STARTS = (
    b"\x80",
    b"PK\x03\x04",
)  # a bare pickle, or the ZIP around one that torch.save writes


@dataclass(frozen=True)
class Checkpoint:
    """What a model file holds: tensors by name, and the JSON document of its header."""

    tensors: dict[str, Tensor]
    metadata: dict[str, Any]


def read_checkpoint(source: Path | bytes, name: str | None = None) -> Checkpoint:
    """Read and check a model file, given as a path or as bytes (then ``name`` is how to call it).

    Raises:
        AtlasError: it is missing, too large, not safetensors, a pickle, cut short, was not written
            by Latent Atlas, or holds a number that is not finite.
    """
    name, content = _content(source, name)
    metadata = _metadata(_header(content, name, OURS), name)
    return Checkpoint(_tensors(content, name), metadata)


def read_metadata(path: Path) -> dict[str, Any]:
    """The JSON document in the header of a model file, without reading its tensors.

    Raises:
        AtlasError: it is missing, not safetensors, cut short, or was not written by Latent Atlas.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = min(int.from_bytes(start, "little"), LARGEST_HEADER + 1)
            content = start + file.read(length)
    except OSError as error:
        raise AtlasError(f"{path} cannot be read ({error.strerror}).") from error
    return _metadata(_header(content, path.name, OURS), path.name)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors in a safetensors file that anybody wrote.

    Raises:
        AtlasError: it is missing, too large, not safetensors, a pickle, cut short, or holds a
            number that is not finite.
    """
    name, content = _content(path, None)
    _header(content, name, ANYBODYS)
    return _tensors(content, name)


def checkpoint_bytes(tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]) -> bytes:
    """The content of a model file with these tensors (any shapes) and this JSON document."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    header = {METADATA_KEY: json.dumps(metadata, sort_keys=True, allow_nan=False)}
    return safetensors_torch.save(whole, metadata=header)


def write_checkpoint(
    path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, Any]
) -> None:
    """Write a model file so that ``path`` holds either the old content or the whole new one.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    content = checkpoint_bytes(tensors, metadata)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _content(source: Path | bytes, name: str | None) -> tuple[str, bytes]:
    """How to call a file, and what is in it."""
    if isinstance(source, Path):
        name = name or source.name
        return name, _file_content(source, name)
    name = name or "the file"
    if len(source) > LARGEST_FILE:
        raise AtlasError(_too_large(name, len(source)))
    return name, source


def _tensors(content: bytes, name: str) -> dict[str, Tensor]:
    try:
        tensors = safetensors_torch.load(content)
    except (SafetensorError, ValueError, KeyError) as error:
        raise AtlasError(
            f"{name} is damaged: its contents do not match its header ({why(error)}). "
            "Copy or download it again."
        ) from error
    for key, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise AtlasError(
                f"{name} holds numbers that are not finite (NaN or infinity, in {plain(key)}): "
                "its training diverged. Use an earlier checkpoint."
            )
    return tensors


def _file_content(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise AtlasError(f"{path} is a folder, not a model file: name the .safetensors in it.")
        if size > LARGEST_FILE:
            raise AtlasError(_too_large(name, size))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise AtlasError(f"There is no file {path}: check the path of the model.") from error
    except OSError as error:
        raise AtlasError(
            f"{path} cannot be read ({error.strerror}): check its permissions."
        ) from error


def _header(content: bytes, name: str, wanted: str) -> dict[str, Any]:
    """The JSON header of a safetensors file: 8 bytes of length (little endian), then the text.

    ``wanted`` is the file that a sentence asks for instead.
    """
    if content.startswith(_PICKLE_STARTS) and not content[8:9] == b"{":
        raise AtlasError(
            f"{name} is a PyTorch pickle or ZIP, and opening one can run any program hidden in it. "
            "Where it was made: `from safetensors.torch import save_file`, then "
            '`save_file(model.state_dict(), "weights.safetensors")`; `latent-atlas convert` reads '
            "that, if it is a plain VAE of fully connected layers."
        )
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or content[8:9] != b"{" or length > LARGEST_HEADER:
        raise AtlasError(f"{name} is not a safetensors file. {wanted}")
    if len(content) < 8 + length:
        raise AtlasError(f"{name} is cut short. Copy or download it again.")
    try:
        header = json.loads(content[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        raise AtlasError(
            f"{name} is not a safetensors file (its header is not JSON). {wanted}"
        ) from error
    if not isinstance(header, dict):
        raise AtlasError(
            f"{name} is not a safetensors file (its header is not an object). {wanted}"
        )
    return header


def _metadata(header: dict[str, Any], name: str) -> dict[str, Any]:
    extra = header.get("__metadata__")
    text = extra.get(METADATA_KEY) if isinstance(extra, dict) else None
    try:
        metadata = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        metadata = None
    if not isinstance(metadata, dict):
        raise AtlasError(
            f"{name} is a safetensors file, but not one of Latent Atlas: its header "
            "does not describe a model. Choose a model.safetensors from a run or an export, or "
            "turn a plain VAE into one with `latent-atlas convert`."
        )
    return metadata


def _too_large(name: str, size: int) -> str:
    limit = LARGEST_FILE // 2**20
    return f"{name} has {size / 2**20:z,.0f} MiB; a model file may have {limit} MiB at most."
