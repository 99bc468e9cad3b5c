"""How long a whole split takes to be measured for the comparison, and to be read again.

    python benchmarks/compare_split.py [--models 4] [--images 10000]

Random MLPs 2-500-784 on random images of 28 × 28, as the page measures them: four draws of z, one
thread, one model after the other. Prints JSON: seconds of the clock and of the processor until the
first part is there, and all; beside them what they were measured with before (two further passes
for the spread of the draws), and what reading all from the disk takes.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable

import torch

from latent_atlas.ui.reconstruct import measure
from latent_atlas.ui.reconstruct.measure import SAMPLES, Subject, asked, measured
from vae_core.evaluation import draw_variance, evaluate_images
from vae_core.evaluation.calibration import calibration
from vae_core.models import VAE, Architecture


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=4)
    parser.add_argument("--images", type=int, default=10_000)
    options = parser.parse_args()
    torch.set_num_threads(1)  # as in the server
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(
        0, 256, (options.images, 1, 28, 28), dtype=torch.uint8, generator=generator
    )
    subjects = []
    for number in range(options.models):
        vae = VAE(Architecture(image_shape=(1, 28, 28), latent_dim=2, hidden=(500,)))
        vae.initialise("paper", torch.Generator().manual_seed(number))
        digest = f"{number:064x}"
        subjects.append(Subject(digest, "random", "test", "grey", vae, images))

    with tempfile.TemporaryDirectory() as folder:
        os.environ["LATENT_ATLAS_CACHE"] = folder
        begun = time.perf_counter()
        jobs = [asked(subject, "benchmark") for subject in subjects]
        while jobs[0].found is None:
            time.sleep(0.002)
        first = time.perf_counter() - begun
        everything = _timed(lambda: _each(_all, subjects), begun)
        measure._memory.clear()  # as another server finds it
        again = _timed(lambda: _each(_all, subjects))
    before = _timed(lambda: _each(_before, subjects))
    pixels = _timed(lambda: calibration(subjects[0].vae, images[:2000], samples=SAMPLES))
    print(
        json.dumps(
            {
                "models": options.models,
                "images": options.images,
                "first part": {"seconds": round(first, 3)},
                "all": everything,
                "from the disk": again,
                "as it was before": before,
                "pixels of one model, 2,000 images": pixels,
            },
            indent=1,
        )
    )


def _each(work: Callable[[Subject], None], subjects: list[Subject]) -> None:
    for subject in subjects:
        work(subject)


def _all(subject: Subject) -> None:
    measured(
        subject.digest,
        subject.dataset,
        subject.split,
        subject.treatment,
        subject.vae,
        subject.images,
    )


def _before(subject: Subject) -> None:
    evaluate_images(subject.vae, subject.images, samples=SAMPLES)
    draw_variance(subject.vae, subject.images, samples=SAMPLES)


def _timed(work: Callable[[], object], begun: float | None = None) -> dict[str, float]:
    begun = time.perf_counter() if begun is None else begun
    processor = time.process_time()
    work()
    return {
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(time.process_time() - processor, 2),
    }


if __name__ == "__main__":
    main()
