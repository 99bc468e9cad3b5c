"""Each of 256 levels has a probability, and they are those of a logistic draw that is rounded."""

import numpy as np
import torch
from torch import Generator, Tensor

from vae_core.models import LIKELIHOODS, NamedLikelihood

LEVELS = torch.arange(256, dtype=torch.float64) / 255


def pixels(dtype: torch.dtype = torch.float64) -> NamedLikelihood:
    """Of means from 1e-7 to nearly 1 [1, 1, 9, 7], with scales from the least to the largest."""
    a, w = torch.meshgrid(
        torch.linspace(-16, 16, 9, dtype=dtype),
        torch.linspace(-6, 4, 7, dtype=dtype),
        indexing="ij",
    )
    return LIKELIHOODS["discretised-logistic"].from_outputs(
        a[None, None], {"log_width": w[None, None]}, {}
    )


def probabilities(p: NamedLikelihood) -> Tensor:
    """Of all levels [256, 1, 1, 9, 7]."""
    values = [p.log_prob_per_pixel(x.expand(p.mean.shape)) for x in LEVELS.to(p.mean.dtype)]
    return torch.stack(values).exp()


def test_the_probabilities_of_all_levels_sum_to_one() -> None:
    assert (probabilities(pixels()).sum(0) - 1).abs().max() < 1e-12
    assert (probabilities(pixels(torch.float32)).sum(0) - 1).abs().max() < 1e-5


def test_the_mean_is_right_to_a_fortieth_of_a_level_and_the_deviation_exactly() -> None:
    p = pixels()
    each, at = probabilities(p), LEVELS.view(-1, 1, 1, 1, 1)
    mean = (each * at).sum(0)
    assert (mean - p.mean).abs().max() < 1 / 255 / 40
    around = ((each * (at - p.mean) ** 2).sum(0)).sqrt()
    assert (around - p.deviation).abs().max() < 1e-12
    single = pixels(torch.float32)
    assert (single.deviation - around).abs().max() < 1e-5


def test_a_level_has_the_mass_of_its_bin_in_the_distribution_that_it_tells() -> None:
    p = pixels()
    each = probabilities(p)
    for level in (0, 1, 100, 254):
        edge = torch.full_like(p.mean, (level + 0.5) / 255)
        told = p.distribution(edge)
        assert told is not None
        assert (told - each[: level + 1].sum(0)).abs().max() < 1e-10


def test_draws_are_levels_as_often_as_they_are_probable() -> None:
    p = LIKELIHOODS["discretised-logistic"].from_outputs(
        torch.full((20_000, 1, 1, 1), -1.0),
        {"log_width": torch.full((20_000, 1, 1, 1), -2.5)},
        {},
    )
    drawn = (p.sample(Generator().manual_seed(0)) * 255).flatten()
    assert (drawn - drawn.round()).abs().max() < 1e-4
    found = np.bincount(drawn.round().int().numpy(), minlength=256) / 20_000
    expected = probabilities(p)[:, 0].flatten().double().numpy()
    error = np.sqrt(expected * (1 - expected) / 20_000)
    assert (np.abs(found - expected) < 5 * error + 1e-4).all()


def test_slopes_are_numbers_at_the_ends_of_what_a_decoder_may_say() -> None:
    a = torch.tensor([-1e4, -60.0, 0.0, 60.0, 1e4]).view(1, 1, 1, 5).requires_grad_(True)
    w = torch.tensor([-50.0, 50.0, 0.0, -4.0, 3.0]).view(1, 1, 1, 5).requires_grad_(True)
    for x in (0.0, 0.5, 1.0):
        p = LIKELIHOODS["discretised-logistic"].from_outputs(a, {"log_width": w}, {})
        loss = p.log_prob(torch.full((1, 1, 1, 5), x)).sum()
        assert bool(torch.isfinite(loss))
        for slope in torch.autograd.grad(loss, [a, w]):
            assert bool(torch.isfinite(slope).all())
