"""What people add to a run: a title of their own, a note, tags, a star.

A file of its own in the run's folder, ``annotations.json``: what was asked for stays as it was, and
a run goes on training while somebody writes here. The name that a run was given at its start stays
in its configuration; a title stands before it.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from vae_core.errors import AtlasError
from vae_core.options import options_of, refusal
from vae_core.runs.files import write_atomically
from vae_core.runs.gone import check_here
from vae_core.runs.lock import FileLock
from vae_core.runs.unchanged import Unchanged
from vae_core.sentences import counted, plain

FILE = "annotations.json"
_LOCK = "annotations.lock"
MOST_TAGS = 32
LARGEST = 1 << 16  # bytes of the file
_PATIENCE = 5.0  # seconds; another tab writes for a thousandth of one

# A tag is searched for as one word.
Tag = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        min_length=1,
        max_length=40,
        pattern=r"^[^\s,:\"<>=!\-][^\s,:\"<>=!]*$",
    ),
]


class Annotations(BaseModel):
    """The content of ``annotations.json``; the defaults where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    version: Literal[1] = 1
    title: Annotated[str, Field(max_length=80, title="Title")] = ""
    note: Annotated[str, Field(max_length=2_000, title="Note")] = ""
    tags: Annotated[tuple[Tag, ...], Field(max_length=MOST_TAGS, title="Tags")] = ()
    starred: bool = False


def annotations_of(folder: Path | str) -> Annotations:
    """What was added to the run in ``folder``; the defaults where that cannot be read."""
    try:
        return _stored(f"{folder}/{FILE}")
    except AtlasError:
        return Annotations()


def annotations_problem(folder: Path | str) -> str | None:
    """Why what was added cannot be read, in a sentence; None where it can, or where nothing was."""
    try:
        _stored(f"{folder}/{FILE}")
    except AtlasError as problem:
        return str(problem)
    return None


def annotate(
    folder: Path,
    *,
    title: str | None = None,
    note: str | None = None,
    add_tags: Iterable[str] = (),
    remove_tags: Iterable[str] = (),
    starred: bool | None = None,
) -> Annotations:
    """Change what is given, and leave the rest as it is by now, whoever wrote it.

    What cannot be read is kept beside as ``annotations.damaged.json``, and the file begins anew.

    Args:
        folder: of the run.
        title: "" gives the run back the name that it began with.
        note: "" takes it away.
        add_tags: one word each, kept in small letters.
        remove_tags: those that are not there are no matter.

    Returns:
        What holds afterwards.

    Raises:
        AtlasError: a value cannot be, the file is of a later version, or it cannot be written.
    """
    told = {"title": title, "note": note, "starred": starred}
    given = {name: value for name, value in told.items() if value is not None}
    more, less = _tags(add_tags), _tags(remove_tags)
    _validated(given)  # refused before anything is touched
    check_here(folder)
    lock = FileLock(folder / _LOCK)
    try:
        if not lock.acquire(_PATIENCE):
            raise AtlasError(f"Somebody else is writing about {folder.name}: try again.")
        before = _before(folder / FILE)
        tags = [tag for tag in dict.fromkeys((*before.tags, *more)) if tag not in less]
        after = _validated({**before.model_dump(), **given, "tags": tags})
        if after != before:
            write_atomically(folder / FILE, after.model_dump_json(indent=1))
        return after
    except OSError as error:
        raise AtlasError(
            f"{folder / FILE} cannot be written ({error.strerror or error}): "
            "free some space or check its permissions."
        ) from error
    finally:
        lock.release()


def read_annotations(content: bytes, where: str) -> Annotations:
    """From the bytes of a file. Raises AtlasError with ``where`` in its sentence."""
    try:
        if len(content) > LARGEST:
            raise AtlasError(f"{where} is larger than any that Latent Atlas writes: {_REMEDY}")
        return Annotations.model_validate_json(content)
    except ValidationError as error:
        if any(each["loc"] == ("version",) for each in error.errors()):
            raise _Later(
                f"{where} has a format that this version does not read: update Latent Atlas."
            ) from error
        raise AtlasError(f"{where} is damaged: {_REMEDY}") from error


_REMEDY = "title, note, tags and star of the run are left out until you give them anew."


class _Later(AtlasError):
    """A sound file of a later version, which is not to be written over."""


def _read(path: Path) -> Annotations:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Annotations()
    except OSError as error:
        raise AtlasError(
            f"{path.name} of {path.parent.name} cannot be read ({error.strerror}): {_REMEDY}"
        ) from error
    return read_annotations(content, f"{path.name} of {path.parent.name}")


_stored = Unchanged(_read)


def _before(path: Path) -> Annotations:
    try:
        return _read(path)
    except _Later:
        raise
    except AtlasError:
        os.replace(path, path.with_name("annotations.damaged.json"))
        return Annotations()


def _tags(told: Iterable[str]) -> tuple[str, ...]:
    tags = [" ".join(each.split()) for each in told]
    return _validated({"tags": tags}).tags if len(tags) <= MOST_TAGS else _refuse_many(len(tags))


def _refuse_many(count: int) -> tuple[str, ...]:
    raise AtlasError(f"A run has at most {counted(MOST_TAGS, 'tag')}, not {count}.")


def _validated(values: Mapping[str, object]) -> Annotations:
    try:
        return Annotations.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        if first["loc"][0] == "tags":
            if len(first["loc"]) > 1:
                raise AtlasError(
                    f"A tag cannot be “{plain(str(first['input']), 60)}”: give one word of at most "
                    "40 characters, without any of , : < > = ! and quotes."
                ) from error
            _refuse_many(len(values["tags"]))  # type: ignore[arg-type]
        raise AtlasError(f"{refusal(error, options_of(Annotations))}.") from error
