"""The game against closed forms; it drops no mode, and continues bit for bit."""

import math

import pytest
import torch
from torch import Generator, Tensor
from torch.nn.functional import softplus

from vae_core.algorithms import Batch
from vae_core.algorithms.averaging import MovingMean
from vae_core.algorithms.gan import AdversarialGame, GanSettings, judge
from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.models.gan import Gan
from vae_core.quantities import completed

SHAPE = (1, 8, 8)


def _game(seed: int = 0, **told: object) -> tuple[Gan, AdversarialGame, Generator]:
    settings = GanSettings.model_validate({"noise_dim": 3, "first_channels": 4} | told)
    generator = Generator().manual_seed(seed)
    gan = Gan(Gan.document(image_shape=SHAPE, **_sizes(settings)))
    gan.initialise("torch", generator)
    return gan, settings.make(gan, generator), generator


def _sizes(settings: GanSettings) -> dict[str, int]:
    return {"noise_dim": settings.noise_dim, "first_channels": settings.first_channels}


def _batch(count: int = 6) -> Batch:
    x = torch.rand(count, *SHAPE, generator=Generator().manual_seed(5))
    return Batch(x, torch.arange(count), count)


def _pair() -> tuple[Tensor, Tensor]:
    generator = Generator().manual_seed(3)
    return torch.rand(6, *SHAPE, generator=generator), torch.rand(6, *SHAPE, generator=generator)


def test_of_a_linear_discriminator_margin_and_penalties_are_known() -> None:
    """D(x) = w·x: m = w·(x − y), R1 = R2 = ‖w‖², and γ/2 (R1 + R2) has the gradient 2γw."""
    w = torch.randn(64, generator=Generator().manual_seed(0), requires_grad=True)
    x, y = _pair()
    seen = judge(lambda images: images.flatten(1) @ w, x, y)
    torch.testing.assert_close(seen.margin, (x - y).flatten(1) @ w)
    squared = w.square().sum()
    for penalty in (seen.r1, seen.r2):
        torch.testing.assert_close(penalty, squared.expand(6))
    gamma = 0.7
    (gradient,) = torch.autograd.grad(gamma / 2 * (seen.r1.mean() + seen.r2.mean()), w)
    torch.testing.assert_close(gradient, 2 * gamma * w.detach())


def test_of_a_quadratic_discriminator_the_penalties_differ_from_image_to_image() -> None:
    """D(x) = a‖x‖²/2 has the gradient a·x, so R1 = a²‖x‖², whose derivative in a is 2a‖x‖²."""
    a = torch.tensor(1.5, requires_grad=True)
    x, y = _pair()
    seen = judge(lambda images: a / 2 * images.square().flatten(1).sum(1), x, y)
    torch.testing.assert_close(seen.r1, (a * x).square().flatten(1).sum(1))
    torch.testing.assert_close(seen.r2, (a * y).square().flatten(1).sum(1))
    torch.testing.assert_close(seen.slope_at_made, a * y)
    (gradient,) = torch.autograd.grad(seen.r1.sum(), a)
    torch.testing.assert_close(gradient, 2 * a.detach() * x.square().sum())


def test_the_game_is_the_same_with_its_sides_exchanged() -> None:
    """Swapping real and made images turns the margin's sign: each objective becomes the other's."""
    gan, _, _ = _game()
    x, y = _pair()
    one, other = judge(gan.discriminator, x, y), judge(gan.discriminator, y, x)
    torch.testing.assert_close(one.margin, -other.margin)
    torch.testing.assert_close(one.r1, other.r2)
    torch.testing.assert_close(softplus(-one.margin), softplus(other.margin))


def test_what_is_made_of_the_margin_is_as_it_is_defined() -> None:
    _, game, _ = _game()
    result = game.step(_batch())
    means = completed(game.reports, {k: float(v) / 6 for k, v in result.sums.items()})
    assert set(means) == {quantity.name for quantity in game.reports}
    gan, _, generator = _game()  # as it was before its step
    made = gan.generate(gan.sample_latents(6, generator))
    margin = (gan.discriminator(_batch().x) - gan.discriminator(made)).detach()
    assert means["margin"] == pytest.approx(margin.mean().item(), abs=1e-6)
    assert means["generator_objective"] == pytest.approx(softplus(margin).mean().item(), abs=1e-6)
    divergence = math.log(2) - softplus(-margin).mean().item()
    assert means["adversarial_divergence"] == pytest.approx(divergence, abs=1e-6)


def test_both_gradients_are_those_of_the_two_objectives() -> None:
    """Held against autograd through the whole of each, penalties image by image."""
    gamma = 0.3
    _, game, _ = _game(penalty=gamma)
    game.step(_batch())
    gan, _, generator = _game()
    x, made = _batch().x, gan.generate(gan.sample_latents(6, generator))
    margin = gan.discriminator(x) - gan.discriminator(made)
    of_generator = torch.autograd.grad(
        softplus(margin).mean(), list(gan.generator.parameters()), retain_graph=True
    )
    penalties = []
    for image in (*x, *made.detach()):
        image.requires_grad_()
        (slope,) = torch.autograd.grad(gan.discriminator(image[None]), image, create_graph=True)
        penalties.append(slope.square().sum())
    whole = softplus(-margin).mean() + gamma / 2 * sum(penalties) / 6
    of_discriminator = torch.autograd.grad(whole, list(gan.discriminator.parameters()))
    for parameters, wanted in (
        (game._made_by, of_generator),
        (game._judged_by, of_discriminator),
    ):
        for parameter, gradient in zip(parameters, wanted, strict=True):
            torch.testing.assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-7)
    norm = torch.nn.utils.get_total_norm([*of_generator, *of_discriminator])
    assert game.gradient_norm() == pytest.approx(float(norm), rel=1e-4)


def test_of_two_modes_neither_is_dropped() -> None:
    """Bright above or bright below: samples are one or the other, and neither is rare."""
    modes = torch.zeros(2, *SHAPE)
    modes[0, :, :4], modes[1, :, 4:] = 1, 1
    batch = Batch(modes.repeat(16, 1, 1, 1), torch.arange(32), 32)
    told = {"noise_dim": 2, "first_channels": 8, "penalty": 1.0, "averaging": 0.9}
    gan, game, generator = _game(learning_rate=1e-2, **told)
    for _ in range(100):
        game.step(batch)
    apart = (gan.sample_images(400, generator)[:, None] - modes).square().mean((2, 3, 4))
    nearest = apart.min(1)
    assert (nearest.values < 0.05).float().mean() > 0.7
    assert 0.3 < nearest.indices.float().mean() < 0.7


@pytest.mark.parametrize("averaging", [0.0, 0.99])
def test_a_restored_state_continues_bit_for_bit(averaging: float) -> None:
    straight, game, generator = _game(averaging=averaging)
    batch = _batch()
    for _ in range(12):
        game.step(batch)
    saved = checkpoint_bytes(game.state_dict(), {})
    weights = {name: value.clone() for name, value in straight.state_dict().items()}
    random_state = generator.get_state()
    for _ in range(3):
        game.step(batch)

    restored, again, other = _game(9, averaging=averaging)
    restored.load_state_dict(weights)
    again.load_state_dict(read_checkpoint(saved).tensors)
    other.set_state(random_state)
    for _ in range(3):
        again.step(batch)
    for name, value in straight.state_dict().items():
        assert not torch.equal(value, weights[name]), name
        assert torch.equal(value, restored.state_dict()[name]), name


def test_a_clone_goes_on_from_the_generator_that_its_model_came_with() -> None:
    gan, game, _ = _game(learning_rate=1e-12)
    given, _, _ = _game(4)
    gan.load_state_dict(given.state_dict())
    game.step(_batch())
    for weight, wanted in zip(game._made_by, given.generator.parameters(), strict=True):
        torch.testing.assert_close(weight, wanted)


def test_a_new_learning_rate_reaches_both_networks() -> None:
    _, game, _ = _game()
    game.learning_rate = 0.25
    assert game.learning_rate == 0.25
    assert {each.learning_rate for each in game._optimizers.values()} == {0.25}


def test_the_moving_mean_forgets_where_it_began_and_then_moves_slowly() -> None:
    mean, weight = torch.zeros(1), torch.ones(1)
    moving, kept = MovingMean(0.5), 1.0
    for step in range(1, 12):
        moving.follow([mean], [weight])
        kept *= min(0.5, (1 + step) / (10 + step))
        assert mean.item() == pytest.approx(1 - kept, abs=1e-6)
    bare = torch.zeros(1)
    MovingMean(0).follow([bare], [weight])
    assert bare.item() == 1
