"""Measurements of a split: done once, kept in memory and on disk, shared by all who ask."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from latent_atlas.ui.background import FAULT
from latent_atlas.ui.reconstruct import measure, measured_files, measuring
from latent_atlas.ui.reconstruct.measure import Measurement, Subject, asked, measured
from vae_core.data import load_dataset
from vae_core.evaluation import Cancelled, Treatment, Watch, evaluate_images
from vae_core.models import VAE, Architecture

SPLIT = load_dataset("digits").split("train")


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    measure._memory.clear()
    measuring._jobs.clear()
    yield
    measure._memory.clear()
    measuring._jobs.clear()


def _subject(treatment: Treatment = "grey", latent_dim: int = 3) -> Subject:
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=latent_dim, hidden=(20,)))
    vae.initialise("paper", torch.Generator().manual_seed(0))
    return Subject("d" * 64, "digits", "train", treatment, vae, SPLIT.images)


def _measured(subject: Subject) -> Measurement:
    return measured(*(getattr(subject, name) for name in subject.__dataclass_fields__))


@pytest.mark.parametrize("treatment", ["grey", "dynamic"])
def test_what_is_kept_is_what_the_core_measures_of_the_whole_split(treatment: Treatment) -> None:
    subject = _subject(treatment)
    found = _measured(subject)
    whole = evaluate_images(subject.vae, SPLIT.images, treatment=treatment, samples=measure.SAMPLES)
    torch.testing.assert_close(found.bounds.elbo, whole.elbo, rtol=1e-6, atol=1e-4)
    torch.testing.assert_close(found.bounds.rate_per_dim, whole.rate_per_dim)
    assert len(found) == len(SPLIT)
    mu = subject.vae.encode(SPLIT.images / 255).mu
    assert set(found.axes) == set(mu.var(0).argsort()[-2:].tolist())
    if treatment == "grey":
        torch.testing.assert_close(found.places, mu[:, list(found.axes)], rtol=1e-4, atol=1e-5)


def test_another_server_reads_it_from_the_disk_and_measures_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = _measured(_subject())
    measure._memory.clear()
    monkeypatch.setattr(measure, "bounds_in_parts", None)
    again = _measured(_subject())
    torch.testing.assert_close(again.bounds.elbo, first.bounds.elbo, rtol=0, atol=0)
    torch.testing.assert_close(again.places, first.places, rtol=0, atol=0)
    assert (again.axes, again.draw_variance) == (first.axes, first.draw_variance)


@pytest.mark.parametrize("damage", ["torn", "other", "empty", "shape"])
def test_a_damaged_file_is_made_anew(damage: str) -> None:
    first = _measured(_subject())
    (path,) = measured_files.SHELF.folder.glob("*.measured")
    content = path.read_bytes()
    if damage == "shape":
        short = {name: value[:-1] for name, value in measure._as_tensors(first).items()}
        measured_files.write(path.stem, short)
    else:
        path.write_bytes({"torn": content[:-9], "other": b"PK\x03\x04" * 99, "empty": b""}[damage])
    measure._memory.clear()
    again = _measured(_subject())
    torch.testing.assert_close(again.bounds.elbo, first.bounds.elbo, rtol=0, atol=0)
    assert path.read_bytes() == content


def test_other_pixels_under_the_same_name_are_measured_anew() -> None:
    subject = _subject()
    other = replace(subject, images=255 - subject.images)
    assert subject.bounds_key() != other.bounds_key()
    assert not torch.equal(_measured(subject).bounds.elbo, _measured(other).bounds.elbo)


def test_one_dimension_is_drawn_against_its_rate() -> None:
    found = _measured(_subject(latent_dim=1))
    assert found.axes == (0,)
    torch.testing.assert_close(found.places[:, 1], found.bounds.rate)


def test_a_visitor_who_cancels_does_not_end_what_another_looks_at() -> None:
    started, go = threading.Event(), threading.Event()

    def work(watch: Watch, publish: object) -> int:
        started.set()
        while not go.wait(0.01):
            if watch.cancelled():
                raise Cancelled
        return 7

    first, second = (measuring.ask("shared", work, who) for who in ("first", "second"))
    assert first is second
    started.wait(10)
    first.cancel("first")
    go.set()
    first.wait(10)
    assert (first.state, first.result) == ("finished", 7)

    started.clear()
    go.clear()
    alone = measuring.ask("alone", work, "first")
    started.wait(10)
    alone.cancel("first")
    alone.wait(10)
    assert alone.state == "cancelled"
    measuring.forget("alone")
    assert measuring.ask("alone", lambda watch, publish: 8, "first") is not alone


def test_who_cancels_what_waits_for_its_turn_waits_no_more() -> None:
    goes_on = threading.Event()
    ahead = measuring.ask("ahead", lambda watch, publish: goes_on.wait(60), "one")
    behind = measuring.ask("behind", lambda watch, publish: True, "another")
    behind.cancel("another")
    assert behind.state == "cancelled"
    behind.wait(60)
    assert ahead.active
    goes_on.set()
    ahead.wait(60)
    assert ahead.state == "finished"
    assert behind.result is None


@pytest.mark.parametrize(
    ("patience", "state"),
    [(measuring.PATIENCE, "cancelled"), (measuring.LONG_PATIENCE, "finished")],
)
def test_what_takes_minutes_goes_on_for_longer_with_nobody_looking(
    patience: float, state: str
) -> None:
    job: measuring.Job[int] = measuring.Job(patience=patience)
    job._seen["me"] = time.monotonic() - 300
    job.run(lambda watch, publish: 7)
    assert job.state == state


def test_what_is_there_is_shown_before_the_rest_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, go = threading.Event(), threading.Event()
    original = measure.bounds_in_parts

    def slowly(*args: object, **settings: object) -> Iterator[object]:
        for part in original(*args, **settings, batch_size=500):  # type: ignore[arg-type]
            yield part
            seen.set()
            go.wait(10)

    monkeypatch.setattr(measure, "bounds_in_parts", slowly)
    job = asked(_subject(), "me")
    seen.wait(10)
    assert job.partial is not None
    assert (len(job.partial), job.active) == (500, True)
    go.set()
    job.wait(10)
    assert job.result is not None
    assert len(job.result) == len(SPLIT)
    torch.testing.assert_close(job.partial.bounds.elbo[:500], job.result.bounds.elbo[:500])


def test_a_failure_is_told_and_the_thread_goes_on() -> None:
    def fails(watch: Watch, publish: object) -> int:
        raise ZeroDivisionError

    job = measuring.ask("fails", fails, "me")
    job.wait(10)
    assert (job.state, job.message) == ("failed", FAULT)
    after = measuring.ask("after", lambda watch, publish: 3, "me")
    after.wait(10)
    assert after.result == 3
