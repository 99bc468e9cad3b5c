"""The pixels in a pickle, taken out of it without unpickling.

A pickle is a program, and loading it runs whatever it says. Its text is a list of instructions each
with its argument, which `pickletools` describes; here they are walked and none is carried out. The
array in an old NumPy pickle is one long byte string among them.
"""

import io
import pickletools
from pathlib import Path

from vae_core.errors import AtlasError
from vae_core.sentences import why

OPCODES = {opcode.code.encode("latin-1"): opcode for opcode in pickletools.opcodes}
LARGEST = 32 * 2**20  # bytes of a file that is walked at all


def bytes_in_pickle(file: Path, length: int, remedy: str) -> bytes:
    """The first byte string of `length` bytes in the pickle `file`.

    Raises AtlasError, ending in `remedy`, if there is none or if the file is not a pickle.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise AtlasError(f"{file} is larger than {LARGEST >> 20} MiB. {remedy}")
        found = _walk(io.BytesIO(file.read_bytes()), length)
    except FileNotFoundError as error:
        raise AtlasError(f"{file} is missing. {remedy}") from error
    except (OSError, ValueError) as error:
        raise AtlasError(
            f"{file} is not a pickle, or is damaged ({why(error)}). {remedy}"
        ) from error
    if found is None:
        raise AtlasError(f"{file} holds no string of {length:,} bytes. {remedy}")
    return found


def _walk(stream: io.BytesIO, length: int) -> bytes | None:
    """Raises ValueError at what is no instruction."""
    # pickletools.genops would do, did Python 3.11 not refuse bytes above 127 in the strings of
    # Python 2, which is where they are.
    while code := stream.read(1):
        opcode = OPCODES.get(code)
        if opcode is None:
            raise ValueError(f"no instruction {code!r} at byte {stream.tell() - 1:,}")
        if opcode.name == "STOP":
            return None
        if opcode.name == "STRING":
            argument: object = _quoted(stream.readline())
        else:
            argument = opcode.arg.reader(stream) if opcode.arg is not None else None
        if isinstance(argument, str) and opcode.name in ("BINSTRING", "SHORT_BINSTRING"):
            argument = argument.encode("latin-1")
        if isinstance(argument, bytes | bytearray) and len(argument) == length:
            return bytes(argument)
    raise ValueError("it ends before its STOP")


def _quoted(line: bytes) -> bytes:
    """The bytes that Python 2 wrote as text in quotes, with escapes, and a line feed."""
    text = line.removesuffix(b"\n")
    if len(text) < 2 or text == line or text[:1] not in (b"'", b'"') or text[-1:] != text[:1]:
        raise ValueError("a string without its quotes")
    return text[1:-1].decode("unicode_escape").encode("latin-1")
