"""The costs of an image's pixels against the measurement of the whole split, for every likelihood.

To the tolerance that the ledger promises: 1e-4 nats, or a millionth of the number.
"""

import pytest
import torch
from torch import Tensor

from vae_core.data import load_dataset
from vae_core.evaluation import evaluate, evaluate_images
from vae_core.evaluation.bounds import Treatment
from vae_core.evaluation.draws import Stream
from vae_core.evaluation.parts import bounds_in_parts, joined
from vae_core.evaluation.pixel_costs import pixel_costs
from vae_core.models import LIKELIHOODS, VAE, Architecture

IMAGES = load_dataset("digits").split("train").images[:250]
SOME = torch.tensor([249, 0, 7, 120, 101, 99])


def _vae(likelihood: str) -> VAE:
    vae = VAE(
        Architecture(image_shape=(1, 8, 8), latent_dim=3, hidden=(20,), likelihood=likelihood)
    )
    vae.initialise("paper", torch.Generator().manual_seed(0))
    for name, weight in vae.named_parameters():  # far from zero, so that draws of z differ
        weight.data.mul_(20 if name.endswith("weight") else 1)
    return vae


def _close(found: Tensor | float, expected: Tensor | float) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-4, check_dtype=False)


@pytest.mark.parametrize("treatment", ["grey", "dynamic"])
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_costs_of_the_pixels_add_up_to_the_distortion_of_the_split(
    likelihood: str, treatment: Treatment
) -> None:
    vae = _vae(likelihood)
    stream = Stream(len(IMAGES), 3, treatment, samples=4, batch_size=100)
    settings = {"treatment": treatment, "samples": 4, "batch_size": 100}
    whole = evaluate_images(vae, IMAGES, **settings)  # type: ignore[arg-type]
    parts = joined(list(bounds_in_parts(vae, IMAGES, **settings)))  # type: ignore[arg-type]
    some = pixel_costs(vae, IMAGES[SOME], SOME, stream)
    for bounds in (whole, parts):
        _close(some.costs.sum((1, 2)), bounds.distortion[SOME])
        _close(some.bounds.elbo, bounds.elbo[SOME])
        _close(some.bounds.rate_per_dim.sum(1), bounds.rate[SOME])
    _close(-(some.bounds.distortion + some.bounds.rate), some.bounds.elbo)
    every = pixel_costs(vae, IMAGES, torch.arange(len(IMAGES)), stream)
    mean = evaluate(vae, IMAGES, **settings)  # type: ignore[arg-type]
    _close(every.costs.sum((1, 2)).mean().item(), mean.distortion)
    assert float(every.draw_variance.mean()) > 0.01  # other draws would cost otherwise


def test_the_costs_of_an_image_do_not_depend_on_which_others_are_looked_at() -> None:
    vae, stream = _vae("bernoulli"), Stream(len(IMAGES), 3, "dynamic", samples=2)
    alone = pixel_costs(vae, IMAGES[120][None], torch.tensor([120]), stream)
    among = pixel_costs(vae, IMAGES[SOME], SOME, stream)
    assert torch.equal(alone.x[0], among.x[3])
    torch.testing.assert_close(alone.costs[0], among.costs[3], rtol=1e-4, atol=1e-4)
