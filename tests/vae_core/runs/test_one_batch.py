"""One batch at a time of a paused run: it counts as any other, and leaves a small trace."""

import time
from pathlib import Path

import pytest
import torch

from vae_core.checkpoint import read_checkpoint, write_checkpoint
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture, TrainingRecord, load_model, save_model
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.batch_trace import IMAGES, LONGEST_SIDE, read_trace, trace_path, write_trace
from vae_core.runs.faults import take_batch, train_run
from vae_core.runs.one_batch import request_batch, takes_a_batch
from vae_core.runs.status import State
from vae_core.runs.workbench import assemble
from vae_core.traced_step import traced_step


def _run(folder: Path, **fields: object) -> Run:
    given = {"dataset": "digits", "hidden": (16,), "epochs": 2, "batch_size": 500, "threads": 1}
    return create_run(make_config(**(given | fields)), folder)


def _becomes(run: Run, state: State) -> None:
    run.write_status(run.stored_status().model_copy(update={"state": state}))


def _weights(run: Run) -> dict[str, torch.Tensor]:
    path = run.model_path()
    assert path is not None
    return load_model(path).vae.state_dict()


def _same(one: Run, other: Run) -> bool:
    a, b = _weights(one), _weights(other)
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_pause_some_batches_and_a_resume_end_where_an_uninterrupted_run_does(
    tmp_path: Path,
) -> None:
    whole, stepped, alone = (_run(tmp_path, latent_dim=3) for _ in range(3))
    assert train_run(whole).step == 6  # three an epoch
    _becomes(stepped, "paused")
    for step in range(1, 5):  # over the end of an epoch, whose point the curve gets
        status = take_batch(stepped)
        assert (status.state, status.step) == ("paused", step)
        assert read_trace(stepped.path).record.step == step
    assert [point.step for point in stepped.metrics()] == [3]
    _becomes(stepped, "queued")
    assert train_run(stepped).step == 6
    assert _same(whole, stepped)

    _becomes(alone, "paused")
    states = [take_batch(alone).state for _ in range(6)]
    assert states == ["paused"] * 5 + ["finished"]
    assert _same(whole, alone)
    assert alone.stored_status().test == whole.stored_status().test


def test_a_trace_is_of_the_next_batch_by_the_model_that_rests(tmp_path: Path) -> None:
    run = _run(tmp_path)
    _becomes(run, "paused")
    take_batch(run)
    path = run.model_path()
    assert path is not None
    before = load_model(path).vae
    take_batch(run)
    trace, after = read_trace(run.path), load_model(run.model_path() or path).vae
    assert (len(trace.x), trace.record.images, trace.record.draws) == (IMAGES, 500, 1)
    with torch.no_grad():
        for vae, distortion in ((before, trace.distortion), (after, trace.distortion_after)):
            posterior = vae.encode(trace.x)  # 17 grey levels, which float16 rounds a little
            z = torch.addcmul(posterior.mu, trace.noise, torch.exp(0.5 * posterior.logvar))
            found = -vae.decode(z).log_prob(trace.x)
            torch.testing.assert_close(found, distortion, rtol=1e-3, atol=1e-2)
    assert trace.record.after.elbo > trace.record.before.elbo
    assert trace_path(run.path).stat().st_size < 100_000


def test_the_trace_of_large_images_stays_small(tmp_path: Path) -> None:
    images = torch.zeros(4, 3, 300, 200, dtype=torch.uint8)
    settings = {"network": "conv", "channels": (16, 1), "hidden": (1100,), "batch_size": 4}
    model, loop = assemble(make_config(dataset="digits", **settings), images)
    assert isinstance(model, VAE)
    write_trace(tmp_path, traced_step(loop, model), 1)
    trace = read_trace(tmp_path)
    assert trace.x.shape == (4, 3, 100, 67)
    assert max(trace.x.shape[2:]) <= LONGEST_SIDE
    assert trace.record.encoder_layers == [[16, 150, 100], [3750], [1100]]
    assert [tuple(each.shape[1:]) for each in trace.encoder_layers] == [
        (12, 15, 10),
        (1024,),
        (1024,),
    ]
    assert trace_path(tmp_path).stat().st_size < 1_500_000


def test_a_trace_that_is_damaged_or_gone_is_told_in_a_sentence(tmp_path: Path) -> None:
    run = _run(tmp_path)
    with pytest.raises(AtlasError, match="There is no file"):
        read_trace(run.path)
    model = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2))
    save_model(trace_path(run.path), model, TrainingRecord())
    with pytest.raises(AtlasError, match="damaged: take another batch"):
        read_trace(run.path)


def test_a_batch_is_taken_by_a_process_of_its_own_and_only_of_a_paused_run(tmp_path: Path) -> None:
    run = _run(tmp_path)
    with pytest.raises(AtlasError, match="queued: pause it"):
        request_batch(run)
    _becomes(run, "paused")
    assert request_batch(run) == 0
    deadline = time.monotonic() + 60
    while takes_a_batch(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert read_trace(run.path).record.step == run.status().step == 1
    assert run.status().state == "paused"
    other = _run(tmp_path, algorithm="wake-sleep")
    with pytest.raises(AtlasError, match="another way"):
        request_batch(other)


def test_the_images_of_a_trace_are_those_of_the_data(tmp_path: Path) -> None:
    run = _run(tmp_path)
    _becomes(run, "paused")
    take_batch(run)
    known = load_dataset("digits").split("train").images.float().div(255).half()
    for image in read_trace(run.path).x.half():
        assert (known == image).flatten(1).all(1).any()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("encoder_layers.0", torch.zeros(8, 0)),
        ("encoder_layers.0", torch.zeros(8, 2, 2, 2)),
        ("logvar", torch.full((8, 2), 1e30)),
        ("x", torch.zeros(8, 1, 0, 0)),
        ("mu", torch.zeros(8, 0)),
    ],
)
def test_a_trace_whose_tensors_cannot_be_shown_is_damaged(
    tmp_path: Path, name: str, other: torch.Tensor
) -> None:
    run = _run(tmp_path)
    _becomes(run, "paused")
    take_batch(run)
    found = read_checkpoint(trace_path(run.path))
    write_checkpoint(trace_path(run.path), found.tensors | {name: other}, found.metadata)
    with pytest.raises(AtlasError, match="damaged: take another batch"):
        read_trace(run.path)
