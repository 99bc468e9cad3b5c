"""What training starts from is, bit for bit, what it was when these numbers were written down.

They were taken from the program as it was before likelihoods and networks had a file each. A change
here means that old checkpoints may not load, and that old seeds give other results.
"""

import hashlib

import pytest
import torch

from vae_core.models import VAE, Architecture

# By network and likelihood: the state after construction, then after ``initialise("torch")``.
PINNED = {
    ("mlp", "bernoulli"): ("118466deae921a75", "6faad258be63a296"),
    ("mlp", "continuous-bernoulli"): ("118466deae921a75", "6faad258be63a296"),
    ("mlp", "gaussian"): ("a40ea40aad139437", "5843eb89c26d29cf"),
    ("mlp", "gaussian-fixed"): ("118466deae921a75", "6faad258be63a296"),
    ("mlp", "gaussian-shared"): ("2f34df6947a0a970", "35c15049828042b6"),
    ("conv", "bernoulli"): ("718e4055690af722", "f1ff1a0bb2727a03"),
    ("conv", "continuous-bernoulli"): ("718e4055690af722", "f1ff1a0bb2727a03"),
    ("conv", "gaussian"): ("a527ad912e1bf405", "a4b43ecad7d2fb85"),
    ("conv", "gaussian-fixed"): ("718e4055690af722", "f1ff1a0bb2727a03"),
    ("conv", "gaussian-shared"): ("52517ac57b4ca6a2", "c6db2358d4be54b4"),
}


def _digest(vae: VAE) -> str:
    """Of the names, shapes and bits of all tensors, in their order."""
    found = hashlib.sha256()
    for name, value in vae.state_dict().items():
        found.update(name.encode() + str(tuple(value.shape)).encode())
        found.update(value.contiguous().numpy().tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize(("network", "likelihood"), PINNED)
def test_names_order_and_draws_of_all_parameters_are_what_they_were(
    network: str, likelihood: str
) -> None:
    torch.manual_seed(0)
    vae = VAE(
        Architecture(
            image_shape=(1, 7, 6),
            latent_dim=3,
            hidden=(9, 5),
            channels=(4, 5),
            network=network,
            likelihood=likelihood,
            scale=0.2,
        )
    )
    constructed = _digest(vae)
    vae.initialise("torch", torch.Generator().manual_seed(1))
    assert (constructed, _digest(vae)) == PINNED[network, likelihood]
