"""The routes that show a run while it trains."""

import shutil
import time
from collections.abc import Iterator

import pytest
import torch

from latent_atlas.ui.latent_plane.live import asked_plane, slower_words
from latent_atlas.ui.latent_plane.projections import MOST_ACTIVE, Asked
from tests.latent_atlas.ui.test_routes import Get, get
from vae_core.checkpoint import read_checkpoint
from vae_core.data import fair_order, load_dataset
from vae_core.latent import HeldPlane, encode_images
from vae_core.models import VAE, decoder_tensors
from vae_core.runs import Run, create_run, make_config, runs_folder
from vae_core.runs.live import frame_path
from vae_core.runs.lock import FileLock
from vae_core.runs.snapshots import SnapshotRecord, snapshot_bytes
from vae_core.runs.workbench import assemble

__all__ = ["get"]

PROBE = 100


@pytest.fixture
def run() -> Iterator[Run]:
    """A run of digits that this process claims to train."""
    run = create_run(make_config(dataset="digits", hidden=(16,), latent_dim=2), runs_folder())
    yield from _training(run)


def _training(run: Run) -> Iterator[Run]:
    lock = FileLock(run.lock_path)
    assert lock.acquire()
    run.write_status(run.stored_status().model_copy(update={"state": "running"}))
    yield run
    lock.release()


def show(run: Run, step: int, vae: VAE | None = None, held: HeldPlane | None = None) -> VAE:
    """The worker shows a model, by default that of a seed of its own, as it is at a step."""
    digits = load_dataset("digits")
    config = run.config.model_copy(update={"seed": step})
    model = vae or assemble(config, digits.split("train").images)[0]
    assert isinstance(model, VAE)
    record = SnapshotRecord(
        step=step, epoch=step / 15, dataset="digits", images=len(digits.images), weights="float16"
    )
    probe = digits.images[fair_order(len(digits.images))[:PROBE]]
    frame_path(run.path).write_bytes(snapshot_bytes(model, probe, record, held))
    return model


def test_a_frame_is_decoder_points_and_labels_in_one_file_that_nobody_keeps(
    get: Get, run: Run
) -> None:
    vae = show(run, 3)
    answer = get(f"/api/live/{run.id}/frame")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = read_checkpoint(answer.content)
    assert {key: found.metadata[key] for key in ("step", "epoch", "total", "axes")} == {
        "step": 3,
        "epoch": 0.2,
        "total": PROBE,
        "axes": [0, 1],
    }
    for name, weights in decoder_tensors(vae)[0].items():
        assert torch.equal(found.tensors[name], weights.half())
    digits = load_dataset("digits")
    first = fair_order(len(digits.images))[:PROBE]
    exact = encode_images(vae, digits.images[first])
    torch.testing.assert_close(found.tensors["mu"], exact.mu, atol=1e-3, rtol=1e-3)
    assert digits.labels is not None
    assert torch.equal(found.tensors["labels"].long(), digits.labels[first])


def test_only_what_is_not_shown_yet_is_sent_though_it_be_earlier(get: Get, run: Run) -> None:
    assert get(f"/api/live/{run.id}/frame").status_code == 204  # the first one is about to come
    show(run, 3)
    assert get(f"/api/live/{run.id}/frame?after=2").status_code == 200
    assert get(f"/api/live/{run.id}/frame?after=3").status_code == 204
    time.sleep(0.01)
    show(run, 4)
    assert get(f"/api/live/{run.id}/frame?after=3").status_code == 200
    assert get(f"/api/live/{run.id}/frame?after=9").status_code == 200


@pytest.mark.parametrize("after", ["", "x", "-3", "1e9", "²", "9" * 40])
def test_a_step_that_makes_no_sense_is_none(get: Get, run: Run, after: str) -> None:
    show(run, 3)
    assert get(f"/api/live/{run.id}/frame?after={after}").status_code == 200


def test_who_asks_marks_the_run_as_watched(get: Get, run: Run) -> None:
    assert not (run.path / "watched").exists()
    get(f"/api/live/{run.id}/frame")
    assert (run.path / "watched").exists()


def test_a_run_that_has_ended_is_gone_and_one_that_never_was_is_not_found(
    get: Get, run: Run
) -> None:
    show(run, 3)
    run.write_status(run.stored_status().model_copy(update={"state": "finished"}))
    answer = get(f"/api/live/{run.id}/frame")
    assert (answer.status_code, answer.content) == (205, b"")
    for name in ("gone", "..%2Fdatasets", "a" * 300):
        answer = get(f"/api/live/{name}/frame")
        assert answer.status_code == 404
        assert "Traceback" not in answer.text
        assert name not in answer.text  # nor where the runs are
        assert "/" not in answer.text


def test_a_run_that_is_removed_while_it_is_watched_ends_its_plane_quietly(
    get: Get, run: Run
) -> None:
    show(run, 3)
    assert get(f"/api/live/{run.id}/frame").status_code == 200
    shutil.rmtree(run.path)
    assert get(f"/api/live/{run.id}/frame").status_code == 205


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"x" * 4000])
def test_a_frame_that_is_not_sound_is_one_sentence(get: Get, run: Run, content: bytes) -> None:
    frame_path(run.path).write_bytes(content)
    answer = get(f"/api/live/{run.id}/frame")
    assert answer.status_code == 404
    assert "live.safetensors" in answer.text


def test_the_axes_stay_until_others_carry_clearly_more(get: Get) -> None:
    config = make_config(dataset="digits", hidden=(16,), latent_dim=4)
    for run in _training(create_run(config, runs_folder())):
        vae = show(run, 1)
        with torch.no_grad():
            row = 20 * vae.encoder.mu.weight[1]
            for axis, size in enumerate((0.01, 1.0, 0.99, 0.98)):
                vae.encoder.mu.weight[axis] = size * row
            vae.encoder.mu.bias.zero_()
        time.sleep(0.01)
        show(run, 2, vae)

        def axes(query: str, run: Run = run) -> list[int]:
            found = read_checkpoint(get(f"/api/live/{run.id}/frame{query}").content)
            assert found.tensors["mu"].shape == (PROBE, 2)
            shown: list[int] = found.metadata["axes"]
            return shown

        assert axes("") == [1, 2]
        assert axes("?plane=4-3") == [3, 2]
        assert axes("?plane=1-2") == [1, 2]  # the first one carries next to nothing
        assert axes("?plane=2-9") == axes("?plane=2-2") == [1, 2]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("3-7", Asked("axes", (2, 6))),
        ("pca", Asked("pca")),
        *((nonsense, MOST_ACTIVE) for nonsense in ("", "3", "0-1", "1-2-3", "²-1", "tsne")),
    ],
)
def test_a_plane_is_pca_or_two_axes_and_else_that_of_the_most_active(
    text: str, asked: Asked
) -> None:
    assert asked_plane(text) == asked


def test_the_images_of_its_points_are_those_of_its_data(get: Get, run: Run) -> None:
    digits = load_dataset("digits").images
    order = fair_order(len(digits))
    answer = get(f"/api/live/{run.id}/images?points=5,2")
    assert answer.content == digits[order[[5, 2]]].numpy().tobytes()
    assert get(f"/api/live/{run.id}/images?points=x").status_code == 404


def test_a_frame_above_2_mb_is_told_with_the_pace_that_it_has_and_a_small_one_is_not(
    run: Run,
) -> None:
    assert slower_words(run) is None  # none has come yet
    show(run, 3)
    assert slower_words(run) is None
    frame_path(run.path).write_bytes(bytes(5_000_000))
    assert slower_words(run) == "A frame is 5.0 MB, so the map moves at most every 1.0 s."


def test_a_large_frame_says_so_itself(get: Get, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    show(run, 3)
    asked = f"/api/live/{run.id}/frame"
    assert "slower" not in read_checkpoint(get(asked).content).metadata
    monkeypatch.setattr("latent_atlas.ui.latent_plane.live.LARGE", 1_000)
    show(run, 4)
    told = read_checkpoint(get(asked).content).metadata["slower"]
    assert told == slower_words(run)


def test_eight_tabs_on_one_run_each_get_each_frame_and_nobody_waits_for_the_next(
    get: Get, run: Run
) -> None:
    for step in (3, 4):
        show(run, step)
        asked = f"/api/live/{run.id}/frame?after={step - 1}"
        answers = [get(asked) for _tab in range(8)]
        assert {answer.status_code for answer in answers} == {200}
        assert {read_checkpoint(answer.content).metadata["step"] for answer in answers} == {step}
        # Where there is none yet, the answer is empty and at once: no connection is held.
        waiting = [get(f"/api/live/{run.id}/frame?after={step}") for _tab in range(8)]
        assert {answer.status_code for answer in waiting} == {204}


def test_pca_is_the_plane_that_the_worker_holds_whoever_asks(get: Get) -> None:
    config = make_config(dataset="digits", hidden=(16,), latent_dim=4)
    for run in _training(create_run(config, runs_folder())):
        held = HeldPlane()
        vae = show(run, 1, held=held)
        asked = f"/api/live/{run.id}/frame?plane=pca"
        before = read_checkpoint(get(asked).content)
        with torch.no_grad():
            vae.encoder.mu.weight.mul_(-1)
            vae.encoder.mu.bias.mul_(-1)
        time.sleep(0.01)
        show(run, 2, vae, held)
        after, other = (read_checkpoint(get(asked).content) for _tab in range(2))
        told = after.metadata
        assert (told["projection"], told["held"], told["axes"]) == ("pca", True, [0, 1])
        assert 0 < told["explained"] <= 1
        assert torch.tensor(told["directions"]).shape == (2, 4)
        # Every code has changed its sign, and the dots lie where they lay.
        torch.testing.assert_close(after.tensors["mu"], before.tensors["mu"], atol=1e-5, rtol=0)
        assert torch.equal(after.tensors["mu"], other.tensors["mu"])
        assert after.tensors["correlation"].shape == (PROBE,)


def test_pca_of_a_frame_without_its_plane_is_that_of_the_most_active_axes(get: Get) -> None:
    config = make_config(dataset="digits", hidden=(16,), latent_dim=4)
    for run in _training(create_run(config, runs_folder())):
        show(run, 1)
        found = read_checkpoint(get(f"/api/live/{run.id}/frame?plane=pca").content)
        assert found.metadata["projection"].startswith("axes-")
