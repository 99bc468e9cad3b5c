"""Whether a model uses its code, of models that surely do and surely do not."""

import json
from dataclasses import asdict

import pytest
import torch
from torch import Generator, Tensor, nn

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation.collapse import collapse
from vae_core.evaluation.linear_probe import linear_probe
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.prior_swap import prior_swap
from vae_core.evaluation.units import units
from vae_core.models import POSTERIORS, VAE, Architecture, DiagonalGaussian


def reading(weight: float) -> VAE:
    """One dimension that is the first pixel, another that is always the prior.

    The decoder makes the first pixel's logit ``weight`` · z_1; σ of z_1 is e⁻².
    """
    vae = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=2, hidden=()))
    for parameter in vae.parameters():
        nn.init.zeros_(parameter)
    with torch.no_grad():
        vae.encoder.mu.weight[0, 0] = 4.0
        vae.encoder.mu.bias[0] = -2.0
        vae.encoder.logvar.bias[0] = -4.0
        output = vae.decoder.output
        assert isinstance(output, nn.Linear)
        output.weight[0, 0] = weight
    return vae.requires_grad_(False)


@pytest.fixture(scope="module")
def bits() -> Tensor:
    return torch.randint(0, 2, (400, 1, 2, 2), generator=Generator().manual_seed(0)) * 1.0


def test_units_are_counted_by_the_variance_of_their_means_and_tell_how_sure_that_is() -> None:
    rows = [[0.0, 0.0, 1.0], [0.0, 0.0, -1.0], [0.0, 0.0, 1.0], [0.0, 0.22, -1.0]]
    mu = torch.tensor(rows * 25)
    found = units(DiagonalGaussian(mu, torch.zeros_like(mu)))
    assert found.variance == pytest.approx((0, 0.009075, 1))
    assert found.active == (False, False, True)
    assert found.unsure == (False, True, False)  # within its ± of the rule's edge
    assert found.rate == pytest.approx((0, 0.00605, 0.5))
    assert found.collapsed == (True, False, False)
    assert (found.count, found.order, found.images) == (1, (2, 1, 0), 100)


@pytest.mark.parametrize("images", [4, 10, 400])
def test_the_interval_of_a_variance_holds_the_true_one_in_about_95_of_100_cases(
    images: int,
) -> None:
    generator = Generator().manual_seed(0)
    mu = 0.1 * torch.randn(images, 1000, generator=generator)  # each column is an experiment
    found = units(DiagonalGaussian(mu, torch.zeros_like(mu)))
    assert 0.92 < sum(found.unsure) / 1000 < 0.98  # of what has the very variance of the rule
    widths = torch.tensor([width or 0.0 for width in found.variance_half_width])
    held = (torch.tensor(found.variance) - 0.01).abs() <= widths
    assert held.float().mean() > 0.92


def test_a_normal_variance_of_many_images_has_the_half_width_of_the_textbooks() -> None:
    mu = torch.randn(10_000, 20, generator=Generator().manual_seed(0))
    found = units(DiagonalGaussian(mu, torch.zeros_like(mu)))
    widths = torch.tensor([width or 0.0 for width in found.variance_half_width])
    expected = 1.96 * (2 / 10_000) ** 0.5 * torch.tensor(found.variance)
    torch.testing.assert_close(widths, expected, rtol=0.06, atol=0)


@pytest.mark.parametrize("images", [1, 2, 3])
def test_of_a_few_images_no_dimension_is_surely_in_use_or_not(images: int) -> None:
    mu = torch.tensor([[0.0, 0.3], [0.0, -0.3], [0.0, 0.1]])[:images]
    found = units(DiagonalGaussian(mu, torch.zeros_like(mu)))
    assert found.unsure == (True, True)
    assert found.variance_half_width == (None, None)
    assert (found.rate_half_width[0] is None) == (images == 1)


def test_a_variance_that_one_image_makes_has_no_interval_and_one_of_none_is_surely_nothing() -> (
    None
):
    mu = torch.zeros(50, 2)
    mu[7, 1] = 1.0
    found = units(DiagonalGaussian(mu, torch.zeros_like(mu)))
    assert found.unsure == (False, True)
    assert found.variance_half_width == (0.0, None)
    assert units(DiagonalGaussian(mu * torch.nan, torch.zeros_like(mu))).unsure == (True, True)


def test_a_verdict_on_few_images_is_refused_and_one_near_the_rule_says_so(bits: Tensor) -> None:
    with pytest.raises(AtlasError, match=r"10 images or more, and here are 9\. Take more images"):
        collapse(reading(3.0), bits[:9])
    vae = reading(3.0)
    with torch.no_grad():  # mu = ±0.1: its variance is about 0.01
        vae.encoder.mu.weight[0, 0] = 0.2
        vae.encoder.mu.bias[0] = -0.1
    assert "(A > 0.01; of 1 that is not sure)" in collapse(vae, bits[:12]).sentence


def test_a_decoder_that_ignores_z_loses_nothing_by_another(bits: Tensor) -> None:
    found = prior_swap(reading(0.0), bits)
    assert found.prior_costs.value == 0
    assert found.another_costs is not None
    assert found.another_costs.value == 0
    assert not found.prior_costs.decided


def test_a_decoder_that_reads_z_loses_by_another_what_can_be_worked_out(bits: Tensor) -> None:
    """mu = ±2 and the logit is 3z: near ±6, softplus(−6) of loss; 6 more where the bit is other."""
    found = prior_swap(reading(3.0), bits)
    assert found.another_costs is not None
    share = bits[:, 0, 0, 0].mean().item()
    other = 2 * share * (1 - share)  # how often another image has the other bit
    assert found.another_costs.half_width is not None
    assert abs(found.another_costs.value - 6 * other) < 2 * found.another_costs.half_width
    assert found.prior_costs.decided
    assert found.images == 400


def test_one_image_has_no_other_to_take_a_code_from(bits: Tensor) -> None:
    found = prior_swap(reading(3.0), bits[:1])
    assert found.from_another is None
    assert found.prior_costs.half_width is None


def test_the_whole_is_said_in_a_sentence_and_in_json(bits: Tensor) -> None:
    used = collapse(reading(3.0), bits)
    assert used.sentence.startswith("1 of 2 dimensions in use (A > 0.01); the decoder loses ")
    assert used.aggregate.cap == pytest.approx(5.99, abs=0.01)
    assert json.loads(json.dumps(asdict(used)))["units"]["active"] == [True, False]
    unread = collapse(reading(0.0), bits)
    assert "it cannot be said that the decoder reads them" in unread.sentence


def test_a_probe_tells_classes_from_means_and_from_pixels_and_chance_does_not(
    bits: Tensor,
) -> None:
    labels = bits[:, 0, 0, 0].long()
    train, test = slice(0, 300), slice(300, 400)
    found = linear_probe(reading(3.0), bits[train], labels[train], bits[test], labels[test])
    assert found.means.share == found.pixels.share == 1
    assert found.means.low > 0.9  # Wilson's, of 100 of 100
    assert found.chance.share < 0.7
    assert found.above_chance.decided
    assert (found.classes, found.learned_from) == (2, 300)


def test_a_probe_of_a_collapsed_code_is_no_better_than_chance(bits: Tensor) -> None:
    vae = reading(0.0)
    nn.init.zeros_(vae.encoder.mu.weight)
    labels = bits[:, 0, 0, 0].long()
    found = linear_probe(vae, bits[:300], labels[:300], bits[300:], labels[300:])
    assert found.means == found.chance
    assert not found.above_chance.decided


def test_a_probe_needs_two_classes(bits: Tensor) -> None:
    same = torch.zeros(400, dtype=torch.int64)
    with pytest.raises(AtlasError, match="images of two classes"):
        linear_probe(reading(1.0), bits[:300], same[:300], bits[300:], same[300:])


def test_a_probe_of_digits_from_pixels_is_as_good_as_scikit_learns() -> None:
    digits = load_dataset("digits")
    train, test = digits.split("train"), digits.split("test")
    assert train.labels is not None
    assert test.labels is not None
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=4, hidden=(16,)))
    found = linear_probe(vae, train.images, train.labels, test.images, test.labels)
    assert 0.93 < found.pixels.share < 1
    assert found.classes == 10
    posterior = posteriors(vae, test.images)
    assert posterior.mu.shape == (len(test.images), 4)


@pytest.mark.parametrize("name", POSTERIORS)
def test_a_posterior_of_any_family_is_asked_alike(name: str, bits: Tensor) -> None:
    vae = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=2, hidden=(), posterior=name))
    for parameter in vae.parameters():
        nn.init.zeros_(parameter)
    with torch.no_grad():
        vae.encoder.mu.weight[0, 0] = 4.0
    found = collapse(vae, bits)
    assert found.units.active == (True, False)
    assert found.units.variance[1] == pytest.approx(0, abs=1e-6)
    assert found.aggregate.information.value > 0.1
    assert found.units.images == len(bits)
