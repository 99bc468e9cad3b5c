"""Small models on disk, for tests of what finds and serves them."""

import time
from pathlib import Path

import torch

from vae_core.data import fair_order, load_dataset
from vae_core.models import VAE, Architecture, TrainingRecord, model_bytes, save_model
from vae_core.runs import Run, RunConfig, create_run
from vae_core.runs.keeping import Weights
from vae_core.runs.snapshots import SnapshotRecord, write_snapshot


def small_vae(seed: int = 0, **sizes: object) -> VAE:
    torch.manual_seed(seed)
    defaults = {"image_shape": (1, 8, 8), "latent_dim": 2, "hidden": (5,)}
    return VAE(Architecture.model_validate(defaults | sizes)).eval()


def small_model_bytes(seed: int = 0, **sizes: object) -> bytes:
    return model_bytes(small_vae(seed, **sizes), TrainingRecord(dataset="digits"))


def run_with_model(runs: Path, seed: int = 0, step: int = 10, name: str | None = None) -> Run:
    """A run of digits whose worker has written one checkpoint."""
    run = create_run(RunConfig(dataset="digits", hidden=(5,), name=name), runs)
    add_checkpoint(run, seed, step)
    time.sleep(0.01)
    return run


def add_checkpoint(run: Run, seed: int, step: int) -> None:
    folder = run.checkpoints_path / f"step-{step}"
    folder.mkdir(parents=True)
    save_model(folder / "model.safetensors", small_vae(seed), TrainingRecord(dataset="digits"))


def keep_snapshot(
    run: Run,
    epoch: float,
    vae: VAE,
    probe: int = 100,
    weights: Weights = "float16",
    *,
    encoder: bool = False,
) -> None:
    """A snapshot of the run with the encodings of so many digits."""
    images = load_dataset("digits").images
    record = SnapshotRecord(
        step=round(epoch * 15),
        dataset="digits",
        images=len(images),
        weights=weights,
        encoder=encoder,
    )
    first = images[fair_order(len(images))[:probe]]
    training = TrainingRecord(dataset="digits", epochs=epoch)
    write_snapshot(run.snapshots_path, epoch, vae, first, record, training)
