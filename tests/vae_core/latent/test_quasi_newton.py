"""The minimiser, where the lowest point is known."""

import torch
from torch import Generator, Tensor

from vae_core.latent.quasi_newton import minimised


def test_the_bottom_of_a_stretched_bowl_is_found() -> None:
    scale = torch.logspace(0, 3, 12, dtype=torch.float64)
    centre = torch.randn(12, dtype=torch.float64, generator=Generator().manual_seed(0))

    def bowl(x: Tensor) -> tuple[float, Tensor]:
        return float((scale * (x - centre) ** 2).sum()), 2 * scale * (x - centre)

    start = torch.zeros(12, dtype=torch.float64)
    torch.testing.assert_close(minimised(bowl, start, 200), centre, atol=1e-4, rtol=0)
    assert (start == 0).all()
    assert torch.equal(minimised(bowl, centre, 5), centre)


def test_a_curved_valley_is_followed_to_its_end_and_no_step_leads_up() -> None:
    values = []

    def rosenbrock(p: Tensor) -> tuple[float, Tensor]:
        x, y = p.unbind()
        slope_x = -400 * x * (y - x**2) - 2 * (1 - x)
        value = float(100 * (y - x**2) ** 2 + (1 - x) ** 2)
        return value, torch.stack([slope_x, 200 * (y - x**2)])

    start = torch.tensor([-1.2, 1.0], dtype=torch.float64)
    for iterations in range(0, 60, 5):
        values.append(rosenbrock(minimised(rosenbrock, start, iterations))[0])
    assert values == sorted(values, reverse=True)
    found = minimised(rosenbrock, start, 60)
    torch.testing.assert_close(found, torch.ones(2, dtype=torch.float64), atol=1e-3, rtol=0)
