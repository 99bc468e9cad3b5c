"""How fast the training loop is, beside the loop that most tutorials print. Prints JSON.

    python -m benchmarks.training_speed [--rounds 5] [--images 6000] [--threads 1]

Both train the same 784-400-20 VAE (ReLU, batch 128, Adam 1e-3, Bernoulli on grey MNIST) on the same
images. Rounds alternate between the two, because machines drift; quote the medians and the ratio.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from vae_core.algorithms import AEVB, AEVBSettings
from vae_core.data import load_dataset
from vae_core.models import VAE, Architecture
from vae_core.training import Plan, TrainingLoop

BATCH = 128


class TutorialVAE(nn.Module):
    """As tutorials write it: a sigmoid at the end, and float images through a DataLoader."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mu, self.logvar = nn.Linear(400, 20), nn.Linear(400, 20)
        self.back, self.output = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x [B, 784] → probabilities [B, 784], mu and logvar [B, 20]."""
        h = functional.relu(self.hidden(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        return torch.sigmoid(self.output(functional.relu(self.back(z)))), mu, logvar


def tutorial_loop(images: Tensor) -> Callable[[], None]:
    """One epoch of the tutorial's loop at each call."""
    torch.manual_seed(0)
    model = TutorialVAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loader = DataLoader(TensorDataset(images.float() / 255), batch_size=BATCH, shuffle=True)

    def epoch() -> None:
        for (x,) in loader:
            x = x.flatten(1)
            optimizer.zero_grad()
            probabilities, mu, logvar = model(x)
            cross_entropy = functional.binary_cross_entropy(probabilities, x, reduction="sum")
            rate = -0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp())
            (cross_entropy + rate).backward()
            optimizer.step()

    return epoch


def our_loop(images: Tensor) -> Callable[[], None]:
    """One epoch of ``vae_core``'s loop at each call."""
    generator = Generator().manual_seed(0)
    vae = VAE(
        Architecture(image_shape=(1, 28, 28), latent_dim=20, hidden=(400,), activation="relu")
    ).initialise("torch", generator)
    algorithm = AEVB(vae, AEVBSettings(), generator)
    loop = TrainingLoop(algorithm, images, Plan(10**9, BATCH), generator)

    def epoch() -> None:
        while not loop.step():
            pass

    return epoch


def main() -> None:
    parser = argparse.ArgumentParser(description="Training speed, beside a tutorial's loop.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=6000)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    images = load_dataset("mnist-12k").split("train").images[: args.images]
    speeds: dict[str, list[float]] = {"ours": [], "tutorial": []}
    precision = {"ours": "medium", "tutorial": "highest"}  # oneDNN products, or torch's default
    epochs = {"ours": our_loop(images), "tutorial": tutorial_loop(images)}
    for number in range(args.rounds + 1):
        for name, epoch in epochs.items():
            torch.set_float32_matmul_precision(precision[name])
            started = time.perf_counter()
            epoch()
            if number > 0:  # the first round warms up
                speeds[name].append(len(images) / (time.perf_counter() - started))
    medians = {name: round(statistics.median(values)) for name, values in speeds.items()}
    ratios = [a / b for a, b in zip(speeds["ours"], speeds["tutorial"], strict=True)]
    print(
        json.dumps(
            {
                "images_per_second": medians,
                "ratio_median": round(statistics.median(ratios), 2),
                "rounds": args.rounds,
                "threads": args.threads,
                "torch": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
