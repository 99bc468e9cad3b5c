"""Collapse by a decoder that can do without z, and its cure: on binarised MNIST.

    python -m benchmarks.autoregressive_collapse [--network rowrnn] [--samples 100000] [--field 7 1]

For each receptive field (a PixelCNN's) it trains the same network three times on as many images:
as a VAE; as one with free bits, 8 nats in all; and its decoder alone, told no z. Prints JSON: rate
and active units; log p of the same test images by importance sampling of 500 draws, less that of
the decoder alone, paired by image, with its ±; and seconds of the processor. What should be seen:
a wide field leaves a rate below 0.5 nats; free bits hold it at 8 ± 1, and cost no more than 1 nat.
"""

import argparse
import json
import time
from typing import Any

import torch
from torch import Generator, Tensor

from vae_core import load_dataset, train
from vae_core.evaluation import by_importance
from vae_core.evaluation.linear_codes import evenly
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.rate_distortion import mean_of
from vae_core.evaluation.units import units
from vae_core.models import VAE
from vae_core.numerals import with_error

FREE = 8.0  # nats in all
K = 500


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--network", default="rowrnn")
    parser.add_argument("--field", type=int, nargs="+", default=[7])
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--dims", type=int, default=16)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--channels", type=int, default=16)
    parser.add_argument("--test-images", type=int, default=200)
    parser.add_argument("--rate", type=float, default=2e-3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = load_dataset(options.dataset)
    images = data.split("train").images
    some = evenly(data.split("test").images, options.test_images).float() / 255
    test = torch.bernoulli(some, generator=Generator().manual_seed(0))
    for field in options.field if options.network == "pixelcnn" else [None]:
        settings: dict[str, Any] = {
            "network": options.network,
            "latent_dim": options.dims,
            "hidden": (options.width,),
            "activation": "relu",
            "binarize": "dynamic",
            "samples": options.samples,
            "learning_rate": options.rate,
            "learning_rate_schedule": "cosine",
            "threads": 1,
        }
        if field is not None:
            settings |= {"receptive_field": field, "channels": (options.channels, 32)}
        free = {"free_bits": FREE / options.dims}
        without: Tensor | None = None
        for what, more in (("plain", {}), (f"{FREE:g} free nats", free)):
            begun = time.process_time()
            vae = train(images, progress=False, **settings, **more).vae
            seconds = time.process_time() - begun
            if without is None:
                begun = time.process_time()
                alone = _alone(vae, images, options.samples, options.rate)
                without = alone.decode(torch.zeros(len(test), options.dims)).log_prob(test).double()
                took = time.process_time() - begun
                _print(options, field, "without z", took, log_p=mean_of(without).value)
            _print(options, field, what, seconds, **_told(vae, test, without))


def _told(vae: VAE, test: Tensor, without: Tensor) -> dict[str, float | str]:
    """Rate, units, and log p beside that of a decoder that is told no z, of these images."""
    found = units(posteriors(vae, test))
    log_p = by_importance(vae, test, k=K).log_p.double()
    gained = mean_of(log_p - without)
    return {
        "rate": sum(found.rate),
        "active": found.count,
        "log_p": mean_of(log_p).value,
        "more_than_without_z": with_error(gained.value, gained.half_width),
    }


def _print(
    options: argparse.Namespace, field: int | None, what: str, seconds: float, **told: float | str
) -> None:
    row = {"network": options.network, "field": field, "what": what, "images": options.samples}
    shown = {name: round(v, 3) if isinstance(v, float) else v for name, v in told.items()}
    print(json.dumps(row | shown | {"cpu_seconds": round(seconds)}), flush=True)


def _alone(like: VAE, images: Tensor, samples: int, rate: float) -> VAE:
    """A decoder of the same shape that is told z = 0, trained on as many images."""
    generator = Generator().manual_seed(0)
    vae = VAE(like.architecture).initialise("torch", generator)
    optimizer = torch.optim.Adam(vae.decoder.parameters(), lr=rate)
    steps = samples // 100
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    nothing = torch.zeros(100, like.architecture.latent_dim)
    for step in range(steps):
        if step * 100 % len(images) == 0:
            order = torch.randperm(len(images), generator=generator)
        start = step * 100 % len(images)
        x = images[order[start : start + 100]].float() / 255
        x = torch.bernoulli(x, generator=generator)
        loss = -vae.decode(nothing[: len(x)]).total_log_prob(x) / len(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return vae.requires_grad_(False)


if __name__ == "__main__":
    main()
