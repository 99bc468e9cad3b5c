import threading
import time
from collections.abc import Callable

import pytest

from latent_atlas.ui.background import FAULT, Shelf
from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress
from vae_core.data.own import ImportCancelled
from vae_core.errors import AtlasError


@pytest.fixture(autouse=True)
def no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_jobs", Shelf(jobs.KEPT))


def ended(job: Job) -> Job:
    deadline = time.monotonic() + 10
    while job.state == "running" and time.monotonic() < deadline:
        time.sleep(0.01)
    return job


def test_a_job_tells_how_far_it_is_and_what_it_made() -> None:
    go_on = threading.Event()

    def work(tell: Progress, asked: IsCancelled) -> str:
        tell(3, 12)
        go_on.wait(10)
        return "own-0"

    job = jobs.start("a", "Faces", work)
    while not job.total:
        time.sleep(0.01)
    assert (job.state, job.share) == ("running", 0.25)
    assert jobs.start("a", "Faces", work) is job  # asked twice, done once
    assert jobs.find("a") is job
    go_on.set()
    assert ended(job).state == "finished"
    assert (job.dataset, job.message) == ("own-0", "")
    jobs.forget("a")
    assert jobs.find("a") is None


def test_a_job_that_is_cancelled_says_so() -> None:
    def work(tell: Progress, asked: IsCancelled) -> str:
        while not asked():
            time.sleep(0.01)
        raise ImportCancelled("Nothing was kept.")

    job = jobs.start("a", "Faces", work)
    job.cancel()
    assert ended(job).state == "cancelled"
    assert job.message == "Nothing was kept."


def raising(error: Exception) -> Callable[[Progress, IsCancelled], str]:
    def work(tell: Progress, asked: IsCancelled) -> str:
        raise error

    return work


def test_a_job_that_fails_has_a_sentence() -> None:
    job = ended(jobs.start("a", "Faces", raising(AtlasError("The disk is full."))))
    assert (job.state, job.message) == ("failed", "The disk is full.")


def test_a_fault_in_the_program_ends_the_job_too_and_keeps_its_traceback() -> None:
    job = Job("Faces")
    with pytest.raises(ZeroDivisionError):
        job.run(raising(ZeroDivisionError()))
    assert (job.state, job.message) == ("failed", FAULT)


def test_old_jobs_are_forgotten_and_running_ones_are_not() -> None:
    go_on = threading.Event()
    long = jobs.start("long", "Long", lambda tell, asked: str(go_on.wait(10)))
    for i in range(jobs.KEPT + 10):
        ended(jobs.start(str(i), "Short", lambda tell, asked: ""))
    assert jobs.find("long") is long
    assert jobs.find("0") is None
    assert len(jobs._jobs) <= jobs.KEPT + 1
    go_on.set()
    ended(long)
