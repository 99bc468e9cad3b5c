"""The files that commands write: whole or not at all, and not over what they are made from."""

import argparse
import os
import secrets
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from vae_core.errors import AtlasError
from vae_core.sentences import listed

STANDARD_OUTPUT = Path("-")


def add_out(
    parser: argparse.ArgumentParser, metavar: str, description: str, *, required: bool = True
) -> None:
    """The options `--out` and `--force`."""
    parser.add_argument(
        "--out",
        type=Path,
        required=required,
        metavar=metavar,
        help=f"{description}; - is standard output",
    )
    parser.add_argument(
        "--force", action="store_true", help="write over the very file that is read"
    )


def check_out(
    args: argparse.Namespace, suffixes: tuple[str, ...], sources: Iterable[Path] = ()
) -> None:
    """Refuse before the work what could not be meant.

    Args:
        args: with `out` and `force` of `add_out`, and perhaps `json`.
        suffixes: what a file of this format ends in, the usual one first.
        sources: the files that the output is made from.

    Raises:
        AtlasError: the name ends in what another format does, is that of a source or a folder, or
            nothing can be written there.
    """
    out: Path = args.out
    if out == STANDARD_OUTPUT:
        if getattr(args, "json", False):
            raise AtlasError("--json and --out - both want standard output: name a file.")
        return
    suffix = out.suffix.lower()
    if suffix and suffix not in suffixes and not _is_special(out):
        raise AtlasError(
            f"{out} ends in {suffix}, and this writes {listed(suffixes, 'or')}: name it "
            f"{out.with_suffix(suffixes[0]).name}."
        )
    if out.is_dir():
        raise AtlasError(f"{out} is a folder: name a file in it.")
    if (reason := _refused(out)) is not None:
        raise _unwritten(out, reason)
    if not args.force and any(_same(out, source) for source in sources):
        raise AtlasError(
            f"{out} is what this is made from: name another file, or add --force to write over it."
        )


def write_out(out: Path, content: Iterable[bytes]) -> int:
    """Write a file whole or not at all; returns its size in bytes.

    A link stays one, and what it points to is written. Pipes and devices are written into.

    Raises:
        AtlasError: it cannot be written.
        BrokenPipeError: whoever reads it has enough.
    """
    try:
        if out == STANDARD_OUTPUT:
            return _poured(content)
        if _is_special(out):
            with out.open("wb") as stream:
                return sum(stream.write(piece) for piece in content)
        return _replaced(out.resolve() if out.is_symlink() else out, content)
    except BrokenPipeError:
        raise
    except (OSError, RuntimeError) as error:  # a link in a circle is a RuntimeError to Python 3.11
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise _unwritten(out, reason) from error


def _unwritten(out: Path, reason: object) -> AtlasError:
    return AtlasError(
        f"{out} could not be written ({reason}): "
        "name a file in a folder that exists and that you may write to."
    )


def _refused(out: Path) -> str | None:
    """Why nothing can be written there, as far as that can be told before; None for no reason."""
    try:
        place = out.resolve() if out.is_symlink() else out
        if _is_special(place):
            return None
        if not place.parent.is_dir():
            return f"there is no folder {place.parent}"
    except (OSError, RuntimeError):  # a link in a circle, which the attempt to write tells
        return None
    try:
        # Rights do not tell of all: not of what cannot be written to, nor of /proc.
        with tempfile.TemporaryFile(dir=place.parent):
            return None
    except OSError:
        return f"the folder {place.parent} takes no files"


def _poured(content: Iterable[bytes]) -> int:
    size = 0
    for piece in content:
        size += sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return size


def _replaced(path: Path, content: Iterable[bytes]) -> int:
    temporary = path.parent / f".{path.name[:100]}.{secrets.token_hex(4)}.part"
    size = 0
    try:
        with temporary.open("xb") as stream:
            for piece in content:
                size += stream.write(piece)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return size


def _is_special(path: Path) -> bool:
    """Whether it is there and neither a file nor a folder: a pipe, a device."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.exists() and one.samefile(other)
    return False
