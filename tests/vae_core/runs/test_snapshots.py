"""Snapshots of the decoder: what is found in a folder, and what is refused."""

from pathlib import Path

import pytest
import torch

from vae_core.checkpoint import read_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture, TrainingRecord, decoder_bytes, model_bytes
from vae_core.runs import Snapshot, list_snapshots, read_snapshot
from vae_core.runs.snapshots import save_snapshot, snapshot_due

ARCHITECTURE = Architecture(image_shape=(1, 4, 3), latent_dim=2, hidden=(5,))
WIDER = Architecture(image_shape=(1, 4, 3), latent_dim=2, hidden=(6,))


def _at(folder: Path, content: bytes) -> Snapshot:
    path = folder / "epoch-3.safetensors"
    path.write_bytes(content)
    return Snapshot(3, path)


def test_every_epoch_is_kept_at_first_and_ever_fewer_after() -> None:
    kept = [epoch for epoch in range(101) if snapshot_due(epoch)]
    assert kept == [*range(1, 11), 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 96]


def test_what_was_kept_is_listed_by_epoch_and_read_back_to_the_last_bit(tmp_path: Path) -> None:
    vaes = {epoch: VAE(ARCHITECTURE) for epoch in (10, 2, 12, 11)}
    for epoch, vae in vaes.items():
        save_snapshot(tmp_path / "snapshots", epoch, vae)
    found = list_snapshots(tmp_path / "snapshots")
    assert [each.epoch for each in found] == [2, 10, 12]  # 11 is not due
    for each in found:
        tensors = read_checkpoint(read_snapshot(each, ARCHITECTURE)).tensors
        weights = vaes[each.epoch].state_dict()
        assert {name for name in weights if name.startswith("decoder.")} == set(tensors)
        assert all(torch.equal(tensors[name], weights[name]) for name in tensors)


def test_a_folder_that_is_missing_or_holds_other_files_has_none(tmp_path: Path) -> None:
    assert list_snapshots(tmp_path / "nowhere") == []
    for name in (".epoch-1.safetensors.tmp", "epoch-x.safetensors", "epoch-0.safetensors"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "epoch-1.pt").write_bytes(b"")
    assert list_snapshots(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x80\x04K\x01.", "PyTorch pickle"),
        (b"", "not a safetensors file"),
        (decoder_bytes(VAE(ARCHITECTURE))[:-8], "damaged"),
        (decoder_bytes(VAE(WIDER)), "another architecture"),
        (model_bytes(VAE(ARCHITECTURE), TrainingRecord()), "holds encoder"),
    ],
)
def test_a_file_that_is_no_snapshot_of_the_run_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(AtlasError, match=words) as refusal:
        read_snapshot(_at(tmp_path, content), ARCHITECTURE)
    assert "epoch-3.safetensors" in str(refusal.value)


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    vae = VAE(ARCHITECTURE)
    with torch.no_grad():
        next(vae.decoder.parameters()).fill_(torch.nan)
    with pytest.raises(AtlasError, match="not finite"):
        read_snapshot(_at(tmp_path, decoder_bytes(vae)), ARCHITECTURE)


def test_a_snapshot_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="There is no file"):
        read_snapshot(Snapshot(1, tmp_path / "epoch-1.safetensors"), ARCHITECTURE)
