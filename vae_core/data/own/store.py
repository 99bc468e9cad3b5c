"""Own datasets on the disk: one `datasets/<sha256>.npz` each, and nothing beside it."""

import contextlib
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vae_core.data.abandoned import remove_abandoned
from vae_core.data.dataset import Dataset, LabelColumn
from vae_core.data.npz import DAMAGE
from vae_core.data.own.label_columns import LONGEST_COLUMN, MOST_COLUMNS
from vae_core.data.own.parts import Part
from vae_core.data.own.stored_labels import COLUMNS, columns_read, columns_written
from vae_core.errors import AtlasError
from vae_core.folders import runs_folder
from vae_core.sentences import plain, why

NAME = re.compile(r"own-([0-9a-f]{16})")
FILE = re.compile(r"[0-9a-f]{64}\.npz")
LICENCE = "your own images: their licence is not known here"
# 1 had neither parts nor names of files, 2 one column of labels; both are read as they were.
FORMAT = 3
PARTS: tuple[Part, ...] = ("train", "valid", "test")
LONGEST_NAME = 200
_MOST = 10**9  # of anything that is counted


@dataclass(frozen=True)
class About:
    """What an own dataset tells of itself without its pixels being read.

    `label_names` are what its columns of labels are called, that of the classes first; none where
    nobody noted that down.
    """

    name: str
    title: str
    file: Path
    image_shape: tuple[int, int, int]
    counts: dict[str, int] = field(hash=False)
    class_names: tuple[str, ...]
    provenance: str
    label_names: tuple[str, ...] = ()

    @property
    def test_splits(self) -> dict[str, str]:
        """As in `Dataset`: a source that has no part to test on is tested on its `valid`."""
        return tested_on(self.counts)


def datasets_folder(path: Path | None = None) -> Path:
    """Where own datasets are: `path`, else `datasets` in the folder of runs."""
    return Path(path).expanduser() if path is not None else runs_folder() / "datasets"


def folders(data_dir: Path | None = None) -> list[Path]:
    """Where an own dataset is looked for: in the folder that was named, then in the usual one."""
    named = [Path(data_dir).expanduser()] if data_dir is not None else []
    return list(dict.fromkeys([*named, datasets_folder()]))


def is_own(name: str) -> bool:
    """Whether this is the name of an own dataset: own- and sixteen hexadecimal digits."""
    return NAME.fullmatch(name) is not None


def keep(
    images: np.ndarray,
    labels: np.ndarray | None,
    class_names: Sequence[str],
    title: str,
    provenance: str,
    folder: Path,
    *,
    label_name: str = "",
    other_labels: Sequence[LabelColumn] = (),
    parts: Sequence[Part] | None = None,
    names: Sequence[str] = (),
    announce: Callable[[Path], None] | None = None,
) -> About:
    """Write a dataset, unless one of the same content is there already; that one is returned then.

    `images` is uint8 [N, C, H, W], `labels` int64 [N], called `label_name`, `other_labels` further
    columns of them, `parts` the part of each image where the source has its own, and `names` what
    the files of the images were called. `announce` is told of a file before anybody can find it.
    Raises AtlasError when it cannot be written, and leaves nothing behind.
    """
    places = None if parts is None else np.array([PARTS.index(part) for part in parts], np.uint8)
    digest = content_hash(images, labels, class_names, places, other_labels)
    file = folder / f"{digest}.npz"
    if file.exists():
        with contextlib.suppress(AtlasError):  # a damaged one is written anew
            return about(file)
    told = {
        "format": FORMAT,
        "title": title,
        "provenance": provenance,
        "class_names": list(class_names),
        "image_shape": list(images.shape[1:]),
        "counts": {n: len(index) for n, index in splits(len(images), labels, places).items()},
        "label_names": [
            *([] if labels is None else [label_name]),
            *(column.name for column in other_labels),
        ],
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    arrays = {"images": images, "about": _as_bytes(told)}
    if labels is not None:
        arrays["labels"] = labels
    if other_labels:
        arrays |= columns_written(other_labels)
    if places is not None:
        arrays["parts"] = places
    if names:
        arrays["names"] = _as_bytes(list(names))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder, ".*.part")
        with _replacing(file) as temporary, temporary.open("xb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
            stream.flush()
            os.fsync(stream.fileno())
            if announce is not None:
                announce(file)
    except OSError as error:
        raise AtlasError(
            f"The data set cannot be kept in {folder} ({error.strerror or error}): "
            "free some space, or choose another folder (LATENT_ATLAS_RUNS, --runs-dir)."
        ) from error
    return about(file)


def content_hash(
    images: np.ndarray,
    labels: np.ndarray | None,
    class_names: Sequence[str],
    parts: np.ndarray | None = None,
    other_labels: Sequence[LabelColumn] = (),
) -> str:
    """SHA-256 over shape, pixels, all labels and parts: what is the same has one name."""
    digest = hashlib.sha256(json.dumps([list(images.shape), list(class_names)]).encode())
    digest.update(np.ascontiguousarray(images).data)
    if labels is not None:
        digest.update(np.ascontiguousarray(labels, dtype="<i8").data)
    if parts is not None:
        digest.update(b"parts" + np.ascontiguousarray(parts).tobytes())
    for column in other_labels:
        told = json.dumps([column.name, list(column.class_names)])
        digest.update(b"labels" + told.encode() + column.labels.numpy().astype("<i8").tobytes())
    return digest.hexdigest()


def splits(
    count: int, labels: np.ndarray | None, parts: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The parts of the source, int64 indices into `PARTS`, where it has its own.

    Else `train` and `test`, 90 to 10, of each class alike, the same at every call; each has one
    image at least.
    """
    if parts is not None:
        named = {part: np.flatnonzero(parts == place) for place, part in enumerate(PARTS)}
        return {part: index for part, index in named.items() if len(index)}
    # RandomState, not Generator: NumPy promises that its stream never changes.
    random = np.random.RandomState(0)
    kinds = np.zeros(count, np.int64) if labels is None else labels
    test = np.zeros(count, bool)
    for kind in np.unique(kinds):
        members = np.flatnonzero(kinds == kind)
        test[random.permutation(members)[: (len(members) + 5) // 10]] = True
    if not test.any():
        largest = np.bincount(kinds).argmax()
        test[random.choice(np.flatnonzero(kinds == largest))] = True
    return {"train": np.flatnonzero(~test), "test": np.flatnonzero(test)}


def tested_on(counts: Mapping[str, int]) -> dict[str, str]:
    """As `Dataset.test_splits`: `valid` where the source has nothing that is called `test`."""
    return {} if "test" in counts else {"train": "valid"}


def own_datasets(data_dir: Path | None = None) -> list[About]:
    """The own datasets that are here, by title. Reads no pixels, never raises."""
    found: dict[str, About] = {}
    for file in _files(data_dir):
        with contextlib.suppress(AtlasError):
            told = about(file)
            found.setdefault(told.name, told)
    return sorted(found.values(), key=lambda told: (told.title.casefold(), told.name))


def damaged_datasets(data_dir: Path | None = None) -> list[str]:
    """A sentence on each own dataset that is here and cannot be read."""
    problems = []
    for file in _files(data_dir):
        try:
            about(file)
        except AtlasError as problem:
            problems.append(str(problem))
    return problems


def _files(data_dir: Path | None) -> list[Path]:
    found: list[Path] = []
    for folder in folders(data_dir):
        with contextlib.suppress(OSError):
            found += sorted(file for file in folder.iterdir() if FILE.fullmatch(file.name))
    return found


def about(file: Path) -> About:
    """What a kept file tells of itself. Raises AtlasError when it is damaged."""
    return _about(file, *_stamp(file))


def _stamp(file: Path) -> tuple[int, int]:
    """Size and time of the last change, in bytes and ns. Raises AtlasError where it has gone."""
    try:
        stat = file.stat()
    except OSError as error:
        raise AtlasError(f"{file} cannot be read ({error.strerror}).") from error
    return stat.st_size, stat.st_mtime_ns


def locate(name: str, data_dir: Path | None = None) -> Path:
    """The file of an own dataset. Raises AtlasError when there is none."""
    match = NAME.fullmatch(name)
    start = match.group(1) if match else ""
    looked_in = folders(data_dir)
    for folder in looked_in if match else []:
        with contextlib.suppress(OSError):
            for file in sorted(folder.glob(f"{start}*.npz")):
                if FILE.fullmatch(file.name):
                    return file
    places = " and ".join(str(folder) for folder in looked_in)
    raise AtlasError(f"The images {name} are not in {places}: import them again.")


def load(name: str, data_dir: Path | None = None) -> Dataset:
    """An own dataset; asked again for an unchanged file, it returns the same object.

    Raises AtlasError when there is none of that name, or when its file is damaged.
    """
    file = locate(name, data_dir)
    return _load(about(file), _stamp(file))


@lru_cache(maxsize=2)
def _load(told: About, _state: tuple[int, int]) -> Dataset:
    file = told.file
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as content:
            images = content["images"]
            labels = content["labels"] if "labels" in content.files else None
            parts = content["parts"] if "parts" in content.files else None
            names = json.loads(content["names"].tobytes()) if "names" in content.files else []
            others = columns_read(content, len(images)) if COLUMNS in content.files else ()
        _check(told, images, labels, parts, names)
        return Dataset(
            name=told.name,
            title=told.title,
            images=torch.from_numpy(images),
            labels=None if labels is None else torch.from_numpy(labels),
            class_names=told.class_names,
            splits={k: torch.from_numpy(v) for k, v in splits(len(images), labels, parts).items()},
            provenance=told.provenance,
            licence=LICENCE,
            test_splits=told.test_splits,
            image_names=tuple(names),
            label_name=next(iter(told.label_names), ""),
            other_labels=others,
        )
    except DAMAGE as error:
        raise _damaged(file, error) from error


def _check(
    told: About,
    images: np.ndarray,
    labels: np.ndarray | None,
    parts: np.ndarray | None,
    names: object,
) -> None:
    """Raises ValueError when arrays are not what the file says of them."""
    if images.dtype != np.uint8 or images.shape != (sum(told.counts.values()), *told.image_shape):
        raise ValueError(f"it holds images as {images.dtype} {list(images.shape)}")
    if parts is not None and (parts.dtype != np.uint8 or parts.shape != images.shape[:1]):
        raise ValueError(f"it holds parts as {parts.dtype} {list(parts.shape)}")
    if parts is not None and int(parts.max()) >= len(PARTS):
        raise ValueError("it holds parts that are not named")
    if not isinstance(names, list) or len(names) not in (0, len(images)):
        raise ValueError("it does not hold a name for each image")
    if not all(isinstance(name, str) and len(name) <= LONGEST_NAME for name in names):
        raise ValueError("it holds names that are none")
    if labels is None:
        return
    if labels.dtype != np.int64 or labels.shape != images.shape[:1]:
        raise ValueError(f"it holds labels as {labels.dtype} {list(labels.shape)}")
    if not 0 <= labels.min() <= labels.max() < len(told.class_names):
        raise ValueError("it holds labels of classes that are not named")


def remove_dataset(name: str, data_dir: Path | None = None) -> None:
    """Delete an own dataset. Raises AtlasError when there is none, or it cannot be deleted."""
    file = locate(name, data_dir)
    try:
        file.unlink()
    except OSError as error:
        raise AtlasError(
            f"{file} cannot be removed ({error.strerror}): check its permissions."
        ) from error


_known: dict[tuple[Path, int, int], About] = {}


def _about(file: Path, size: int, stamp: int) -> About:
    """Read once for each state of a file: pages ask for it at every turn."""
    key = (file.absolute(), size, stamp)
    found = _known.get(key)
    if found is None:
        if len(_known) > 1000:
            _known.clear()
        found = _known[key] = _read_about(file)
    return found


def _read_about(file: Path) -> About:
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as content:
            told: Mapping[str, Any] = json.loads(content["about"].tobytes())
        channels, height, width = (int(side) for side in told["image_shape"])
        counts = {plain(str(name)): int(count) for name, count in told["counts"].items()}
        if channels not in (1, 3) or not all(
            0 < number <= _MOST for number in (height, width, *counts.values())
        ):
            raise ValueError("sizes or counts that no images have")
        return About(
            name=f"own-{file.name[:16]}",
            title=plain(str(told["title"])),
            file=file,
            image_shape=(channels, height, width),
            counts=counts,
            class_names=tuple(plain(str(name)) for name in told["class_names"]),
            provenance=plain(str(told["provenance"]), 2_000),
            label_names=tuple(
                plain(str(name), LONGEST_COLUMN)
                for name in list(told.get("label_names", []))[:MOST_COLUMNS]
            ),
        )
    except (*DAMAGE, AttributeError) as error:
        raise _damaged(file, error) from error


def _as_bytes(told: object) -> np.ndarray:
    return np.frombuffer(json.dumps(told).encode(), np.uint8)


def _damaged(file: Path, error: Exception) -> AtlasError:
    return AtlasError(f"{file} is damaged ({why(error)}): delete it and import the images again.")


@contextlib.contextmanager
def _replacing(file: Path) -> Iterator[Path]:
    """A hidden name to write to, which takes the place of `file` in the end, or goes."""
    temporary = file.with_name(f".{file.stem}.{secrets.token_hex(4)}.part")
    try:
        yield temporary
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
