"""The stops of the epoch slider, and the routes that serve their decoders and points."""

from pathlib import Path

import pytest
import torch

from latent_atlas.ui.latent_plane.encodings import FORMAT
from latent_atlas.ui.latent_plane.epochs import epochs_data
from latent_atlas.ui.model_files import ModelEntry, find_model, open_upload
from tests.latent_atlas.ui.model_fixtures import (
    keep_snapshot,
    run_with_model,
    small_model_bytes,
    small_vae,
)
from tests.latent_atlas.ui.test_routes import Get, get
from vae_core.checkpoint import read_checkpoint
from vae_core.data import fair_order, load_dataset
from vae_core.latent import encode_images, principal_axes
from vae_core.models import VAE, decoder_bytes, decoder_tensors, save_model
from vae_core.models.files import TrainingRecord
from vae_core.runs import Run, runs_folder

__all__ = ["get"]

EPOCHS = (0, 0.0427, 3, 12)
PROBE = 100


def _vae(epoch: float, latent_dim: int = 2) -> VAE:
    return small_vae(round(epoch * 10_000), latent_dim=latent_dim)


def _run(latent_dim: int = 2) -> tuple[Run, ModelEntry]:
    """A run of twelve epochs, whose model after epoch n is that of a seed of its own."""
    run = run_with_model(runs_folder())
    path = run.model_path()
    assert path is not None
    save_model(path, _vae(12, latent_dim), TrainingRecord(dataset="digits", epochs=12))
    for epoch in EPOCHS:
        keep_snapshot(run, epoch, _vae(epoch, latent_dim), PROBE)
    entry = find_model(f"run:{run.id}")
    assert entry is not None
    return run, entry


def test_every_stop_before_the_models_own_epoch_is_served_for_ever(get: Get) -> None:
    _, entry = _run()
    data = epochs_data(entry, "digits")
    assert data is not None
    assert (data["last"], data["bits"], data["note"]) == (12, 16, None)
    assert [epoch for epoch, _ in data["stops"]] == [0, 0.0427, 3]
    for epoch, digest in data["stops"]:
        answer = get(f"/{data['at']}/{epoch}-{digest}.safetensors")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        found = read_checkpoint(answer.content).tensors
        weights = decoder_tensors(_vae(epoch))[0]
        assert found.keys() == weights.keys()
        assert all(torch.equal(tensor, weights[name].half()) for name, tensor in found.items())


@pytest.mark.parametrize(
    ("latent_dim", "plane"), [(2, "axes"), (5, "axes-4-2"), (5, "axes"), (5, "pca"), (1, "axes")]
)
def test_the_points_of_a_stop_are_where_its_encoder_put_them_in_the_plane_of_the_model(
    get: Get, latent_dim: int, plane: str
) -> None:
    _, entry = _run(latent_dim)
    data = epochs_data(entry, "digits")
    assert data is not None
    digits = load_dataset("digits").images
    first = digits[fair_order(len(digits))]
    now = encode_images(_vae(12, latent_dim), first)
    directions = torch.eye(latent_dim)[:2]
    if plane == "axes-4-2":
        directions = torch.eye(latent_dim)[[3, 1]]
    elif plane == "pca":
        directions = principal_axes(now).components[:2]
    elif latent_dim > 2:
        directions = torch.eye(latent_dim)[now.active_axes()[:2]]
    for epoch, digest in data["stops"]:
        address = f"/{data['at']}/{epoch}-{digest}/{data['points']}/{plane}.safetensors"
        answer = get(address)
        assert answer.status_code == 200, answer.text
        assert "immutable" in answer.headers["cache-control"]
        found = read_checkpoint(answer.content).tensors
        exact = encode_images(_vae(epoch, latent_dim), first[:PROBE])
        torch.testing.assert_close(found["mu"], exact.mu @ directions.T, atol=2e-3, rtol=2e-3)
        deviation = (exact.logvar.exp() @ (directions.T**2)).sqrt()
        torch.testing.assert_close(found["s"], deviation, atol=2e-3, rtol=2e-3)
        assert ("correlation" in found) == (plane == "pca")


def test_a_model_shown_with_other_images_keeps_its_points_where_they_are(get: Get) -> None:
    _, entry = _run()
    other = epochs_data(entry, "mnist-12k")
    alone = epochs_data(entry, None)
    assert other is not None
    assert alone is not None
    assert other["points"] is alone["points"] is None
    epoch, digest = other["stops"][0]
    answer = get(f"/{other['at']}/{epoch}-{digest}/mnist-12k/{FORMAT}/axes.safetensors")
    assert answer.status_code == 404
    assert "No points of MNIST" in answer.text


@pytest.mark.parametrize("plane", ["tsne", "axes-1-9", "pca", "x", "axes-1-2"])
def test_points_in_a_plane_that_there_is_not_are_a_404_with_one_sentence(
    get: Get, plane: str
) -> None:
    _, entry = _run()
    data = epochs_data(entry, "digits")
    assert data is not None
    epoch, digest = data["stops"][0]
    answer = get(f"/{data['at']}/{epoch}-{digest}/{data['points']}/{plane}.safetensors")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_model_that_is_a_single_file_or_kept_nothing_has_no_stops() -> None:
    assert epochs_data(open_upload("a.safetensors", small_model_bytes(3)), "digits") is None
    run = run_with_model(runs_folder())
    entry = find_model(f"run:{run.id}")
    assert entry is not None
    assert epochs_data(entry, "digits") is None


def test_what_an_earlier_version_kept_is_served_without_points(get: Get) -> None:
    run, entry = _run()
    (run.snapshots_path / "epoch-2.safetensors").write_bytes(decoder_bytes(_vae(2)))
    data = epochs_data(entry, "digits")
    assert data is not None
    assert data["points"] is None
    digest = dict(data["stops"])[2]
    answer = get(f"/{data['at']}/2-{digest}.safetensors")
    weights = decoder_tensors(_vae(2))[0]
    found = read_checkpoint(answer.content).tensors
    assert all(torch.equal(found[name], weights[name]) for name in weights)


@pytest.mark.parametrize(
    "path", ["run:gone/3-{digest}", "{key}/4-{digest}", "{key}/3-0000", "..%2F..%2Fetc/3-{digest}"]
)
def test_a_stop_that_is_not_there_is_a_404_with_one_sentence(get: Get, path: str) -> None:
    _, entry = _run()
    digest = dict((epochs_data(entry, "digits") or {})["stops"])[3]
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
    damaged: Path = run.snapshots_path / "epoch-3.safetensors"
    damaged.write_bytes(content)
    data = epochs_data(entry, "digits")
    assert data is not None
    answer = get(f"/{data['at']}/3-{dict(data['stops'])[3]}.safetensors")
    assert answer.status_code == 404
    assert words in answer.text
    assert answer.text.startswith("epoch-3.safetensors")
