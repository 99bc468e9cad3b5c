"""Which model files there are: shipped with the program, made by runs, opened from a user's disk.

A file is known by its SHA-256. That is what the addresses of weights and encodings hold, so that a
browser may keep what it has fetched for ever.
"""

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from latent_atlas.places import app_cache
from latent_atlas.stored_models import file_digest, recorded_test, run_models, shipped_models
from latent_atlas.ui.owners import Owner, claim, owners_of
from vae_core.data.own import is_own, own_datasets
from vae_core.errors import AtlasError
from vae_core.models import VAE, SavedModel, load_model
from vae_core.numerals import decimal
from vae_core.runs import (
    Run,
    Snapshot,
    list_snapshots,
    runs_folder,
    snapshot_model,
    snapshot_record,
)
from vae_core.sentences import counted

LARGEST_UPLOAD_MB = 64
_GONE = "This model is no longer on the server: its run went on or was removed. Reload the page."
_EPOCH = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", re.ASCII)
_LOOKED_AT = 64  # models whose digests are made when nobody knows one; the newest runs come first

_opened: set[str] = set()  # digests of files that nobody owns; for this server's life
_places: dict[str, Path] = {}  # digest → a file that had it when we last looked
_lock = threading.Lock()


@dataclass(frozen=True)
class ModelEntry:
    """A model that can be chosen.

    `key` is what links hold (`shipped:mnist-2d`, `run:<id>`, `file:<first 12 digits>`), with
    `@<epoch>` for what was kept of it after an epoch. A run in progress keeps its key and changes
    its source.
    """

    key: str
    title: str
    subtitle: str
    source: Path

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the file, read when it is asked for: there may be thousands of models.

        Raises AtlasError when the file is gone.
        """
        try:
            digest = file_digest(self.source)
        except OSError as error:
            raise AtlasError(_GONE) from error
        with _lock:
            _places[digest] = self.source
        return digest

    @property
    def called(self) -> str:
        """What a command line calls it: a file that was opened here, by its title.

        Empty for an epoch of a run: only whole files and runs have names there.
        """
        kind, _, name = self.key.partition(":")
        if "@" in name:
            return ""
        return name if kind in ("shipped", "run") else f"{self.title}.safetensors"


def list_models(who: Owner | None = None) -> list[ModelEntry]:
    """Shipped models first, then runs that have a model (newest first), then opened files.

    Those are the ones that `who` has opened; of a server with one user, all that were opened since
    it was started. Reads the folders afresh, so that a finished run appears without a restart.
    Never raises: what cannot be read is left out.
    """

    def listed(path: Path) -> bool:
        if who is None:
            return path.name[:12] in _opened
        return who in (owners_of(path) or ())

    return [*_shipped(), *_from_runs(), *_from_cache(listed)]


def find_model(key: str) -> ModelEntry | None:
    """The model that a link names, or None. Opened files are found after a restart too, and by
    whoever was given the link: nobody guesses it.

    A shipped model's bare name, whatever its case, and a run's bare id will do, as they do on the
    command line. After `@` stands an epoch, as in `run:<id>@3`; where only the decoder was kept
    then, its sentence is told to whoever loads it.
    """
    base, at, epoch = key.rpartition("@")
    if at:
        return _at_epoch(base, epoch) if _EPOCH.fullmatch(epoch) else None
    entries = list_models()
    for entry in entries:
        if entry.key == key:
            return entry
    for entry in entries:
        kind, _, name = entry.key.partition(":")
        if key == name or (kind == "shipped" and key.casefold() == name.casefold()):
            return entry
    if re.fullmatch(r"file:[0-9a-f]{12}", key):
        digest = key.removeprefix("file:")
        return next((e for e in _from_cache() if e.key.endswith(digest)), None)
    return None


def epochs_of(entry: ModelEntry) -> list[ModelEntry]:
    """The models that a model was after epochs of its training, earliest first.

    Only those that were kept whole; without itself. Raises AtlasError where its file is gone.
    """
    records = [(kept, snapshot_record(kept.path)) for kept in kept_epochs(entry)]
    return [_epoch_entry(entry, kept) for kept, record in records if record and record.encoder]


def kept_epochs(entry: ModelEntry) -> list[Snapshot]:
    """The snapshots of a model from before its own epoch, earliest first, whole or not.

    Raises AtlasError where its file is gone.
    """
    if not (found := list_snapshots(snapshots_folder(entry))):
        return []
    last = load_by_digest(entry.digest).training.epochs
    return [each for each in found if last is None or each.epoch < last]


def snapshots_folder(entry: ModelEntry) -> Path:
    """Where the snapshots of a model would be; a single file on its own has none."""
    if entry.key.startswith("run:") and "@" not in entry.key:
        return entry.source.parents[2] / "snapshots"  # of RUN/checkpoints/step-N/model.safetensors
    return entry.source.with_suffix("") / "snapshots"


def load_by_digest(digest: str) -> SavedModel:
    """The model whose file has this SHA-256; recently used ones come from memory.

    Raises:
        AtlasError: no file that we know of has it (the run went on and dropped that checkpoint).
    """
    return _load(digest)


def open_upload(name: str, data: bytes, who: Owner | None = None) -> ModelEntry:
    """Check a file from a user's disk and keep it in the cache folder, as theirs.

    Raises:
        AtlasError: it is too large or no sound model file, or it cannot be kept.
    """
    if len(data) > LARGEST_UPLOAD_MB * 2**20:
        raise AtlasError(
            f"{name} has {len(data) / 2**20:z,.0f} MB; the page opens models of up to "
            f"{LARGEST_UPLOAD_MB} MB. Put larger ones in the runs folder."
        )
    load_model(data, name)
    digest = hashlib.sha256(data).hexdigest()
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).stem).strip("-.")[:60] or "model"
    folder = opened_folder()
    path = folder / f"{digest[:12]}-{stem}.safetensors"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise AtlasError(
            f"{name} is sound but cannot be kept in {folder} ({error.strerror}): free some space, "
            "or name another folder in LATENT_ATLAS_CACHE."
        ) from error
    claim(path, who)
    if who is None:
        _opened.add(digest[:12])
    return _opened_entry(path, digest)


def opened_folder() -> Path:
    """Where opened files are kept."""
    return app_cache() / "models"


def describe(saved: SavedModel, digest: str | None = None) -> str:
    """`2-D · mnist · test ELBO −139.3 ± 0.7 nats`, as far as card and file tell.

    The ± is over images (`vae_core.evaluation.intervals`). `digest` is the SHA-256 of the file.
    """
    training, model = saved.training, saved.model
    size = f"{model.architecture.latent_dim}-D" if isinstance(model, VAE) else model.name
    parts = [size, _called(training.dataset or "")]
    if (test := recorded_test(training, digest)) is not None:
        parts.append(f"test {test.quantity.label} {test.text} nats")
    return " · ".join(part for part in parts if part)


def _called(dataset: str) -> str:
    """A dataset's name; of own images, which are named by their content, what people call them."""
    if not is_own(dataset):
        return dataset
    return next((each.title for each in own_datasets() if each.name == dataset), dataset)


def _at_epoch(base: str, epoch: str) -> ModelEntry | None:
    if "@" in base or (entry := find_model(base)) is None:
        return None
    found = list_snapshots(snapshots_folder(entry))
    return next((_epoch_entry(entry, each) for each in found if _named(each) == epoch), None)


def _epoch_entry(entry: ModelEntry, kept: Snapshot) -> ModelEntry:
    title = f"{entry.title}, epoch {_written(kept.epoch)}"
    key = f"{entry.key}@{_named(kept)}"
    return ModelEntry(key, title, "as it was while it trained", kept.path)


def _written(epoch: float) -> str:
    """An epoch in about three figures: 0.0668, 5.27, 96.6, 340, 3."""
    places = next((n for n, least in ((0, 100), (1, 10), (2, 1)) if epoch >= least), 4)
    written = decimal(epoch, places)
    return written.rstrip("0").rstrip(".") if "." in written else written


def _named(kept: Snapshot) -> str:
    """The epoch of a snapshot as its file has it, which is one way for each."""
    return kept.path.stem.removeprefix("epoch-")


def _shipped() -> list[ModelEntry]:
    entries = []
    for name, path in shipped_models().items():
        try:
            subtitle = _subtitle(path, file_digest(path))
            entries.append(ModelEntry(f"shipped:{name}", name, subtitle, path))
        except (OSError, AtlasError):
            continue
    return entries


def _from_runs() -> list[ModelEntry]:
    entries = []
    for run, path in run_models(runs_folder()):
        try:
            entries.append(ModelEntry(f"run:{run.id}", run.title, _run_subtitle(run), path))
        except AtlasError:  # removed while we looked
            continue
    return entries


def _from_cache(wanted: Callable[[Path], bool] = lambda _: True) -> list[ModelEntry]:
    """The opened files that are wanted."""
    entries = []
    for path in sorted(opened_folder().glob("*.safetensors")):
        if not wanted(path):
            continue
        try:
            entries.append(_opened_entry(path, file_digest(path)))
        except (OSError, AtlasError):
            continue
    return entries


def _opened_entry(path: Path, digest: str) -> ModelEntry:
    title = path.stem[13:]
    return ModelEntry(f"file:{digest[:12]}", title, _subtitle(path, digest), path)


def _subtitle(path: Path, digest: str) -> str:
    with _lock:
        _places[digest] = path
    return _described(digest)


@lru_cache(maxsize=4096)  # of shipped and opened files; a file of this digest stays what it is
def _described(digest: str) -> str:
    return describe(_load(digest), digest)


def _run_subtitle(run: Run) -> str:
    status = run.status()
    started = time.strftime("%d %b %H:%M", time.localtime(status.created))
    made = (
        f"epoch {status.epoch:z.0f}"
        if status.state != "finished"
        else counted(round(status.epoch), "epoch")
    )
    return f"{made} · {started}"


@lru_cache(maxsize=16)
def _load(digest: str) -> SavedModel:
    path = _places.get(digest)
    if path is None or not path.exists() or file_digest(path) != digest:
        # A tab may be older than this server: look at what it is likely to show before giving up.
        entries = [*list_models()[:_LOOKED_AT], *_from_cache()]
        path = next((each.source for each in entries if _is(each, digest)), None)
        if path is None:
            raise AtlasError(_GONE)
    return load_model(path) if snapshot_record(path) is None else snapshot_model(path)


def _is(entry: ModelEntry, digest: str) -> bool:
    try:
        return entry.digest == digest
    except AtlasError:  # pruned while we looked
        return False
