"""What was measured, on disk below the app's cache folder: there after a reload and a restart.

A file is JSON that is checked when it is read; one that is damaged, or of an older form, is thrown
away and measured anew. Those that were not read for longest make room, and a disk that is full
costs time alone.
"""

import hashlib
import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from latent_atlas.places import app_cache
from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.plain_data import Misfit, plain, read
from latent_atlas.ui.reconstruct.kept import Kept

F = TypeVar("F")

MOST = 200  # files
_LARGEST = 64 * 2**20  # bytes of one; a larger one is not kept
_FORMAT = 1  # rises when a section measures otherwise than before
_SUFFIX = ".json"
_in_memory: Kept[object] = Kept(16)


def folder() -> Path:
    """Where they are."""
    return app_cache() / "diagnoses"


def find(key: str, chapter: Chapter[F]) -> F | None:
    """What was found under this key, a hexadecimal digest; None where nothing sound is kept."""
    known = _in_memory.get((folder(), key))
    if isinstance(known, chapter.finding):
        return known
    path = _path(key)
    try:
        if path.stat().st_size > _LARGEST:
            raise Misfit("it is too large")
        found: F = _sound(path.read_bytes(), chapter)
    except OSError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):  # torn, or of another form
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):
        os.utime(path)  # read just now: others make room first
    _in_memory.put((folder(), key), found)
    return found


def keep(key: str, chapter: Chapter[F], found: F) -> None:
    """Keep what was found, whole or not at all; a disk that refuses keeps nothing."""
    _in_memory.put((folder(), key), found)
    body = json.dumps(plain(found), allow_nan=False)
    told = {"format": _FORMAT, "section": chapter.name, "sha256": _digest(body), "finding": body}
    content = json.dumps(told).encode()
    if len(content) > _LARGEST:
        return
    # A name of its own: two servers on one cache may write the same at the same time.
    temporary = folder() / f".{key}.{secrets.token_hex(4)}.part"
    try:
        folder().mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        os.replace(temporary, _path(key))
        _make_room()
    except OSError:
        with suppress(OSError):
            temporary.unlink()


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


def _path(key: str) -> Path:
    return folder() / f"{key}{_SUFFIX}"


def _make_room() -> None:
    """Delete those that were not read for longest, until so many are left."""
    kept = []
    for path in folder().glob(f"*{_SUFFIX}"):
        with suppress(OSError):  # another server was faster
            kept.append((path.stat().st_mtime, path))
    for _, path in sorted(kept)[:-MOST]:
        with suppress(OSError):
            path.unlink()
