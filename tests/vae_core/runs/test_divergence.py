"""Training that diverges with finite numbers is called so, and no healthy one is."""

from pathlib import Path

import numpy as np
import pytest

from vae_core.algorithms import ALGORITHMS
from vae_core.data.own.store import datasets_folder, keep
from vae_core.models import LIKELIHOODS, VAE
from vae_core.runs import Run, RunConfig, RunStatus, create_run, make_config
from vae_core.runs.divergence import divergence, far_below
from vae_core.runs.faults import train_run
from vae_core.runs.metrics import MetricEvent, StandardsEvent, standards_of

STANDARDS = StandardsEvent(untrained=-550.0, mean_image=-205.0, numbers=784)
CONFIG = make_config(dataset="digits", threads=1)


def trained(folder: Path, **fields: object) -> tuple[Run, RunStatus]:
    usual = {"dataset": "digits", "hidden": (16,), "threads": 1}
    run = create_run(make_config(**(usual | fields)), folder)
    return run, train_run(run)


def colour_noise(count: int = 60, side: int = 32) -> str:
    """The name of a dataset of large RGB images in which there is nothing to learn."""
    images = np.random.RandomState(0).randint(0, 256, (count, 3, side, side)).astype(np.uint8)
    return keep(images, None, (), "Noise", "drawn by a test", datasets_folder()).name


def point(samples: int, test: float, train: float | None = None, rate: float = 5.0) -> MetricEvent:
    def bound(elbo: float) -> dict[str, float]:
        return {"elbo": elbo, "rate": rate, "distortion": -elbo - rate}

    return MetricEvent(
        step=samples // 100,
        samples=samples,
        epoch=samples / 1000,
        seconds=1.0,
        train=bound(test if train is None else train),
        test=bound(test),
        gradient_norm=1.0,
        learning_rate=1e-3,
        images_per_second=1000.0,
    )


OF_VAES = [name for name, settings in ALGORITHMS.items() if settings.trains is VAE]


def judged(
    *points: MetricEvent, config: RunConfig = CONFIG, beta: float = 1.0, ended: bool = False
) -> str | None:
    return divergence(config, STANDARDS, points, beta=beta, ended=ended)


@pytest.mark.parametrize(
    ("algorithm", "likelihood"),
    [*((name, "bernoulli") for name in OF_VAES), *(("aevb", name) for name in LIKELIHOODS)],
)
def test_a_healthy_run_is_never_called_diverged(
    algorithm: str, likelihood: str, tmp_path: Path
) -> None:
    """Nor would it be if a single measurement of it, the first one included, were enough."""
    run, status = trained(tmp_path, algorithm=algorithm, likelihood=likelihood, samples=1500)
    assert status.state == "finished"
    assert status.diverged is None
    standards = standards_of(run.events())
    assert standards is not None
    bounds = [event.test["elbo"] for event in run.metrics() if event.test is not None]
    assert min(bounds) > far_below(standards)


def test_large_colour_images_with_a_small_fixed_deviation_diverge_and_are_told_so(
    tmp_path: Path,
) -> None:
    _, status = trained(
        tmp_path,
        dataset=colour_noise(),
        likelihood="gaussian-fixed",
        scale=0.01,
        learning_rate=1.0,
        batch_size=10,
        epochs=4,
    )
    assert status.state == "finished"
    told = status.diverged
    assert told is not None
    assert "smaller learning rate (it was 1)" in told
    assert "larger pixel standard deviation (it was 0.01)" in told
    assert "-" not in told  # minus signs are true ones


def test_the_same_images_and_deviation_with_a_fitting_learning_rate_do_not(tmp_path: Path) -> None:
    _, status = trained(
        tmp_path,
        dataset=colour_noise(),
        likelihood="gaussian-fixed",
        scale=0.01,
        learning_rate=1e-3,
        batch_size=10,
        epochs=4,
    )
    assert status.diverged is None


def test_a_wild_learning_rate_diverges(tmp_path: Path) -> None:
    _, status = trained(tmp_path, learning_rate=10, epochs=3)
    assert status.diverged is not None


def test_a_bound_that_stays_far_below_both_has_diverged() -> None:
    told = judged(*(point(s, -900) for s in range(100, 2001, 100)))
    assert told is not None
    assert "the bound on test images, −900 nats," in told
    assert "(−550.0)" in told
    assert "(−205.0)" in told


@pytest.mark.parametrize(
    ("standards", "rule"),
    [
        (
            STANDARDS,
            "Far is more than 196.0 nats below the worse of the two, a quarter of a nat for each "
            "pixel value: below −746.0.",
        ),
        (
            StandardsEvent(untrained=-550.0, mean_image=-205.0, numbers=64),
            "Far is more than 68.8 nats below the worse of the two, an eighth of its size: "
            "below −618.8.",
        ),
        (
            StandardsEvent(untrained=-100.0, mean_image=900.0, numbers=64),
            "Far is more than 125.0 nats below the worse of the two, an eighth of what lies "
            "between the two: below −225.0.",
        ),
    ],
)
def test_it_is_said_what_far_is_and_why(standards: StandardsEvent, rule: str) -> None:
    points = [point(s, -90_000) for s in range(100, 2001, 100)]
    told = divergence(CONFIG, standards, points, beta=1.0, ended=True)
    assert told is not None
    assert rule in told


def test_the_bound_that_diverged_has_its_error_and_no_more_digits_than_that_supports() -> None:
    points = [
        point(s, -570_211.6).model_copy(update={"test_half_widths": {"elbo": 3146.2}})
        for s in range(100, 2001, 100)
    ]
    told = judged(*points)
    assert told is not None
    assert "the bound on test images, −570,000 ± 3,000 nats," in told


def test_a_jump_that_recovers_is_not_divergence() -> None:
    jump = [point(s, -9e9 if s == 1500 else -300) for s in range(100, 2001, 100)]
    assert judged(*jump) is None
    assert judged(*jump[:15]) is None  # while it lasts


def test_a_first_epoch_is_not_judged_unless_there_is_no_more() -> None:
    first = [point(s, -900) for s in range(100, 901, 100)]
    assert judged(*first) is None
    assert judged(*first, ended=True) is not None


def test_one_that_began_badly_and_recovered_is_not_called_diverged() -> None:
    points = [point(s, -9000 if s < 1500 else -300) for s in range(100, 2001, 100)]
    assert judged(*points) is None


def test_memorising_is_no_divergence() -> None:
    assert judged(*(point(s, -5000, train=-90) for s in range(100, 2001, 100))) is None


def test_a_rate_that_training_does_not_weigh_is_no_divergence() -> None:
    points = [point(s, -5000, rate=4900) for s in range(100, 2001, 100)]
    assert judged(*points, beta=0) is None
    assert judged(*points, beta=1) is not None


def test_a_run_from_before_there_was_a_standard_is_held_against_nothing(tmp_path: Path) -> None:
    points = [point(s, -9e9) for s in range(100, 2001, 100)]
    assert divergence(CONFIG, None, points, beta=1.0, ended=True) is None
    run = create_run(make_config(dataset="digits", hidden=(4,), epochs=1, threads=1), tmp_path)
    run.metrics_path.write_text(point(100, -300).model_dump_json() + "\n")
    assert train_run(run).state == "finished"
    assert standards_of(run.events()) is None


def test_the_standards_are_measured_once_and_survive_a_resume(tmp_path: Path) -> None:
    run, _ = trained(tmp_path, epochs=1)
    first = standards_of(run.events())
    run.write_status(run.stored_status().model_copy(update={"state": "paused"}))
    train_run(run)
    events = [event for event in run.events() if isinstance(event, StandardsEvent)]
    assert events == [first]
