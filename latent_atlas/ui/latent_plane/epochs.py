"""The stops of the epoch slider: the decoders that a run kept while it learned, by address.

An address holds the model's key, the epoch and the SHA-256 of the file, so a browser may keep what
it has fetched for ever, though a run that is trained again writes other weights under its name.
"""

from pathlib import Path
from typing import Any

from latent_atlas.stored_models import file_digest
from latent_atlas.ui.catalog import ModelEntry, find_model, loaded
from vae_core.errors import AtlasError
from vae_core.runs import Snapshot, list_snapshots, read_snapshot

_DIGITS = 12  # of the SHA-256: these tell two files of one run apart


def epochs_data(entry: ModelEntry) -> dict[str, Any] | None:
    """What the slider needs, or None for a model that kept no snapshots.

    `at` is where the decoders are; `stops` holds `[epoch, digest]`, earliest first; `last` is the
    epoch of the model itself (None where its file does not tell), which comes after all of them;
    `rounded` says that their weights are, as those of shipped models.
    """
    last = loaded(entry).training.epochs
    stops = [
        [each.epoch, _digest(each)]
        for each in list_snapshots(snapshots_folder(entry))
        if last is None or each.epoch < last
    ]
    if not stops:
        return None
    rounded = entry.key.startswith("shipped:")
    at = f"api/epochs/{entry.key}"
    return {"at": at, "stops": stops, "last": last, "rounded": rounded}


def epoch_decoder(key: str, epoch: int, digest: str) -> bytes:
    """The decoder of a model after an epoch, as safetensors.

    Raises:
        AtlasError: there is no such model or snapshot (any more), or the file is not sound.
    """
    entry = find_model(key)
    found = [] if entry is None else list_snapshots(snapshots_folder(entry))
    for each in found:
        if entry and each.epoch == epoch and _digest(each) == digest:
            return read_snapshot(each, loaded(entry).vae.architecture)
    raise AtlasError(
        f"The weights of epoch {epoch} are no longer on the server: their run was trained again or "
        "removed. Reload the page."
    )


def snapshots_folder(entry: ModelEntry) -> Path:
    """Where the snapshots of a model would be; a single file on its own has none."""
    if entry.key.startswith("run:"):  # RUN/checkpoints/step-N/model.safetensors
        return entry.source.parents[2] / "snapshots"
    return entry.source.with_suffix("") / "snapshots"


def _digest(snapshot: Snapshot) -> str:
    try:
        return file_digest(snapshot.path)[:_DIGITS]
    except OSError:  # removed while we looked; its address will say so
        return "0" * _DIGITS
