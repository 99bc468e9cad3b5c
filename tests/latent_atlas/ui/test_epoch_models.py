"""Epochs of a run as models of their own: found by key, listed beside none, refused in words."""

import hashlib

import pytest
import torch

from latent_atlas.ui.latent_plane import decoder_address
from latent_atlas.ui.latent_plane.epochs import epochs_data
from latent_atlas.ui.latent_plane.live import training_run
from latent_atlas.ui.model_files import (
    ModelEntry,
    epochs_of,
    find_model,
    list_models,
    load_by_digest,
)
from tests.latent_atlas.ui.model_fixtures import keep_snapshot, run_with_model, small_vae
from vae_core.errors import AtlasError
from vae_core.runs import Run, runs_folder


@pytest.fixture
def run() -> Run:
    """Of three snapshots: the decoder alone, then the whole model twice."""
    run = run_with_model(runs_folder(), name="mine")
    keep_snapshot(run, 0, small_vae(1))
    keep_snapshot(run, 0.25, small_vae(2), encoder=True)
    keep_snapshot(run, 3, small_vae(3), encoder=True)
    return run


def found(key: str) -> ModelEntry:
    entry = find_model(key)
    assert entry is not None
    return entry


def test_an_epoch_of_a_run_is_a_model_that_is_loaded_by_the_digest_of_its_file(run: Run) -> None:
    entry = found(f"run:{run.id}@3")
    assert (entry.key, entry.title) == (f"run:{run.id}@3", "mine, epoch 3")
    assert entry.source == run.snapshots_path / "epoch-3.safetensors"
    assert entry.digest == hashlib.sha256(entry.source.read_bytes()).hexdigest()
    saved, exact = load_by_digest(entry.digest), small_vae(3)
    assert saved.training.epochs == 3
    x = torch.rand(4, 1, 8, 8)
    torch.testing.assert_close(saved.vae.encode(x).mu, exact.encode(x).mu, atol=1e-3, rtol=1e-2)
    assert decoder_address(entry.digest)


def test_the_epochs_of_a_model_are_those_that_were_kept_whole_and_have_none_themselves(
    run: Run,
) -> None:
    epochs = epochs_of(found(f"run:{run.id}"))
    assert [each.title for each in epochs] == ["mine, epoch 0.25", "mine, epoch 3"]
    assert [find_model(each.key) for each in epochs] == epochs
    assert not {each.key for each in epochs} & {each.key for each in list_models()}
    for each in epochs:
        assert epochs_of(each) == []
        assert epochs_data(each, "digits") is None
        assert training_run(each.key) is None
    assert epochs_of(found("shipped:mnist-10d")) == []


@pytest.mark.parametrize(
    "epoch",
    ["", "x", "4", "03", "3.0", "-3", "1e0", "³", "3@3", "../3", "3.safetensors", "9" * 400],
)
def test_an_epoch_that_is_none_or_is_written_in_another_way_finds_nothing(
    run: Run, epoch: str
) -> None:
    assert find_model(f"run:{run.id}@{epoch}") is None
    assert find_model(f"run:nobody@{epoch}") is None


def test_an_epoch_without_its_encoder_tells_so_to_whoever_loads_it(run: Run) -> None:
    entry = found(f"run:{run.id}@0")
    with pytest.raises(AtlasError, match="its encoder was not kept"):
        load_by_digest(entry.digest)


def test_an_epoch_whose_file_is_gone_is_told_of(run: Run) -> None:
    entry = found(f"run:{run.id}@3")
    entry.source.unlink()
    assert find_model(entry.key) is None
    with pytest.raises(AtlasError, match="no longer on the server"):
        entry.digest  # noqa: B018
