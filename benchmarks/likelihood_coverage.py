"""How often the intervals that estimators of log p(x) claim hold the exact value. Prints JSON.

    python -m benchmarks.likelihood_coverage [--images 100] [--data-dir DIR]

On the shipped 2-D model and on figure 3's 3-D model (trained here) the exact value is the grid's;
on linear-Gaussian models it is known in closed form. Each line has a model and a method with its
defaults: the mean error and the worst in nats, the part of images whose 95 % interval holds the
exact value (doubted ones too), the median half-width in nats, the part of images that a warning is
about, and the seconds of processor time.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

import vae_core
from latent_atlas.stored_models import shipped_models
from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.data import Dataset, available_datasets, load_dataset
from vae_core.evaluation.estimators import ESTIMATORS
from vae_core.evaluation.likelihood import GRID, by_grid
from vae_core.inference import LatentVariableModel
from vae_core.models import load_model

TRAINING_SAMPLES = 320_000
PIXELS = 16


@dataclass(frozen=True)
class Case:
    """A model, images, uint8 [N, C, H, W], and log p(x) of each [N]."""

    name: str
    model: LatentVariableModel
    images: Tensor
    exact: Tensor


def cases(images: int, data_dir: Path | None) -> Iterator[Case]:
    """One after another, as some have to be trained."""
    data = mnist(data_dir)
    test = data.split("test").images[:images]
    shipped = load_model(shipped_models()["mnist-2d"]).vae
    yield Case("mnist-2d", shipped, test, by_grid(shipped, test).log_p)
    trained = vae_core.train(
        data,
        latent_dim=3,
        hidden=(100,),
        samples=TRAINING_SAMPLES,
        optimizer="adagrad",
        learning_rate=0.02,
        init="paper",
        weight_prior="normal",
        sampling="replacement",
        progress=False,
    ).vae
    yield Case("figure 3, 3-D", trained, test, by_grid(trained, test).log_p)
    for latent_dim in (2, 10):
        linear = LinearGaussian(latent_dim, PIXELS)
        grey = (linear.images(images).clamp(0, 1) * 255).round().to(torch.uint8)
        exact = linear.log_evidence(grey.float() / 255)
        yield Case(f"linear-Gaussian, {latent_dim}-D", linear, grey.view(-1, 1, 4, 4), exact)


def mnist(data_dir: Path | None) -> Dataset:
    """All of it where it is, else the part that comes with the program."""
    present = {info.name for info in available_datasets(data_dir) if info.present}
    return load_dataset("mnist" if "mnist" in present else "mnist-12k", data_dir)


def main() -> None:
    """Print a line of JSON for each model and method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--data-dir", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    for case in cases(args.images, args.data_dir):
        for name, estimator in ESTIMATORS.items():
            if name == GRID:
                continue
            began = time.process_time()
            found = estimator.measure(case.model, case.images)
            seconds = time.process_time() - began
            error = found.log_p - case.exact
            line = {
                "model": case.name,
                "method": name,
                "exact": round(float(case.exact.mean()), 3),
                "log_p": round(found.mean, 3),
                "standard_error": round(found.standard_error, 4),
                "mean_error": round(float(error.mean()), 4),
                "worst_error": round(float(error[error.abs().argmax()]), 3),
                "coverage": round(float((error.abs() <= found.half_widths).double().mean()), 3),
                "median_half_width": round(float(found.half_widths.median()), 4),
                "warned": round(float(found.doubted.double().mean()), 3),
                "seconds": round(seconds, 1),
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
