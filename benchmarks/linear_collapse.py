"""Collapse on purpose: a linear VAE of MNIST, trained step by step, against what was forecast.

    python -m benchmarks.linear_collapse [--dims 30] [--noise 0.5] [--epochs 300] [--beta 1]

AEVB on the training images as they are, a linear decoder with Gaussian pixels of a fixed variance,
the gradient along the path of z alone, and a learning rate that falls to zero: the recipe of the
experiment `collapse`. Prints JSON for each beta: how many dimensions the spectrum
says are kept, and by the rule A > 0.01 in use; how many are; the largest distance of an A from its
forecast; the rate beside its own; and the seconds of the processor. Of J = 30 and a variance of
0.5, 23 eigenvalues are above the noise, the 23rd so little that 22 ± 1 should be counted.
"""

import argparse
import json
import time

from vae_core import load_dataset, train
from vae_core.evaluation.collapse_forecast import collapse_forecast, distance
from vae_core.evaluation.linear_codes import principal_spectrum
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.units import units


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--dims", type=int, default=30)
    parser.add_argument("--noise", type=float, default=0.5)
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--beta", type=float, nargs="+", default=[1.0])
    options = parser.parse_args()
    images = load_dataset(options.dataset).split("train").images
    spectrum = principal_spectrum(images)
    for beta in options.beta:
        forecast = collapse_forecast(spectrum, options.dims, beta=beta, noise=options.noise)
        begun = time.process_time()
        model = train(
            images,
            progress=False,
            latent_dim=options.dims,
            hidden=(),
            likelihood="gaussian-linear",
            scale=options.noise**0.5,
            beta=beta,
            epochs=options.epochs,
            batch_size=500,
            estimator="stl",
            learning_rate=3e-3,
            learning_rate_schedule="cosine",
            threads=1,
        )
        seconds = time.process_time() - begun
        found = units(posteriors(model.vae, images))
        print(
            json.dumps(
                {
                    "beta": beta,
                    "kept_by_the_spectrum": forecast.kept,
                    "active_by_the_forecast": forecast.active,
                    "active": found.count,
                    "largest_distance_of_an_a": round(distance(forecast, found.variance), 4),
                    "rate": round(sum(found.rate), 3),
                    "rate_by_the_forecast": round(sum(forecast.rate), 3),
                    "images": len(images),
                    "epochs": options.epochs,
                    "cpu_seconds": round(seconds),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
