"""Runs with logs that a test has written: no worker touches them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from vae_core.runs import MetricEvent, Run, create_run, make_config, runs_folder

Bound = Callable[[int], float]


def written(
    bound: Bound = lambda images: -30.0,
    at: Sequence[int] = range(100, 1100, 100),
    below: float = 0.0,
    valid: bool = False,
    folder: Path | None = None,
    **config: object,
) -> Run:
    """A run whose ELBO on test images is so much `below` a `bound` after each of `at` images.

    That on training images is 1 below, that on validation images 0.5.
    """
    asked = {"dataset": "digits", "epochs": 10, "hidden": (8,), **config}
    run = create_run(make_config(**asked), folder or runs_folder())
    events = [
        MetricEvent(
            step=images,
            samples=images,
            epoch=images / 1000,
            seconds=images / 500,
            train=_means(bound(images) - below - 1),
            test=_means(bound(images) - below),
            valid=_means(bound(images) - below - 0.5) if valid else None,
            full_test=True,
            gradient_norm=1.0,
            learning_rate=1e-3,
            images_per_second=1000.0,
        )
        for images in at
    ]
    run.metrics_path.write_text("".join(f"{each.model_dump_json()}\n" for each in events))
    return run


def _means(elbo: float) -> dict[str, float]:
    return {"elbo": elbo, "rate": 2.0, "distortion": -elbo - 2.0}
