"""What was measured, on disk below the app's cache folder: there after a reload and a restart.

A file is JSON that is checked when it is read; one that is damaged, or of an older form, is
measured anew.
"""

import hashlib
import json
from typing import TypeVar

from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.plain_data import Misfit, plain, read
from latent_atlas.ui.file_shelf import FileShelf
from latent_atlas.ui.reconstruct.kept import Kept

F = TypeVar("F")

SHELF = FileShelf("diagnoses", ".json", largest=64 * 2**20, most=512 * 2**20)
_FORMAT = 2  # rises when a section measures otherwise than before
_in_memory: Kept[object] = Kept(16)


def find(key: str, chapter: Chapter[F]) -> F | None:
    """What was found under this key, a hexadecimal digest; None where nothing sound is kept."""
    path = SHELF.path(key)
    known = _in_memory.get(path)
    if isinstance(known, chapter.finding):
        return known
    content = SHELF.read(key)
    if content is None:
        return None
    try:
        found: F = _sound(content, chapter)
    except (ValueError, KeyError, TypeError, RecursionError):  # torn, or of another form
        SHELF.drop(key)
        return None
    _in_memory.put(path, found)
    return found


def keep(key: str, chapter: Chapter[F], found: F) -> None:
    """Keep what was found."""
    _in_memory.put(SHELF.path(key), found)
    body = json.dumps(plain(found), allow_nan=False)
    told = {"format": _FORMAT, "section": chapter.name, "sha256": _digest(body), "finding": body}
    SHELF.write(key, json.dumps(told).encode())


def _sound(content: bytes, chapter: Chapter[F]) -> F:
    """Raises ValueError and KeyError for what was not written here, whole and of this section."""
    told = json.loads(content)
    if (told["format"], told["section"]) != (_FORMAT, chapter.name):
        raise Misfit("it is of another form")
    if told["sha256"] != _digest(told["finding"]):
        raise Misfit("it is damaged")
    found: F = read(chapter.finding, json.loads(told["finding"]))
    return found


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
