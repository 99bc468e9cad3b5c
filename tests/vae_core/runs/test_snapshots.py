"""Snapshots of a run: which are kept, what is in them, and what is refused."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.data import fair_order, load_dataset
from vae_core.errors import AtlasError
from vae_core.latent import encode_images
from vae_core.models import (
    VAE,
    Architecture,
    TrainingRecord,
    decoder_bytes,
    decoder_tensors,
    model_bytes,
)
from vae_core.runs import (
    Snapshot,
    create_run,
    list_snapshots,
    make_config,
    read_snapshot,
    snapshot_model,
    snapshot_record,
)
from vae_core.runs.faults import train_run
from vae_core.runs.keeping import FEWEST, MOST_BYTES, USUAL, Weights, keeping, spread_steps
from vae_core.runs.snapshots import (
    SnapshotKeeper,
    SnapshotRecord,
    probe_size,
    snapshot_plan,
    write_snapshot,
)

ARCHITECTURE = Architecture(image_shape=(1, 4, 3), latent_dim=2, hidden=(5,))
WIDER = Architecture(image_shape=(1, 4, 3), latent_dim=2, hidden=(6,))
PROBE = torch.randint(256, (7, 1, 4, 3), dtype=torch.uint8)


def _at(folder: Path, content: bytes) -> Snapshot:
    path = folder / "epoch-3.safetensors"
    path.write_bytes(content)
    return Snapshot(3, path)


def _record(weights: Weights = "float16", *, encoder: bool = False) -> SnapshotRecord:
    return SnapshotRecord(step=9, dataset="digits", images=1797, weights=weights, encoder=encoder)


@pytest.mark.parametrize("total", [1, 2, 11, 12, 13, 30, 300, 4_690, 1_000_000])
@pytest.mark.parametrize("count", [2, 5, FEWEST, USUAL])
def test_steps_are_spread_by_equal_factors_from_none_to_the_last(total: int, count: int) -> None:
    steps = spread_steps(total, count)
    assert steps == tuple(sorted(set(steps)))
    assert (steps[0], steps[-1]) == (0, total)
    assert len(steps) == min(count, total + 1)
    # Ever further apart, as far as whole steps can be.
    gaps = [after - before for before, after in pairwise(steps[1:])]
    assert all(after >= before - 1 for before, after in pairwise(gaps))


@pytest.mark.parametrize(
    ("halves", "integers", "kept", "weights", "told"),
    [
        (800_000, 400_000, USUAL, "float16", False),
        (MOST_BYTES // 13, MOST_BYTES // 26, 13, "float16", False),
        (MOST_BYTES // 10, MOST_BYTES // 20, USUAL, "int8", False),
        (MOST_BYTES // 5, MOST_BYTES // 10, 10, "int8", True),
        (3 * MOST_BYTES, 2 * MOST_BYTES, 0, "int8", True),
    ],
)
def test_what_is_kept_of_a_run_never_takes_more_than_its_share(
    halves: int, integers: int, kept: int, weights: str, told: bool
) -> None:
    found = keeping(10_000, halves, integers)
    assert (len(found.steps), found.weights, found.note is not None) == (kept, weights, told)
    assert kept * (halves if weights == "float16" else integers) <= MOST_BYTES


@pytest.mark.parametrize(
    ("share", "kept", "weights", "whole"),
    [(20, USUAL, "float16", True), (13, 13, "float16", True), (11, USUAL, "float16", False)],
)
def test_the_encoder_is_kept_where_it_costs_no_decoder_its_digits_or_its_steps(
    share: int, kept: int, weights: str, whole: bool
) -> None:
    both = MOST_BYTES // share
    found = keeping(10_000, both // 2, both // 4, {"float16": both, "int8": both // 2})
    assert (len(found.steps), found.weights, found.encoder) == (kept, weights, whole)
    assert kept * (both if whole else both // 2) <= MOST_BYTES


@pytest.mark.parametrize("weights", ["float16", "int8"])
def test_a_whole_snapshot_is_the_model_as_it_was_rounded_and_sends_no_encoder(
    tmp_path: Path, weights: Weights
) -> None:
    vae = VAE(ARCHITECTURE.model_copy(update={"likelihood": "gaussian"}))
    with torch.no_grad():  # the heads of a likelihood are part of it, too
        vae.get_parameter("decoder.logvar.bias").fill_(0.25)
    training = TrainingRecord(dataset="digits", algorithm="aevb", epochs=2.5)
    write_snapshot(tmp_path, 2.5, vae, PROBE, _record(weights, encoder=True), training)
    (kept,) = list_snapshots(tmp_path)
    found = snapshot_model(kept.path)
    assert found.training == training
    exact, tensors = vae.state_dict(), found.vae.state_dict()
    assert exact.keys() == tensors.keys()
    step = 2**-11 if weights == "float16" else 1 / 254
    for name, tensor in tensors.items():
        assert tensor.dtype == torch.float32
        assert (tensor - exact[name]).abs().max() <= step * exact[name].abs().max()
    content = read_snapshot(kept, vae.architecture)
    assert content.encodings is not None
    sent = read_checkpoint(content.decoder)
    assert sent.tensors.keys() == decoder_tensors(vae)[0].keys()
    assert "training" not in sent.metadata
    for name, tensor in sent.tensors.items():
        assert torch.equal(tensor.float(), tensors[name])


def test_a_whole_model_of_a_decoder_alone_is_refused_in_a_sentence(tmp_path: Path) -> None:
    write_snapshot(tmp_path, 1, VAE(ARCHITECTURE), PROBE, _record())
    old = _at(tmp_path, decoder_bytes(VAE(ARCHITECTURE)))
    assert old in list_snapshots(tmp_path)
    for each in list_snapshots(tmp_path):
        with pytest.raises(AtlasError, match="its encoder was not kept"):
            snapshot_model(each.path)


def test_a_run_keeps_whole_models_that_say_where_they_come_from(tmp_path: Path) -> None:
    config = make_config(dataset="digits", hidden=(4,), epochs=1, threads=1, seed=3)
    run = create_run(config, tmp_path)
    train_run(run)
    kept = list_snapshots(run.snapshots_path)
    assert len(kept) > 1
    for each in kept:
        saved = snapshot_model(each.path)
        assert (saved.training.dataset, saved.training.seed) == ("digits", 3)
        assert saved.training.epochs == pytest.approx(each.epoch, abs=1e-4)
        content = read_snapshot(each, saved.vae.architecture)
        assert content.record is not None
        assert content.encodings is not None
        digits = load_dataset("digits").images
        probe = digits[fair_order(len(digits))[: len(content.encodings.mu)]]
        again = encode_images(saved.vae, probe)
        torch.testing.assert_close(again.mu, content.encodings.mu, atol=5e-3, rtol=5e-3)


def test_fewer_images_are_encoded_where_there_are_many_dimensions() -> None:
    assert [probe_size(dims) for dims in (1, 2, 50, 100, 512)] == [2000, 2000, 2000, 1000, 500]


@pytest.mark.parametrize("weights", ["float16", "int8"])
def test_what_was_kept_is_listed_by_epoch_and_read_back_as_it_was_rounded(
    tmp_path: Path, weights: Weights
) -> None:
    vaes = {epoch: VAE(ARCHITECTURE) for epoch in (10.0, 0.0, 2.25)}
    for epoch, vae in vaes.items():
        write_snapshot(tmp_path / "snapshots", epoch, vae, PROBE, _record(weights))
    found = list_snapshots(tmp_path / "snapshots")
    assert [each.epoch for each in found] == [0, 2.25, 10]
    for each in found:
        content = read_snapshot(each, ARCHITECTURE)
        assert content.record == snapshot_record(each.path) == _record(weights)
        vae = vaes[each.epoch]
        exact, tensors = decoder_tensors(vae)[0], read_checkpoint(content.decoder).tensors
        assert exact.keys() == tensors.keys()
        step = 2**-11 if weights == "float16" else 1 / 254
        for name, tensor in tensors.items():
            assert tensor.dtype == (torch.float16 if weights == "float16" else torch.float32)
            assert (tensor.float() - exact[name]).abs().max() <= step * exact[name].abs().max()
        encodings = encode_images(vae, PROBE)
        assert content.encodings is not None
        torch.testing.assert_close(content.encodings.mu, encodings.mu, atol=1e-3, rtol=1e-3)
        torch.testing.assert_close(content.encodings.logvar, encodings.logvar, atol=1e-3, rtol=1e-3)


def test_weights_too_large_for_sixteen_bits_are_kept_as_large_as_can_be(tmp_path: Path) -> None:
    vae = VAE(ARCHITECTURE)
    with torch.no_grad():
        next(vae.decoder.parameters()).fill_(-1e6)
    write_snapshot(tmp_path, 1, vae, None, _record())
    (found,) = list_snapshots(tmp_path)
    tensors = read_checkpoint(read_snapshot(found, ARCHITECTURE).decoder).tensors
    assert min(float(tensor.min()) for tensor in tensors.values()) == -65504


def test_a_keeper_writes_the_steps_of_its_plan_and_no_other(tmp_path: Path) -> None:
    vae, folder = VAE(ARCHITECTURE), tmp_path / "snapshots"
    plan = snapshot_plan(vae, None, total_steps=100)
    keeper = SnapshotKeeper(folder, vae, None, dataset="digits", images=9, plan=plan)
    for step in range(101):
        keeper.keep(step, step / 50)
    kept = [snapshot_record(each.path) for each in list_snapshots(folder)]
    assert [each.step for each in kept if each] == list(plan.steps)
    # The last step is the model itself.
    assert plan.steps == spread_steps(100, USUAL + 1)[:-1]
    assert read_snapshot(list_snapshots(folder)[0], ARCHITECTURE).encodings is None


def test_a_snapshot_of_an_earlier_version_is_its_decoder_alone(tmp_path: Path) -> None:
    vae = VAE(ARCHITECTURE)
    content = read_snapshot(_at(tmp_path, decoder_bytes(vae)), ARCHITECTURE)
    assert (content.record, content.encodings) == (None, None)
    tensors = read_checkpoint(content.decoder).tensors
    assert all(torch.equal(tensors[name], t) for name, t in decoder_tensors(vae)[0].items())


def test_a_folder_that_is_missing_or_holds_other_files_has_none(tmp_path: Path) -> None:
    assert list_snapshots(tmp_path / "nowhere") == []
    for name in (".epoch-1.safetensors.tmp", "epoch-x.safetensors", "epoch-01.safetensors"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "epoch-1.pt").write_bytes(b"")
    assert list_snapshots(tmp_path) == []


def _with_probe(mu: torch.Tensor | None, logvar: torch.Tensor | None, **record: object) -> bytes:
    tensors, metadata = decoder_tensors(VAE(ARCHITECTURE))
    probe = {"probe.mu": mu, "probe.logvar": logvar}
    told = _record().model_dump() | record
    return checkpoint_bytes(
        tensors | {name: tensor.clone() for name, tensor in probe.items() if tensor is not None},
        metadata | {"snapshot": told},
    )


HALVES = torch.zeros(3, 2).half()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x80\x04K\x01.", "PyTorch pickle"),
        (b"", "not a safetensors file"),
        (decoder_bytes(VAE(ARCHITECTURE))[:-8], "damaged"),
        (decoder_bytes(VAE(WIDER)), "another architecture"),
        (model_bytes(VAE(ARCHITECTURE), TrainingRecord()), "holds encoder"),
        (_with_probe(HALVES, None), "contradicts itself"),
        (_with_probe(HALVES, HALVES[:2]), "contradicts itself"),
        (_with_probe(HALVES, HALVES.float()), "contradicts itself"),
        (_with_probe(HALVES[:, :1], HALVES[:, :1]), "contradicts itself"),
        (_with_probe(HALVES[0], HALVES[0]), "contradicts itself"),
        (_with_probe(HALVES, HALVES, step=-1), "does not describe itself"),
        (_with_probe(HALVES, HALVES, weights="float8"), "does not describe itself"),
        (_with_probe(HALVES, HALVES, dataset="x" * 201), "does not describe itself"),
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
