"""The tries on disk: a small file for each person, data set and model, below the app's cache.

What is damaged counts as nothing, and is begun anew. The last tries are kept of each model, and of
all files those that were written last.
"""

import hashlib
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from latent_atlas.places import app_cache
from latent_atlas.ui.diagnose.matching.ranking import Try
from latent_atlas.ui.owners import Owner
from vae_core.errors import AtlasError
from vae_core.runs.files import write_atomically
from vae_core.sentences import plain

MOST_TRIES = 100  # of one model
MOST_MODELS = 24  # in a table
MOST_FILES = 4_000  # of all people
LONGEST_TITLE = 120
MOST_SECONDS = 24 * 3600.0
MOST_SHARE = 1_000.0
_MOST_BYTES = 32 << 10
_turn = threading.Lock()


class KeptTry(BaseModel):
    """A `Try` as it is written, and which target it was."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    target: Annotated[int, Field(ge=1)]
    seconds: Annotated[float, Field(ge=0, le=MOST_SECONDS)]
    share: Annotated[float, Field(ge=0, le=MOST_SHARE)]
    given_up: bool

    def as_try(self) -> Try:
        """What it counts as."""
        return Try(self.seconds, self.share, self.given_up)


class Record(BaseModel):
    """All that is kept of one model: what it was called last, and the tries, oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = 1
    title: Annotated[str, StringConstraints(max_length=LONGEST_TITLE)]
    tries: Annotated[list[KeptTry], Field(max_length=MOST_TRIES)] = []


@dataclass(frozen=True)
class Shelf:
    """Where one person's tries on one data set lie."""

    who: Owner | None
    dataset: str

    def records(self) -> dict[str, Record]:
        """Those of each model by the digest of its file, at most 24: those tried last."""
        named = self._prefix()
        files = [path for path in _files() if path.name.startswith(named)][-MOST_MODELS:]
        found = {path.stem.removeprefix(named): _read(path) for path in files}
        return {digest: each for digest, each in found.items() if each is not None and each.tries}

    def keep(self, digest: str, title: str, tried: KeptTry) -> None:
        """Add a try with the model of this digest. Raises AtlasError where the disk refuses."""
        path = _folder() / f"{self._prefix()}{digest}.json"
        with _turn:
            before = _read(path)
            tries: Sequence[KeptTry] = [] if before is None else before.tries
            record = Record(title=plain(title, LONGEST_TITLE), tries=[*tries, tried][-MOST_TRIES:])
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, record.model_dump_json())
            except OSError as error:
                raise AtlasError(
                    f"The try cannot be kept in {path.parent} ({error.strerror or error}): free "
                    "some space, or name another folder in LATENT_ATLAS_CACHE."
                ) from error
            for old in _files()[:-MOST_FILES]:
                with suppress(OSError):
                    old.unlink()

    def _prefix(self) -> str:
        who = "everybody" if self.who is None else _digest(f"{self.who.kind} {self.who.name}")
        return f"{who}-{_digest(self.dataset)}-"


def _folder() -> Path:
    return app_cache() / "matching"


def _files() -> list[Path]:
    """All of them, those that were written last at the end."""
    found = []
    for path in _folder().glob("*.json"):
        with suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found)]


def _read(path: Path) -> Record | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        return Record.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
