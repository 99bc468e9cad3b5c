"""The stops of the epoch slider, and the route that serves their decoders."""

from pathlib import Path

import pytest
import torch

from latent_atlas.ui.latent_plane.epochs import epochs_data
from latent_atlas.ui.model_files import ModelEntry, find_model, open_upload
from tests.latent_atlas.ui.model_fixtures import run_with_model, small_model_bytes, small_vae
from tests.latent_atlas.ui.test_routes import Get, get
from vae_core.checkpoint import read_checkpoint
from vae_core.models import decoder_bytes, save_model
from vae_core.models.files import TrainingRecord
from vae_core.runs import Run, runs_folder
from vae_core.runs.snapshots import save_snapshot

__all__ = ["get"]


def _run(epochs: int = 12) -> tuple[Run, ModelEntry]:
    """A run of so many epochs, whose decoder after epoch n is that of seed n."""
    run = run_with_model(runs_folder())
    path = run.model_path()
    assert path is not None
    save_model(path, small_vae(epochs), TrainingRecord(dataset="digits", epochs=epochs))
    for epoch in (2, 3, 12):
        save_snapshot(run.snapshots_path, epoch, small_vae(epoch))
    entry = find_model(f"run:{run.id}")
    assert entry is not None
    return run, entry


def test_every_stop_before_the_models_own_epoch_is_served_for_ever(get: Get) -> None:
    _, entry = _run()
    data = epochs_data(entry)
    assert data is not None
    assert data["last"] == 12
    assert [epoch for epoch, _ in data["stops"]] == [2, 3]
    for epoch, digest in data["stops"]:
        answer = get(f"/{data['at']}/{epoch}-{digest}.safetensors")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        found = read_checkpoint(answer.content).tensors
        weights = small_vae(epoch).state_dict()
        assert all(torch.equal(tensor, weights[name]) for name, tensor in found.items())


def test_a_model_that_is_a_single_file_or_kept_nothing_has_no_stops() -> None:
    assert epochs_data(open_upload("a.safetensors", small_model_bytes(3))) is None
    run = run_with_model(runs_folder())
    entry = find_model(f"run:{run.id}")
    assert entry is not None
    assert epochs_data(entry) is None


@pytest.mark.parametrize(
    "path", ["run:gone/2-{digest}", "{key}/4-{digest}", "{key}/2-0000", "..%2F..%2Fetc/2-{digest}"]
)
def test_a_stop_that_is_not_there_is_a_404_with_one_sentence(get: Get, path: str) -> None:
    _, entry = _run()
    digest = (epochs_data(entry) or {})["stops"][0][1]
    answer = get(f"/api/epochs/{path.format(key=entry.key, digest=digest)}.safetensors")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x80\x04K\x01.", "PyTorch pickle"),
        (decoder_bytes(small_vae(hidden=(6,))), "another architecture"),
        (decoder_bytes(small_vae())[:-4], "damaged"),
    ],
)
def test_a_snapshot_that_is_not_sound_is_refused_in_a_sentence(
    get: Get, content: bytes, words: str
) -> None:
    run, entry = _run()
    damaged: Path = run.snapshots_path / "epoch-2.safetensors"
    damaged.write_bytes(content)
    data = epochs_data(entry)
    assert data is not None
    (epoch, digest), _ = data["stops"]
    answer = get(f"/{data['at']}/{epoch}-{digest}.safetensors")
    assert answer.status_code == 404
    assert words in answer.text
    assert answer.text.startswith("epoch-2.safetensors")
