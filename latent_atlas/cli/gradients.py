"""The command ``gradient-variance``: how noisy each way of following the bound in phi is."""

import argparse
import json
from dataclasses import asdict

import torch
from torch import Generator

from latent_atlas.cli.find_dataset import open_dataset
from latent_atlas.cli.parser import say
from latent_atlas.reproduce.gradient_noise import Stage, measure
from vae_core.algorithms.variance import WAYS
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture
from vae_core.sentences import counted


def gradient_variance_command(args: argparse.Namespace) -> int:
    """Print a table a stage, or JSON."""
    if args.draws < 2:
        raise AtlasError(f"--draws is {args.draws}: a variance needs 2 or more.")
    if not all(0 <= samples <= 10**9 for samples in args.stages):
        raise AtlasError("--stages are numbers of training samples from 0 on, such as 0,100000.")
    torch.set_num_threads(args.threads or 1)
    found = open_dataset(args.dataset, args.data_dir)
    dataset = found.dataset
    images = dataset.split("train").images
    if not 1 <= args.batch_size <= len(images):
        raise AtlasError(f"--batch-size is {args.batch_size}: give 1 to {len(images):,}.")
    if not (1 <= args.latent_dim <= 512 and all(1 <= width <= 8192 for width in args.hidden)):
        raise AtlasError("Give 1 to 512 latent dimensions and hidden widths of 1 to 8,192.")
    architecture = Architecture(
        image_shape=dataset.image_shape, latent_dim=args.latent_dim, hidden=args.hidden
    )
    generator = Generator().manual_seed(args.seed)
    vae = VAE(architecture).initialise(args.init, generator)
    stages = []
    for stage in measure(vae, images, args.stages, args.draws, args.batch_size, generator, say):
        stages.append(asdict(stage))
        if not args.json:
            _print(stage)
    if args.json:
        print(json.dumps({"dataset": found.called, "draws": args.draws, "stages": stages}))
    return 0


def _print(stage: Stage) -> None:
    when = f"after {counted(stage.samples, 'sample')}" if stage.samples else "at initialisation"
    print(f"\n{when}")
    print(f"{'':44}{'variance':>10}{'relative':>10}{'passes':>8}{'at equal':>10}{'mean²':>10}")
    for row in stage.rows:
        print(
            f"{WAYS[row.way].title:44}{row.trace:10.3g}{row.relative:10.3g}{row.decoder_passes:8}"
            f"{row.relative_at_equal_passes:10.3g}{row.squared_mean:10.2g}"
        )
