"""log p(x) of images, measured: by integration, by estimators, and when they say to doubt them."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.vae_core.inference.linear_gaussian import GaussianPixels, LinearGaussian
from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import (
    Cancelled,
    LogLikelihood,
    Watch,
    by_annealing,
    by_appendix_d,
    by_grid,
    by_importance,
    evaluate,
)
from vae_core.evaluation.estimators import ESTIMATORS, usual_estimator
from vae_core.evaluation.intervals import student_95
from vae_core.inference import decoding
from vae_core.models import (
    VAE,
    Architecture,
    DiagonalGaussian,
    load_model,
    standard_normal_log_prob,
)

CHECKPOINTS = Path(__file__).parents[3] / "checkpoints"
CHECKPOINT = CHECKPOINTS / "digits-2d.safetensors"
PIXELS = 9
MODEL = LinearGaussian(latent_dim=3, pixels=PIXELS)
Measure = Callable[..., LogLikelihood]
METHODS: list[Measure] = [by_importance, by_appendix_d, by_annealing]
# Where it does not matter how exact a measurement is.
QUICK: dict[Measure, dict[str, int]] = {
    by_importance: {"k": 500},
    by_appendix_d: {},
    by_annealing: {"temperatures": 20},
}


def _images(count: int) -> Tensor:
    """Grey images that the model may well have made. uint8 [N, 1, 3, 3]."""
    values = MODEL.images(count).clamp(0, 1) * 255
    return values.round().to(torch.uint8).view(count, 1, 3, 3)


@pytest.mark.parametrize("measure", METHODS)
def test_every_estimator_agrees_with_the_exact_evidence(measure: Measure) -> None:
    images = _images(100)
    found = measure(MODEL, images)
    exact = MODEL.log_evidence(images.float() / 255)
    scores = (found.log_p - exact) / found.standard_errors
    assert float(scores.abs().max()) < 6
    assert abs(found.mean - float(exact.mean())) < 4 * found.standard_error < 0.06
    assert found.warnings == ()


@pytest.mark.parametrize("measure", METHODS)
def test_the_mean_is_as_uncertain_as_it_says(measure: Measure) -> None:
    """Over draws, of one seed and of several, the mean over images scatters by its error."""
    images, seeds, copies = 5, 5, 10
    same = _images(images).repeat(copies, 1, 1, 1)  # each copy has draws of its own
    found = [measure(MODEL, same, seed=seed, **QUICK[measure]) for seed in range(seeds)]
    means = torch.cat([f.log_p.view(copies, images).mean(1) for f in found])
    assert len(set(means.tolist())) == seeds * copies
    said = math.sqrt(copies) * sum(f.standard_error for f in found) / seeds
    assert float(means.std()) == pytest.approx(said, rel=0.35)  # sd of 50: ± 10 % at one sigma


def test_the_errors_of_a_mean_are_those_of_its_parts() -> None:
    found = by_importance(MODEL, _images(30), k=50)
    expected = math.sqrt(float((found.standard_errors**2).sum())) / 30
    assert found.standard_error == pytest.approx(expected)
    assert found.image_error == pytest.approx(float(found.log_p.std()) / math.sqrt(30))
    assert math.isnan(by_importance(MODEL, _images(1), k=50).image_error)


@pytest.mark.parametrize("measure", METHODS)
def test_the_seed_decides_and_the_global_random_state_is_left_alone(measure: Measure) -> None:
    images = _images(4)
    before = torch.get_rng_state()
    quick = partial(measure, MODEL, images, treatment="dynamic", **QUICK[measure])
    first, again, other = (quick(seed=seed) for seed in (3, 3, 4))
    assert torch.equal(first.log_p, again.log_p)
    assert not torch.equal(first.log_p, other.log_p)
    assert torch.equal(before, torch.get_rng_state())


def test_all_estimators_are_asked_about_the_same_draw_of_dynamic_images() -> None:
    class Spy(LinearGaussian):
        def encode(self, x: Tensor) -> DiagonalGaussian:
            seen.append(x)
            return super().encode(x)

    seen: list[Tensor] = []
    asked: list[Tensor] = []
    spy = Spy(3, PIXELS)
    for measure in METHODS:
        seen.clear()
        measure(spy, _images(6), treatment="dynamic", seed=5, **QUICK[measure])
        asked.append(seen[0])
    assert set(asked[0].unique().tolist()) == {0.0, 1.0}
    assert torch.equal(asked[0], asked[1])
    assert torch.equal(asked[0], asked[2])


def test_the_usual_method_is_exact_where_that_can_be_unless_samples_are_asked_for() -> None:
    usual = [usual_estimator(latent_dim) for latent_dim in (1, 2, 3, 10)]
    assert usual == ["grid", "grid", "importance", "importance"]
    assert usual_estimator(2, ["k"]) == "importance"
    assert usual_estimator(2, ["chains"]) == "grid"  # which refuses it


def test_the_names_of_the_methods_are_those_of_their_results() -> None:
    images = _images(2)
    for name, estimator in ESTIMATORS.items():
        assert estimator.measure(MODEL, images).method == name


@pytest.mark.parametrize("latent_dim", [1, 2, 3])
def test_the_grid_says_the_exact_evidence_and_warns_of_nothing(latent_dim: int) -> None:
    model = LinearGaussian(latent_dim, PIXELS)
    images = _images(20 if latent_dim < 3 else 6)  # each has a grid of its own
    found = by_grid(model, images)
    assert float((found.log_p - model.log_evidence(images.float() / 255)).abs().max()) < 0.001
    assert found.warnings == ()
    assert found.effective_samples is None


def test_a_grid_of_four_dimensions_is_refused_in_a_sentence() -> None:
    with pytest.raises(AtlasError, match="up to 3 latent dimensions and this model has 4"):
        by_grid(LinearGaussian(4, PIXELS), _images(2))


def test_where_the_grid_does_not_settle_it_says_so() -> None:
    class Comb(LinearGaussian):
        def decode(self, z: Tensor) -> GaussianPixels:
            return super().decode(50 * torch.cos(1e7 * z))

    assert "the grid did not come to its end" in by_grid(Comb(1, PIXELS), _images(2)).warnings[0]


def test_the_shipped_models_log_p_is_what_independent_integration_found() -> None:
    """FACTS: the first 12 test images of mnist-12k, by a grid of step 0.025 refined ×3 and ×9."""
    vae = load_model(CHECKPOINTS / "mnist-2d.safetensors").vae
    found = by_grid(vae, load_dataset("mnist-12k").split("test").images[:12])
    assert found.mean == pytest.approx(-130.509, abs=0.003)
    assert found.warnings == ()


def test_log_p_of_the_first_mnist_images_is_what_independent_integration_found(
    mnist_data: Path,
) -> None:
    vae = load_model(CHECKPOINTS / "mnist-2d.safetensors").vae
    found = by_grid(vae, load_dataset("mnist", mnist_data).split("test").images[:100])
    assert found.mean == pytest.approx(-129.492, abs=0.003)
    assert float(found.log_p[:24].mean()) == pytest.approx(-129.796, abs=0.003)
    assert found.warnings == ()


def test_images_in_small_batches_give_the_same_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    images = _images(6)
    for measure in METHODS:
        # Shares of a batch that were weighed wrongly would be nats off; an error is of 0.1.
        whole = measure(MODEL, images, **QUICK[measure])
        with monkeypatch.context() as patched:
            patched.setattr(decoding, "PIXELS_AT_ONCE", PIXELS * 40)
            small = LinearGaussian(3, PIXELS)
            parts = measure(small, images, **QUICK[measure])
        assert small.largest_batch <= 40
        assert len(parts.log_p) == 6
        error = math.hypot(whole.standard_error, parts.standard_error)
        assert abs(whole.mean - parts.mean) < 4 * error


def test_log_p_of_a_vae_lies_above_its_bound_and_the_estimators_agree() -> None:
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(16,)))
    vae.initialise("paper", torch.Generator().manual_seed(0))
    images = load_dataset("digits").split("test").images[:20]
    bound = evaluate(vae, images, samples=200).elbo
    found = [measure(vae, images) for measure in METHODS]
    assert all(f.mean > bound for f in found)
    assert found[1].mean == pytest.approx(found[0].mean, abs=0.05)
    assert found[2].mean == pytest.approx(found[0].mean, abs=0.05)
    assert all(p.grad is None for p in vae.parameters())


def test_appendix_d_warns_above_five_dimensions_and_not_at_five() -> None:
    at_five = by_appendix_d(LinearGaussian(5, PIXELS), _images(3), samples=200)
    assert not any("latent dimensions" in w for w in at_five.warnings)
    above = by_appendix_d(LinearGaussian(6, PIXELS), _images(3), samples=200)
    assert "6 latent dimensions" in above.warnings[-1]


def test_importance_sampling_warns_where_the_encoder_misses_the_posterior() -> None:
    lost = LinearGaussian(3, PIXELS, shift=8.0, width=0.5)
    found = by_importance(lost, _images(5), k=200, proposal="encoder", compared=False)
    assert "5 of 5 images" in found.warnings[0]
    assert "too low" in found.warnings[0]
    exact = lost.log_evidence(_images(5).float() / 255)
    assert bool((found.log_p < exact - 5 * found.standard_errors).all())  # it is right to warn
    seen = by_importance(lost, _images(5), k=200, proposal="encoder")
    assert "5 of 5 images are up to" in seen.warnings[-1]
    assert bool(((seen.log_p - exact).abs() < 2 * seen.standard_errors).all())
    sought = by_importance(lost, _images(5), k=200)
    assert sought.warnings == ()
    assert bool(((sought.log_p - exact).abs() < 5 * sought.standard_errors).all())


@pytest.mark.parametrize("measure", METHODS)
def test_progress_rises_to_one_and_a_cancelled_measurement_ends(
    measure: Measure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "PIXELS_AT_ONCE", PIXELS * 64)
    seen: list[float] = []
    quick = partial(measure, MODEL, _images(8), **QUICK[measure])
    quick(watch=Watch(progress=seen.append))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)
    count = len(seen)
    seen.clear()
    with pytest.raises(Cancelled):
        quick(watch=Watch(seen.append, lambda: len(seen) >= 3))
    assert len(seen) == 3 < count


def test_a_model_that_overflows_is_said_to() -> None:
    class Broken(LinearGaussian):
        def encode(self, x: Tensor) -> DiagonalGaussian:
            q = super().encode(x)
            return DiagonalGaussian(q.mu * math.inf, q.logvar)

    found = by_importance(Broken(3, PIXELS), _images(2), k=10, proposal="encoder", compared=False)
    assert "2 of 2 images have no finite estimate" in found.warnings[0]


@pytest.fixture(scope="module")
def digits() -> tuple[VAE, Tensor, Tensor]:
    """A trained model of two latents, images, and their log p(x) by quadrature on a fine grid."""
    vae = load_model(CHECKPOINT).vae
    images = load_dataset("digits").split("test").images[:30]
    axis = torch.linspace(-5, 5, 501)
    grid = torch.cartesian_prod(axis, axis)
    with torch.inference_mode():
        parts = []
        for z in grid.split(20_000):
            logits = vae.decode(z).mean.logit().flatten(1)
            log_likelihood = logits @ (images.flatten(1).float() / 255).T
            log_likelihood -= functional.softplus(logits).sum(1, keepdim=True)
            parts.append(log_likelihood.double() + standard_normal_log_prob(z).unsqueeze(1))
        exact = torch.cat(parts).logsumexp(0) + 2 * math.log(10 / 500)
    return vae, images, exact.clone()


@pytest.mark.parametrize("measure", METHODS)
def test_on_a_trained_model_the_estimators_agree_with_quadrature(
    measure: Measure, digits: tuple[VAE, Tensor, Tensor]
) -> None:
    vae, images, exact = digits
    found = measure(vae, images)
    assert abs(found.mean - float(exact.mean())) < max(0.02, 4 * found.standard_error) < 0.2
    scores = (found.log_p - exact) / found.standard_errors
    assert float(scores.square().median()) < 2


def test_students_quantiles_are_those_of_the_tables() -> None:
    freedom = torch.tensor([1.0, 2.0, 3.0, 5.0, 9.0, 15.0, 30.0, 1e6])
    tables = torch.tensor([12.706, 4.303, 3.182, 2.571, 2.262, 2.131, 2.042, 1.960])
    torch.testing.assert_close(student_95(freedom), tables, atol=0.03, rtol=0)


class Valleys(GaussianPixels):
    def __init__(self, pixels: GaussianPixels, toll: Tensor) -> None:
        super().__init__(pixels.mean, pixels.deviation)
        self._toll = toll

    def log_prob(self, x: Tensor) -> Tensor:
        return super().log_prob(x) - self._toll


class MissedMode(LinearGaussian):
    """Two valleys, of which the encoder knows the one where next to nothing of the posterior is.

    z goes through |z|, so that −z is as good as z; but the far side pays `toll` nats.
    """

    toll = 6.0

    def encode(self, x: Tensor) -> DiagonalGaussian:
        q = super().encode(x)
        return DiagonalGaussian(-q.mu.abs() - 2.0, q.logvar)

    def decode(self, z: Tensor) -> Valleys:
        return Valleys(super().decode(z.abs() - 2.0), self.toll * (z[:, 0] < 0))


@pytest.mark.parametrize(
    ("measure", "start"),
    [(by_importance, {"proposal": "encoder"}), (by_annealing, {"start": "posterior"})],
)
def test_a_start_that_misses_a_mode_is_warned_of_and_the_error_says_so(
    measure: Measure, start: dict[str, str]
) -> None:
    model, images = MissedMode(1, PIXELS, deviation=0.2), _images(6)
    exact = by_grid(model, images)
    assert exact.warnings == ()
    found = measure(model, images, **start)
    assert "misses a mode of their posterior" in found.warnings[-1]
    assert bool((found.log_p < exact.log_p - 3).any())
    assert bool(((found.log_p - exact.log_p).abs() <= found.half_widths).all())
    assert bool(found.doubted.any())
    sought = measure(model, images)
    assert float((sought.log_p - exact.log_p).abs().max()) < 0.25


@pytest.mark.parametrize(
    ("measure", "start"),
    [(by_importance, {"proposal": "encoder"}), (by_annealing, {"start": "posterior"})],
)
def test_where_no_mode_is_missed_there_is_no_warning(
    measure: Measure, start: dict[str, str]
) -> None:
    found = measure(MODEL, _images(30), **start)
    assert found.warnings == ()
    assert not bool(found.doubted.any())
