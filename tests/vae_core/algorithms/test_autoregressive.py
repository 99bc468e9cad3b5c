"""MADE and PixelCNN learn a distribution that is known, and are then as good as can be."""

from typing import Any

import pytest
import torch
from torch import Generator

from vae_core.algorithms import ALGORITHMS, Batch
from vae_core.models import MODELS
from vae_core.models.made import MADE

KINDS: dict[str, dict[str, Any]] = {
    "made": {"masked_widths": (24,)},
    "pixelcnn": {"maps": 12, "masked_layers": 2},
}


def _learner(name: str, **more: Any) -> tuple[Any, Any]:
    settings = ALGORITHMS[name](**{"learning_rate": 0.05} | KINDS[name] | more)
    kind = MODELS[name]
    model = kind(kind.describe((1, 2, 3), settings.model_dump()))
    model.initialise("torch", Generator().manual_seed(0))
    return model, settings.make(model, Generator().manual_seed(1))


def _images() -> tuple[torch.Tensor, float]:
    """20 of four images, and their entropy in nats."""
    x = torch.randint(0, 2, (4, 1, 2, 3), generator=Generator().manual_seed(2)).float()
    shares = torch.tensor([10, 5, 3, 2])
    return x.repeat_interleave(shares, 0), -(shares / 20 * (shares / 20).log()).sum().item()


@pytest.mark.parametrize("name", KINDS)
def test_it_comes_to_the_entropy_of_a_known_distribution_and_cannot_pass_it(name: str) -> None:
    model, learner = _learner(name)
    x, entropy = _images()
    for _ in range(200):
        learner.step(Batch(x, torch.arange(20), 20))
    cost = -model.log_prob(x).mean().item()
    assert entropy <= cost + 1e-5
    assert cost < entropy + 0.03


def test_in_several_orders_their_mixture_is_at_least_as_good_as_the_orders_are_on_average() -> None:
    model, learner = _learner("made", orders=4)
    assert isinstance(model, MADE)
    x, entropy = _images()
    reported = [learner.step(Batch(x, torch.arange(20), 20)).sums["log_prob"] for _ in range(200)]
    each = torch.stack([model.log_prob_in(x, order).mean() for order in range(4)])
    mixture = model.log_prob(x).mean()
    assert mixture >= each.mean()
    assert entropy - 1e-5 <= -mixture.item() < entropy + 0.15
    assert reported[-1] > reported[0]


def test_the_first_batch_alone_says_what_pixels_are_in_the_mean() -> None:
    model, learner = _learner("made")
    x, _ = _images()
    for batch in (x, 1 - x):
        learner.step(Batch(batch, torch.arange(20), 20))
        torch.testing.assert_close(model.means, x.flatten(1).mean(0))
    plain, learner = _learner("made", masked_inputs="plain")
    learner.step(Batch(x, torch.arange(20), 20))
    assert "means" not in plain.state_dict()


@pytest.mark.parametrize("name", KINDS)
def test_weights_that_no_gradient_holds_shrink_by_the_decay_and_biases_do_not(name: str) -> None:
    """Adam with decoupled decay, as torch has it."""
    model, learner = _learner(name, weight_decay=0.5)
    other, _ = _learner(name)
    weights = [each for each in other.parameters() if each.ndim > 1]
    biases = [each for each in other.parameters() if each.ndim <= 1]
    theirs = torch.optim.AdamW(
        [{"params": weights, "weight_decay": 0.5}, {"params": biases, "weight_decay": 0.0}], lr=0.05
    )
    x, _ = _images()
    if isinstance(other, MADE):
        other.centre(x)
    for _ in range(5):
        learner.step(Batch(x, torch.arange(20), 20))
        theirs.zero_grad()
        (-other.log_prob(x).mean()).backward()
        theirs.step()
    for ours, expected in zip(model.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(ours, expected, rtol=1e-3, atol=1e-5)
