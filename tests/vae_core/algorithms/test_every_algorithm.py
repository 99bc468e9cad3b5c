"""What holds of all of them: they report alike, learn, and continue bit for bit."""

from typing import Any

import pytest
import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import tiny_batch, tiny_vae
from vae_core.algorithms import ALGORITHMS, Batch, Learner
from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.evaluation import evaluate
from vae_core.models import POSTERIORS, VAE, Architecture, DiagonalGaussian

WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "aevb a": ("aevb", {"estimator": "a"}),
    "aevb b": ("aevb", {}),
    "aevb stl": ("aevb", {"estimator": "stl"}),
    "iwae": ("iwae", {}),
    "iwae dreg": ("iwae", {"importance_gradient": "dreg"}),
    "beta-tcvae stratified": ("beta-tcvae", {}),
    "beta-tcvae weighted": ("beta-tcvae", {"mixture": "weighted"}),
    "factor-vae": ("factor-vae", {"discriminator_layers": 2, "discriminator_width": 8}),
    "dip-vae codes": ("dip-vae", {}),
    "dip-vae means": ("dip-vae", {"covariance": "means"}),
    "semi-amortised": ("semi-amortised", {"refining_steps": 2}),
    "wake-sleep": ("wake-sleep", {}),
    "svi": ("svi", {"local_steps": 3}),
    "mcem": ("mcem", {"leapfrog_steps": 3, "updates": 2}),
    "full-vb": ("full-vb", {}),
    "score-function": ("score-function", {}),
    "score-function running-mean": ("score-function", {"baseline": "running-mean"}),
    "score-function nvil": ("score-function", {"baseline": "nvil"}),
    "score-function leave-one-out": (
        "score-function",
        {"baseline": "leave-one-out", "samples_per_image": 2},
    ),
    "score-function bbvi": ("score-function", {"baseline": "bbvi", "samples_per_image": 2}),
}
every_way = pytest.mark.parametrize("way", WAYS)


def _learner(vae: VAE, way: str, generator: Generator, **more: Any) -> Learner:
    name, settings = WAYS[way]
    learner = ALGORITHMS[name](**settings, **more).make(vae, generator)
    assert isinstance(learner, Learner)
    return learner


@every_way
@pytest.mark.parametrize("posterior", [n for n in POSTERIORS if n != DiagonalGaussian.name])
def test_it_learns_any_posterior_or_says_that_it_learns_one_alone(way: str, posterior: str) -> None:
    architecture = Architecture(
        image_shape=(1, 3, 3), latent_dim=2, hidden=(4,), posterior=posterior
    )
    vae = VAE(architecture).initialise("torch", Generator().manual_seed(0))
    learner = _learner(vae, way, Generator().manual_seed(1))
    if ALGORITHMS[WAYS[way][0]].needs_diagonal:
        with pytest.raises(TypeError, match="a Gaussian without covariances"):
            learner.step(tiny_batch())
        return
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    result = learner.step(tiny_batch())
    assert all(bool(total.isfinite().all()) for total in result.sums.values())
    moved = {
        name for name, value in vae.state_dict().items() if not torch.equal(value, before[name])
    }
    assert {f"encoder.{head}.bias" for head in POSTERIORS[posterior].heads(2)} <= moved


def test_none_is_left_out_here() -> None:
    of_vaes = {name for name, kind in ALGORITHMS.items() if kind.trains is VAE}
    assert {name for name, _ in WAYS.values()} == of_vaes


@every_way
@pytest.mark.parametrize("optimizer", ["adam", "adagrad"])
def test_a_restored_state_continues_bit_for_bit(way: str, optimizer: str) -> None:
    generator, straight = Generator().manual_seed(3), tiny_vae(1)
    learner = _learner(straight, way, generator, optimizer=optimizer, weight_prior="normal")
    batch = tiny_batch(5)
    for _ in range(105):
        learner.step(batch)
    saved = checkpoint_bytes(learner.state_dict(), {})
    weights = {k: v.clone() for k, v in straight.state_dict().items()}
    random_state = generator.get_state()
    for _ in range(3):
        learner.step(batch)

    restored, other = tiny_vae(1), Generator().manual_seed(99)
    again = _learner(restored, way, other, optimizer=optimizer, weight_prior="normal")
    restored.load_state_dict(weights)
    again.load_state_dict(read_checkpoint(saved).tensors)
    other.set_state(random_state)
    for _ in range(3):
        again.step(batch)
    for name, value in straight.state_dict().items():
        assert not torch.equal(value, weights[name]), name
        assert torch.equal(value, restored.state_dict()[name]), name


@every_way
def test_the_rate_is_reported_in_closed_form_and_the_images_are_counted(way: str) -> None:
    vae, batch = tiny_vae(), tiny_batch()
    result = _learner(vae, way, Generator().manual_seed(0)).gradient(batch)
    name, settings = WAYS[way]
    visit = ALGORITHMS[name](**settings).samples_per_visit
    assert visit > 1 or name not in ("svi", "mcem")  # these count several gradients an image
    assert result.samples_evaluated == visit * len(batch.x)
    assert result.sums["rate_per_dim"].shape == (2,)
    assert result.sums["distortion"].shape == ()
    assert not result.sums["rate_per_dim"].requires_grad
    assert not result.sums["distortion"].requires_grad
    if way not in ("aevb a", "aevb stl", "svi"):
        torch.testing.assert_close(
            result.sums["rate_per_dim"], vae.encode(batch.x).kl().sum(0).detach()
        )


@every_way
def test_it_learns(way: str) -> None:
    """Four stripes: the bound of a model that ignores them is far below that of one that sees."""
    stripes = torch.eye(4).repeat_interleave(4, 1).view(4, 1, 4, 4)
    images = (255 * stripes).to(torch.uint8).repeat(25, 1, 1, 1)
    generator = Generator().manual_seed(0)
    vae = VAE(Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(16,)))
    vae.initialise("torch", generator)
    learner = _learner(vae, way, generator, learning_rate=0.01)
    before = evaluate(vae, images).elbo
    for _ in range(200):
        learner.step(Batch(images.float() / 255, torch.arange(100), 100))
    assert evaluate(vae, images).elbo > before + 1.5


@every_way
def test_a_new_learning_rate_reaches_every_optimizer(way: str) -> None:
    learner = _learner(tiny_vae(), way, Generator().manual_seed(0))
    assert learner.learning_rate == 1e-3
    learner.learning_rate = 0.25
    assert all(o.learning_rate == 0.25 for o in learner._optimizers.values())
