"""L_k for many k from one set of weights."""

import torch

from tests.vae_core.inference.linear_gaussian import LinearGaussian
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.importance_curve import importance_curve, usual_ks

MODEL = LinearGaussian(shift=0.6, width=1.3)


def test_the_values_of_k_end_with_the_largest() -> None:
    assert usual_ks(300) == (1, 2, 5, 10, 20, 50, 100, 200, 300)
    assert usual_ks()[-1] == 5000


def test_each_bound_is_that_of_independent_sets_of_k_within_its_error() -> None:
    x = MODEL.images(1).expand(500, -1)  # one image, each time with draws of its own
    found = importance_curve(MODEL, x, ks=(1, 3, 10, 30))
    assert bool((found.means.diff() > 0).all())
    assert float(found.means[-1]) < float(MODEL.log_evidence(x[:1])) + 0.01
    # What the blocks say of the spread is how the images, all alike, do scatter.
    torch.testing.assert_close(found.variances.mean(0), found.bounds.var(0), atol=0, rtol=0.35)
    alone = importance_curve(MODEL, x, ks=(3,), seed=5)
    noise = float(torch.hypot(alone.standard_errors[0], found.standard_errors[1]))
    assert abs(float(alone.means[0] - found.means[1])) < 4 * noise < 0.1


def test_it_begins_at_the_exact_elbo_and_ends_at_log_p() -> None:
    x = MODEL.images(30)
    found = importance_curve(MODEL, x, ks=(1, 2000))
    q, covariance = MODEL.encode(x), MODEL.covariance
    away = MODEL.posterior_mean(x) - q.mu
    precision, variance = torch.linalg.inv(covariance), q.logvar.exp()
    gap = 0.5 * (
        (variance * precision.diagonal()).sum(1)
        + ((away @ precision) * away).sum(1)
        - 2
        + torch.logdet(covariance)
        - q.logvar.sum(1)
    )
    exact = MODEL.log_evidence(x)
    for place, wanted in ((0, exact - gap), (1, exact)):
        error = float(found.standard_errors[place])
        assert abs(float(found.means[place] - wanted.mean())) < 4 * error
        assert error < 0.02


def test_it_is_the_same_at_a_seed_and_ends_when_it_is_told_to() -> None:
    x = MODEL.images(3)
    first = importance_curve(MODEL, x, ks=(1, 20))
    assert torch.equal(first.bounds, importance_curve(MODEL, x, ks=(1, 20)).bounds)
    told: list[float] = []
    importance_curve(MODEL, x, ks=(1, 20), watch=Watch(progress=told.append))
    assert told == sorted(told)
    assert told[-1] == 1
    try:
        importance_curve(MODEL, x, ks=(1, 20), watch=Watch(cancelled=lambda: True))
    except Cancelled:
        return
    raise AssertionError
