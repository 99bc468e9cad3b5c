"""What the support meter tells apart, and what it does not. Prints a Markdown table.

    python -m benchmarks.support_calibration [--model mnist-10d] [--dataset mnist-12k]

A line for each density: the mean log density of posterior draws of unseen images in nats, the areas
under the ROC curve of unseen images against draws from N(0, 1.5² I), against midpoints of random
pairs of them and against draws from the prior, and the hole mass. ½ tells nothing. Images are told
by their means, and in brackets by a draw of each posterior. With `*`: what the meter chose.
"""

import argparse
from collections.abc import Callable, Iterator

import torch
from torch import Generator, Tensor

from latent_atlas.stored_models import shipped_models
from vae_core.data import load_dataset
from vae_core.latent import (
    AggregatePosterior,
    Encodings,
    SupportMeter,
    encode_images,
    midpoints,
    roc_area,
)
from vae_core.latent.density import Mixture, sample_posteriors
from vae_core.latent.fitted import BANDWIDTHS, COMPONENTS, kernels
from vae_core.latent.gaussians import fit_gaussians
from vae_core.models import load_model

DRAWS = 8000
LogProb = Callable[[Tensor], Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="mnist-10d", help="a shipped model (default mnist-10d)")
    parser.add_argument("--dataset", default="mnist-12k", help="its data (default mnist-12k)")
    arguments = parser.parse_args()
    vae = load_model(shipped_models()[arguments.model]).vae
    data = load_dataset(arguments.dataset)
    seen, unseen = (encode_images(vae, data.split(name).images) for name in ("train", "test"))
    print("| density | log density | wide | midpoints | prior | hole mass |")
    print("|---|---|---|---|---|---|")
    for name, log_prob in densities(seen):
        print(line(name, log_prob, unseen), flush=True)


def densities(seen: Encodings) -> Iterator[tuple[str, LogProb]]:
    """q(z) as it stands, everything the meter may choose, and what it chose."""
    for count in (2000, 6000):
        if count < len(seen.mu):
            yield f"own s.d., {count:,} images", AggregatePosterior(seen, count).log_prob
    for bandwidth in BANDWIDTHS:
        found: Mixture = kernels(seen, bandwidth)
        yield f"kernels, bandwidth {bandwidth:g}", found.log_prob
    for count in COMPONENTS:
        yield f"{count} Gaussian{'s' * (count > 1)}", fit_gaussians(seen, count).log_prob
    meter = SupportMeter(seen)
    yield f"* {meter.fitted.kind}, {meter.fitted.setting:g}", meter.log_prob


def line(name: str, log_prob: LogProb, unseen: Encodings) -> str:
    """What a density makes of unseen images, as a line of the table."""
    g = Generator().manual_seed(0)
    drawn = sample_posteriors(unseen, DRAWS, g)
    prior = torch.randn(drawn.shape, generator=g)
    of_drawn, of_prior = log_prob(drawn), log_prob(prior)
    of_means, of_wide = log_prob(unseen.mu), log_prob(1.5 * prior)
    of_middle = log_prob(midpoints(unseen.mu)), log_prob(midpoints(drawn))
    areas = (
        (roc_area(of_means, of_wide), roc_area(of_drawn, of_wide)),
        (roc_area(of_means, of_middle[0]), roc_area(of_drawn, of_middle[1])),
        (roc_area(of_means, of_prior), roc_area(of_drawn, of_prior)),
    )
    holes = float((of_prior < torch.quantile(of_drawn, 0.01)).float().mean())
    told = [f"{means:.3f} ({draws:.3f})" for means, draws in areas]
    mean = f"{float(of_drawn.double().mean()):.2f}".replace("-", "−")
    return f"| {name} | {mean} | {' | '.join(told)} | {holes:.3f} |"


if __name__ == "__main__":
    main()
