"""The command ``convert``: a plain VAE from elsewhere as a model of this program."""

import argparse

from latent_atlas.cli.find_model import SUFFIX
from latent_atlas.cli.output import STANDARD_OUTPUT, check_out, write_out
from latent_atlas.cli.parser import say
from vae_core.checkpoint import read_tensors
from vae_core.models import VAE, TrainingRecord, model_bytes
from vae_core.models.foreign import from_plain_mlp


def convert(args: argparse.Namespace) -> int:
    """Read matrices, find the network that they make up, and write it with its description."""
    check_out(args, (SUFFIX,), [args.weights])
    tensors = read_tensors(args.weights)
    channels = 3 if args.colour == "rgb" else 1
    architecture, weights = from_plain_mlp(
        tensors, (channels, *args.size), args.activation, args.weights.name
    )
    model = VAE(architecture)
    model.load_state_dict(weights)
    write_out(args.out, [model_bytes(model.eval(), TrainingRecord())])
    say(
        f"{args.weights.name}: {architecture.latent_dim} latents, hidden layers "
        f"{'–'.join(str(width) for width in architecture.hidden)}, {architecture.activation}, "
        "Bernoulli. If reconstructions look wrong, try --activation."
    )
    if args.out != STANDARD_OUTPUT:
        print(args.out)
    return 0
