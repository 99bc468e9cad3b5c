"""Our Adam is PyTorch's, and importing it does not import PyTorch's compiler."""

import subprocess
import sys

import pytest
import torch

from vae_core.algorithms.adam import BETAS, Adam


def _parameters() -> list[torch.nn.Parameter]:
    generator = torch.Generator().manual_seed(0)
    return [
        torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in [(3, 4), (5,), ()]
    ]


def _set_gradients(parameters: list[torch.nn.Parameter], seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for parameter in parameters:
        parameter.grad = torch.randn(parameter.shape, generator=generator)


@pytest.mark.parametrize("betas", [BETAS, (0.5, 0.9)])
def test_equals_torch_optim_adam_bit_for_bit_also_when_the_learning_rate_changes(
    betas: tuple[float, float],
) -> None:
    ours, theirs = _parameters(), _parameters()
    adam = Adam(ours, 0.01, betas)
    reference = torch.optim.Adam(theirs, lr=0.01, betas=betas, fused=True)
    for seed in range(20):
        if seed == 10:
            adam.learning_rate = reference.param_groups[0]["lr"] = 0.003
        _set_gradients(ours, seed)
        _set_gradients(theirs, seed)
        adam.step(batch_size=7)
        reference.step()
    for one, other in zip(ours, theirs, strict=True):
        assert torch.equal(one, other)


def test_training_steps_do_not_import_the_compiler() -> None:
    code = (
        "import sys, torch; from vae_core.algorithms import *; from vae_core.models import *;"
        "v = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=1, hidden=(2,)));"
        "a = AEVB(v, AEVBSettings(), torch.Generator());"
        "a.step(Batch(torch.rand(3, 1, 2, 2), torch.arange(3), 3)); a.gradient_norm();"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
