"""The stops of the epoch slider: what a run kept of itself while it learned, by address.

An address holds the model's key, the epoch and the SHA-256 of the file, so a browser may keep what
it has fetched for ever, though a run that is trained again writes other weights under its name.
"""

from typing import Any

from latent_atlas.stored_models import file_digest
from latent_atlas.ui.catalog import ModelEntry, find_model, loaded
from latent_atlas.ui.latent_plane.encodings import FORMAT
from latent_atlas.ui.latent_plane.projections import asked_projection
from latent_atlas.ui.latent_plane.served import shown_plane
from latent_atlas.ui.model_files import kept_epochs, snapshots_folder
from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.runs import (
    Snapshot,
    SnapshotContent,
    SnapshotRecord,
    list_snapshots,
    read_snapshot,
    snapshot_record,
)
from vae_core.runs.keeping import Weights

_BITS: dict[Weights, int] = {"float16": 16, "int8": 8}
_DIGITS = 12  # of the SHA-256: these tell two files of one run apart


def epochs_data(entry: ModelEntry, dataset: str | None) -> dict[str, Any] | None:
    """What the slider needs, or None for a model that kept no snapshots.

    `at` is where they are; `stops` holds `[epoch, digest]`, earliest first; `last` is the epoch of
    the model itself (None where its file does not tell), which comes after all of them. `points` is
    how an address of the points of a stop goes on before the name of a plane, None where no points
    of `dataset`, with which the model is shown, were kept. `bits` is how many a weight has at
    least, and `note` what else there is to say.
    """
    kept = kept_epochs(entry)
    if not kept:
        return None
    records = [snapshot_record(each.path) for each in kept]
    moving = dataset is not None and all(each and each.dataset == dataset for each in records)
    return {
        "at": f"api/epochs/{entry.key}",
        "stops": [[each.epoch, _digest(each)] for each in kept],
        "last": loaded(entry).training.epochs,
        "bits": min(_bits(each) for each in records),
        "points": f"{dataset}/{FORMAT}" if moving else None,
        "note": next((each.note for each in records if each and each.note), None),
    }


def epoch_decoder(key: str, epoch: float, digest: str) -> bytes:
    """The decoder of a model after an epoch, as safetensors.

    Raises:
        AtlasError: there is no such model or snapshot (any more), or the file is not sound.
    """
    return _kept(key, epoch, digest)[1].decoder


def epoch_points(key: str, epoch: float, digest: str, dataset: str, plane: str) -> bytes:
    """Where the encoder put the first points of a dataset after an epoch, as safetensors.

    As `encodings_part` has them, without labels: `mu`, `s`, and `correlation` under PCA. The plane
    is that of the model as it is now, so that it holds still while its points move.

    Raises:
        AtlasError: as `epoch_decoder`; or no points of this dataset were kept, or none of this
            plane can be.
    """
    entry, content = _kept(key, epoch, digest)
    record, encodings = content.record, content.encodings
    known = load_dataset(dataset)
    if (
        record is None
        or encodings is None
        or record.dataset != dataset
        or record.images != len(known.images)
        or len(encodings.mu) > len(known.images)
    ):
        raise AtlasError(f"No points of {known.title} were kept with the weights of that epoch.")
    latent_dim = loaded(entry).vae.architecture.latent_dim
    by = shown_plane(entry.digest, dataset, asked_projection(plane, latent_dim))
    mu, deviation, correlation = by.project(encodings)
    tensors = {"mu": mu.contiguous(), "s": deviation.contiguous()}
    if correlation is not None:
        tensors["correlation"] = correlation.contiguous()
    return checkpoint_bytes(tensors, {})


def _bits(record: SnapshotRecord | None) -> int:
    """How many a weight has."""
    return 32 if record is None else record.bits or _BITS[record.weights]


def _kept(key: str, epoch: float, digest: str) -> tuple[ModelEntry, SnapshotContent]:
    entry = find_model(key)
    found = [] if entry is None else list_snapshots(snapshots_folder(entry))
    for each in found:
        if entry and each.epoch == epoch and _digest(each) == digest:
            return entry, read_snapshot(each, loaded(entry).vae.architecture)
    raise AtlasError(
        f"The weights of epoch {epoch:zg} are no longer on the server: their run was trained again "
        "or removed. Reload the page."
    )


def _digest(snapshot: Snapshot) -> str:
    try:
        return file_digest(snapshot.path)[:_DIGITS]
    except OSError:  # removed while we looked; its address will say so
        return "0" * _DIGITS
