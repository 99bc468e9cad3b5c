"""Calibration of pixels against closed forms, scipy, and NumPy one pixel at a time."""

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

from vae_core.data import load_dataset
from vae_core.evaluation import Cancelled, Watch
from vae_core.evaluation.calibration import BINS, calibration
from vae_core.models import VAE, Architecture
from vae_core.models.likelihoods import LIKELIHOODS


def _constant(likelihood: str, logit: float = 0.0) -> VAE:
    """A model that says the same of every pixel: the mean has this logit, heads are 0."""
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(9,), likelihood=likelihood))
    with torch.no_grad():
        for parameter in vae.parameters():
            parameter.zero_()
        for name, parameter in vae.named_parameters():
            of_mean = name.startswith("decoder") and "logvar" not in name
            if of_mean and name.endswith("bias") and parameter.shape == (64,):
                parameter.fill_(logit)
    return vae


def _binary(share: float, count: int = 500) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return (torch.rand(count, 1, 8, 8, generator=generator) < share).to(torch.uint8) * 255


def test_a_constant_prediction_is_held_against_the_frequency_in_its_bin() -> None:
    """Of independent pixels: the ± is the binomial one, which is √(p (1 − p)/n) z."""
    images = _binary(0.3)
    found = calibration(_constant("bernoulli"), images, treatment="static")
    (place,) = found.means.pixels.nonzero().flatten().tolist()
    assert found.means.edges[place] == pytest.approx(0.5)
    frequency = images.float().mean().item() / 255
    assert found.means.predicted[place] == pytest.approx(0.5)
    assert found.means.observed[place] == pytest.approx(frequency)
    assert found.means.error == pytest.approx(0.5 - frequency)
    binomial = 1.96 * (0.3 * 0.7 / images.numel()) ** 0.5
    assert found.means.half_widths[place] == pytest.approx(binomial, rel=0.1)
    assert found.means.half_width == pytest.approx(binomial, rel=0.1)
    assert found.spread is None


def test_bins_and_errors_are_those_of_numpy_with_one_pixel_at_a_time() -> None:
    images = load_dataset("digits").split("test").images[:40]
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=3, hidden=(20,)))
    vae.initialise("paper", torch.Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in vae.decoder.parameters():
            parameter.mul_(30)  # predictions all over [0, 1]
        z = vae.encode(images / 255).rsample(torch.Generator().manual_seed(0))
        said = vae.decode(z).mean.numpy().reshape(40, 64)
    is_, (pixels, gaps) = images.numpy().reshape(40, 64) / 255, np.zeros((2, 40, BINS))
    for image in range(40):
        for pixel in range(64):
            place = min(BINS - 1, int(said[image, pixel] * BINS))
            pixels[image, place] += 1
            gaps[image, place] += is_[image, pixel] - said[image, pixel]
    found = calibration(vae, images).means
    np.testing.assert_array_equal(found.pixels, pixels.sum(0))
    ratio = gaps.sum(0) / pixels.sum(0)
    np.testing.assert_allclose(found.observed - found.predicted, ratio, atol=1e-5)
    assert found.error == pytest.approx(np.abs(gaps.sum(0)).sum() / pixels.sum(), rel=1e-4)
    # The jackknife over images knows nothing of ratios, and agrees.
    for place in pixels.sum(0).argsort()[-3:]:
        left = (gaps.sum(0) - gaps)[:, place] / (pixels.sum(0) - pixels)[:, place]
        jackknife = np.sqrt(39 / 40 * ((left - left.mean()) ** 2).sum()) * stats.t.ppf(0.975, 39)
        assert found.half_widths[place] == pytest.approx(jackknife, rel=0.15)


def test_a_gaussian_covers_what_its_closed_form_says() -> None:
    """Pixels are N(1/2, s²), the model says N(1/2, 1): P(|x − 1/2| < z) = erf(z / (s √2))."""
    s = 0.15
    images = 0.5 + s * torch.randn(400, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    found = calibration(_constant("gaussian"), images.clamp(1e-3, 1 - 1e-3))
    assert found.spread is not None
    for level, covered in zip(found.spread.levels, found.spread.covered, strict=True):
        z = stats.norm.ppf((1 + level) / 2)
        assert covered == pytest.approx(2 * stats.norm.cdf(z / s) - 1, abs=0.01)
    edges = stats.norm.cdf(stats.norm.ppf(found.spread.edges) / s)
    np.testing.assert_allclose(found.spread.heights, np.diff(edges) * BINS, atol=0.15)
    assert found.spread.heights.mean() == pytest.approx(1.0)


@pytest.mark.parametrize("likelihood", ["continuous-bernoulli", "bernoulli"])
def test_what_a_model_draws_itself_is_calibrated_for_it(likelihood: str) -> None:
    vae = _constant(likelihood, logit=-1.7)
    z = torch.zeros(2000, 2)
    drawn = vae.decode(z).sample(torch.Generator().manual_seed(0))
    images = (drawn * 255).round().to(torch.uint8)
    found = calibration(vae, images)
    assert found.means.error < 3 * (found.means.half_width or 0) + 1e-3
    if likelihood == "bernoulli":
        assert found.spread is None
        return
    assert found.spread is not None
    off = (found.spread.heights - 1).abs() / found.spread.half_widths
    assert float(off.max()) < 2.5
    beyond = (found.spread.covered - found.spread.levels).abs()
    assert bool((beyond < 2 * found.spread.covered_half_widths).all())


@pytest.mark.parametrize("logit", [-60.0, -3.0, -1e-3, 0.0, 1e-7, 0.4, 60.0])
def test_the_distribution_of_a_continuous_bernoulli_is_the_integral_of_its_density(
    logit: float,
) -> None:
    likelihood = LIKELIHOODS["continuous-bernoulli"].from_outputs(
        torch.full((1001, 1, 1, 1), logit), {}, {}
    )
    x = torch.linspace(0, 1, 1001)
    density = likelihood.log_prob_per_pixel(x.view(-1, 1, 1, 1)).double().exp().flatten()
    found = likelihood.distribution(x.view(-1, 1, 1, 1))
    assert found is not None
    integral = torch.cumulative_trapezoid(density, x.double())
    torch.testing.assert_close(
        found.flatten()[1:].double(), integral, atol=0.03 if abs(logit) > 9 else 1e-4, rtol=0
    )


def test_one_image_has_no_error_and_cancelling_ends_it() -> None:
    alone = calibration(_constant("gaussian"), _binary(0.5, 1))
    assert alone.means.half_width is None
    assert alone.spread is not None
    assert bool(alone.spread.half_widths.isnan().all())
    with pytest.raises(Cancelled):
        calibration(_constant("bernoulli"), _binary(0.5), watch=Watch(cancelled=lambda: True))
