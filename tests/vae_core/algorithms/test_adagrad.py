"""The paper's Adagrad, step by step."""

import torch

from vae_core.algorithms.adagrad import WARM_UP, Adagrad


def _one(value: float) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.tensor([value], dtype=torch.float64))


def test_the_first_hundred_minibatches_only_gather() -> None:
    w = _one(1.0)
    adagrad = Adagrad([w], learning_rate=0.1)
    for _ in range(WARM_UP):
        w.grad = torch.tensor([0.5], dtype=torch.float64)
        adagrad.step(batch_size=10)
    assert w.item() == 1.0
    w.grad = torch.tensor([0.5], dtype=torch.float64)
    adagrad.step(batch_size=10)
    # All 101 summed gradients are 5: the step is 0.1 · 5 / √(101 · 25 + 1e-8).
    torch.testing.assert_close(w.item(), 1.0 - 0.1 * 5 / (101 * 25 + 1e-8) ** 0.5)


def test_epsilon_is_inside_the_root() -> None:
    w = _one(0.0)
    adagrad = Adagrad([w], learning_rate=1.0)
    for _ in range(WARM_UP):
        w.grad = torch.zeros(1, dtype=torch.float64)
        adagrad.step(batch_size=1)
    w.grad = torch.tensor([1e-4], dtype=torch.float64)
    adagrad.step(batch_size=1)
    torch.testing.assert_close(w.item(), -1e-4 / 2e-8**0.5)


def test_the_scale_of_the_sum_does_not_matter_but_through_epsilon() -> None:
    steps = []
    for batch_size in (1, 1000):
        w = _one(0.0)
        adagrad = Adagrad([w], learning_rate=0.02)
        for number in range(WARM_UP + 20):
            w.grad = torch.tensor([1.0 + number % 3], dtype=torch.float64)
            adagrad.step(batch_size)
        steps.append(w.item())
    torch.testing.assert_close(steps[0], steps[1])


def test_a_restored_state_continues_bit_for_bit() -> None:
    w = _one(0.0)
    adagrad = Adagrad([w], learning_rate=0.1)
    for number in range(WARM_UP + 3):
        w.grad = torch.tensor([float(number % 5)], dtype=torch.float64)
        adagrad.step(1)
    again = _one(w.item())
    restored = Adagrad([again], learning_rate=0.1)
    restored.load_state_dict({k: v.clone() for k, v in adagrad.state_dict().items()})
    for parameter, optimiser in ((w, adagrad), (again, restored)):
        parameter.grad = torch.tensor([2.0], dtype=torch.float64)
        optimiser.step(1)
    assert torch.equal(w, again)
