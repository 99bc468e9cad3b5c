"""Dataclasses of numbers and tensors as JSON and back, checked by their own type hints.

For what is kept on a disk: nothing in a file names a class of its choice, and what does not fit the
hints is refused.
"""

import base64
import binascii
import math
import types
import typing
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Literal, NoReturn, TypeVar, Union, cast, get_args, get_origin

import torch
from torch import Tensor

T = TypeVar("T")
_KIND = "kind"  # of a dataclass that stands where its base is hinted
_DTYPES = {str(each)[6:]: each for each in (
    torch.bool, torch.uint8, torch.int32, torch.int64, torch.float32, torch.float64
)}  # fmt: skip
_MOST_BYTES = 512 * 2**20  # of one tensor


class Misfit(ValueError):
    """What was read is not what the hints say."""


def plain(value: object) -> object:
    """A value as JSON has it. TypeError for what it has no form for."""
    if isinstance(value, Tensor):
        return _packed(value)
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
        return {_KIND: type(value).__name__, **told}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def read(kind: type[T], value: object) -> T:
    """The dataclass of this kind that JSON stands for. Raises Misfit where it is another."""
    return cast("T", _read(kind, value))


def _read(hint: object, value: object) -> object:
    """The value of a type hint."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _any_of(args, value)
    if origin is Literal:
        return value if value in args else _misfit(hint, value)
    if origin in (tuple, list, frozenset):
        return origin(_several(args, value, fixed=origin is tuple and args[-1] is not Ellipsis))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            return _misfit(hint, value)
        return {_read(args[0], key): _read(args[1], each) for key, each in value.items()}
    if hint is Tensor:
        return _unpacked(value)
    if isinstance(hint, type) and isinstance(value, dict):
        return _dataclass(hint, value)
    return _one(hint, value)


def _one(hint: object, value: object) -> object:
    """A number, a word, or nothing."""
    if hint is float:
        if isinstance(value, str) and value in ("nan", "inf", "-inf"):
            return float(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    elif hint is type(None) and value is None:
        return None
    elif hint in (int, str, bool) and type(value) is hint:
        return value
    return _misfit(hint, value)


def _any_of(hints: Sequence[object], value: object) -> object:
    for each in hints:
        try:
            return _read(each, value)
        except Misfit:
            continue
    return _misfit(hints, value)


def _several(hints: Sequence[object], value: object, *, fixed: bool) -> list[object]:
    if not isinstance(value, list) or (fixed and len(hints) != len(value)):
        return _misfit(hints, value)
    each = hints if fixed else [hints[0]] * len(value)
    return [_read(hint, one) for hint, one in zip(each, value, strict=True)]


def _dataclass(hint: type, value: dict[str, object]) -> object:
    kind = next((each for each in _kinds(hint) if each.__name__ == value.get(_KIND)), None)
    if kind is None:
        return _misfit(hint, value)
    hints = typing.get_type_hints(kind)
    names = {each.name for each in fields(kind)}
    if names != value.keys() - {_KIND}:
        return _misfit(hint, value)
    return kind(**{name: _read(hints[name], value[name]) for name in names})


def _kinds(hint: type) -> list[type[Any]]:
    """The dataclass that a hint names, and those that are made from it."""
    found = [hint]
    for each in found:
        found += each.__subclasses__()
    return [each for each in found if is_dataclass(each)]


def _packed(tensor: Tensor) -> dict[str, object]:
    whole = tensor.detach().cpu().contiguous()
    content = zlib.compress(whole.numpy().tobytes(), 6)
    return {
        "dtype": str(whole.dtype)[6:],
        "shape": list(whole.shape),
        "content": base64.b64encode(content).decode("ascii"),
    }


def _unpacked(value: object) -> Tensor:
    """Of no more bytes than its shape says."""
    match value:
        case {"dtype": str(name), "shape": list(shape), "content": str(content)}:
            dtype = _DTYPES.get(name)
        case _:
            return _misfit(Tensor, value)
    if dtype is None or not all(type(each) is int and each >= 0 for each in shape):
        return _misfit(Tensor, shape)
    size = math.prod(shape) * dtype.itemsize
    if size > _MOST_BYTES:
        _misfit(Tensor, shape)
    try:
        packed = base64.b64decode(content, validate=True)
        whole = zlib.decompressobj().decompress(packed, size + 1)
    except (binascii.Error, zlib.error) as error:
        raise Misfit(str(error)) from error
    if len(whole) != size:
        _misfit(Tensor, shape)
    if not size:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(whole), dtype=dtype).reshape(shape)


def _misfit(hint: object, value: object) -> NoReturn:
    raise Misfit(f"{type(value).__name__} is no {hint}")
