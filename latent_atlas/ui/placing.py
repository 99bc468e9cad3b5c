"""t-SNE in a process of its own: means come in on one pipe, their places go out on another.

It computes for many seconds and imports scikit-learn, whose modules every later garbage collection
of the server would walk through; here it keeps to one core and stands back for everybody else.
"""

import os
import subprocess
import sys

import torch
from torch import Tensor

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.errors import AtlasError
from vae_core.latent import Encodings, tsne
from vae_core.runs.processes import own_command, own_environment

_PATIENCE = 900  # seconds; 2,000 points take about 12 of one core
_KINDNESS = 10  # of nice(2)


def placed(mu: Tensor) -> Tensor:
    """Where t-SNE puts each of the means [n, J]: float32 [n, 2], seen as a whole and in order.

    Raises AtlasError when it cannot, or takes a quarter of an hour.
    """
    try:
        done = subprocess.run(
            own_command("latent_atlas.ui.placing"),
            input=checkpoint_bytes({"mu": mu.float().contiguous()}, {}),
            capture_output=True,
            env=own_environment(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1"),
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise AtlasError("The points could not be arranged now: choose axes or PCA.") from problem
    return read_checkpoint(done.stdout, "what t-SNE made").tensors["points"]


def main() -> None:
    """Read means from the standard input, and write their places to the standard output."""
    if hasattr(os, "nice"):
        os.nice(_KINDNESS)
    torch.set_num_threads(1)
    mu = read_checkpoint(sys.stdin.buffer.read(), "the means").tensors["mu"]
    points = tsne(Encodings(mu, torch.zeros_like(mu)), limit=len(mu)).points
    sys.stdout.buffer.write(checkpoint_bytes({"points": points.contiguous()}, {}))


if __name__ == "__main__":
    main()
