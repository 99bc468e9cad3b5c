"""The tries on disk: a small file for each person, data set and model, below the app's cache.

Of each target the first try alone is kept: Done shows where it was, and a second one would count
what somebody remembers. So no try is dropped for a later one, whose target would come again: a
record is full one day. What is damaged counts as nothing, and is begun anew. Of all files those
are kept that were written last.
"""

import hashlib
import threading
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
LONGEST_SPLIT = 40
MOST_SECONDS = 24 * 3600.0
MOST_SHARE = 1_000.0
_MOST_BYTES = 64 << 10
_turn = threading.Lock()


class KeptTry(BaseModel):
    """A `Try` as it is written, and which target of which split it was.

    The split is empty in files from before it was told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    target: Annotated[int, Field(ge=1)]
    split: Annotated[str, StringConstraints(max_length=LONGEST_SPLIT)] = ""
    seconds: Annotated[float, Field(ge=0, le=MOST_SECONDS)]
    share: Annotated[float, Field(ge=0, le=MOST_SHARE)]
    given_up: bool

    def same_target(self, other: "KeptTry") -> bool:
        """Whether another try was of the same target, as far as that is known."""
        alike = self.split == other.split or not (self.split and other.split)
        return alike and self.target == other.target

    def as_try(self) -> Try:
        """What it counts as."""
        return Try(self.seconds, self.share, self.given_up)


class Record(BaseModel):
    """All that is kept of one model: what it was called last, and the tries, oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = 1
    title: Annotated[str, StringConstraints(max_length=LONGEST_TITLE)]
    tries: Annotated[list[KeptTry], Field(max_length=MOST_TRIES)] = []

    def first_tries(self) -> list[KeptTry]:
        """Those of them that count: files from before this was a rule hold others."""
        first: list[KeptTry] = []
        for each in self.tries:
            if not any(each.same_target(other) for other in first):
                first.append(each)
        return first

    def tried(self, split: str) -> set[int]:
        """The numbers of the targets of a split that were tried."""
        named = ("", split[:LONGEST_SPLIT])
        return {each.target for each in self.tries if each.split in named}

    @property
    def full(self) -> bool:
        """Whether no further try is kept."""
        return len(self.first_tries()) >= MOST_TRIES


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

    def record(self, digest: str) -> Record:
        """What is kept of the model of this digest, without tries where there are none."""
        return _read(self._path(digest)) or Record(title="")

    def keep(self, digest: str, title: str, tried: KeptTry) -> None:
        """Add a try with the model of this digest, the first one of its target.

        A later one is not kept, nor is any in a record that is full. Raises AtlasError where the
        disk refuses.
        """
        path = self._path(digest)
        with _turn:
            before = self.record(digest)
            if before.full or any(tried.same_target(each) for each in before.tries):
                return
            tries = [*before.first_tries(), tried]
            record = Record(title=plain(title, LONGEST_TITLE), tries=tries)
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

    def _path(self, digest: str) -> Path:
        return _folder() / f"{self._prefix()}{digest}.json"

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
