"""The strings of an array of Python objects, taken out of its file without unpickling.

NumPy writes such arrays as a pickle, and a pickle is a program: loading it runs whatever it says.
Here its instructions are walked, and of each only what it does to plain values is done. Whatever it
wants called is noted down and never called.
"""

import io
import math
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST = 20_000_000  # instructions
OPCODES = {opcode.code.encode("latin-1"): opcode for opcode in pickletools.opcodes}


@dataclass
class _Call:
    """Something that the pickle wants called, and with what: nobody calls it."""

    name: object
    arguments: Any
    state: object = None


class _Mark:
    """Where a list of values on the stack begins."""


def strings_in(content: bytes, count: int) -> list[str | None] | None:
    """The `count` values of a pickled array, as text; None where it is not one of plain values.

    Text, whole numbers, numbers and booleans are plain; nothing (None, NaN) is None.
    """
    try:
        array = _walk(io.BytesIO(content))
        if not isinstance(array, _Call) or not isinstance(array.state, tuple) or not array.state:
            return None
        values = array.state[-1]
        if not isinstance(values, list) or len(values) != count:
            return None
        return [_text(value) for value in values]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, UnicodeError, EOFError):
        return None


def _text(value: object) -> str | None:
    """A plain value as text, None for nothing. Raises TypeError at anything else."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float):
        whole = str(int(value)) if value.is_integer() else str(value)
        return None if math.isnan(value) else whole
    if isinstance(value, int):
        return str(value)
    if isinstance(value, _Call):
        return _text(_scalar(value))
    raise TypeError(f"{type(value)} is no plain value")


def _scalar(call: _Call) -> object:
    """The number that NumPy's `scalar(dtype, bytes)` would make. Raises at anything else."""
    # Only what is text is looked at: anything else may be nested so that nobody ever reads it all.
    called: Any = call.name.arguments if isinstance(call.name, _Call) else ()
    function = called.rpartition(" ")[2] if isinstance(called, str) else called[-1]
    if not isinstance(function, str) or function != "scalar":
        raise TypeError("no number of NumPy's")
    dtype, content = call.arguments  # type of the number, its bytes
    if not isinstance(dtype.arguments[0], str):
        raise TypeError("no plain number")
    kind = np.dtype(dtype.arguments[0])
    if kind.kind not in "biufU" or len(content) != kind.itemsize:
        raise TypeError("no plain number")
    return np.frombuffer(content, kind)[0].item()


def _walk(stream: io.BytesIO) -> object:
    """What lies on the stack in the end. Raises ValueError and the like at anything unexpected."""
    stack: list[Any] = []
    memo: dict[object, Any] = {}
    for _ in range(MOST):
        code = stream.read(1)
        opcode = OPCODES.get(code)
        if opcode is None:
            raise ValueError(f"no instruction {code!r}")
        argument = opcode.arg.reader(stream) if opcode.arg is not None else None
        name = opcode.name
        if name == "STOP":
            return stack.pop()
        if name in _VALUES:
            stack.append(_VALUES[name])
        elif name in _MADE:
            stack.append(_MADE[name]())
        elif name in ("PROTO", "FRAME"):
            pass
        elif name == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif name.endswith("PUT"):
            memo[argument] = stack[-1]
        elif name.endswith("GET"):
            stack.append(memo[argument])
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            size = int(name[-1])
            stack[-size:] = [tuple(stack[-size:])]
        elif name == "TUPLE":
            stack.append(tuple(_since_mark(stack)))
        elif name == "LIST":
            stack.append(_since_mark(stack))
        elif name == "APPEND":
            value = stack.pop()
            stack[-1].append(value)
        elif name == "APPENDS":
            values = _since_mark(stack)
            stack[-1].extend(values)
        elif name == "GLOBAL":
            stack.append(_Call("global", argument))
        elif name == "STACK_GLOBAL":
            stack[-2:] = [_Call("global", tuple(stack[-2:]))]
        elif name == "REDUCE":
            arguments = stack.pop()
            stack[-1] = _Call(stack[-1], arguments)
        elif name == "BUILD":
            state = stack.pop()
            stack[-1].state = state
        elif opcode.arg is not None and isinstance(argument, str | bytes | int | float | bool):
            stack.append(argument)
        else:
            raise ValueError(f"{name} has no place in an array")
    raise ValueError("too many instructions")


def _since_mark(stack: list[Any]) -> list[Any]:
    values = []
    while not isinstance(value := stack.pop(), _Mark):
        values.append(value)
    return values[::-1]


_VALUES: dict[str, object] = {
    "NONE": None,
    "NEWTRUE": True,
    "NEWFALSE": False,
    "EMPTY_TUPLE": (),
}
_MADE: dict[str, Callable[[], object]] = {"MARK": _Mark, "EMPTY_LIST": list, "EMPTY_DICT": dict}
