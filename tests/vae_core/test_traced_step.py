"""A step seen from inside: it is the loop's own, and its numbers are those of `evaluate`."""

import copy
from dataclasses import dataclass

import pytest
import torch
from torch import Generator, Tensor

from vae_core.evaluation import evaluate, evaluate_images
from vae_core.models import LIKELIHOODS, VAE, DiagonalGaussian
from vae_core.runs import make_config
from vae_core.runs.workbench import assemble
from vae_core.traced_step import traced_step
from vae_core.training import TrainingLoop

IMAGES = torch.randint(
    0, 256, (50, 1, 9, 7), dtype=torch.uint8, generator=Generator().manual_seed(3)
)


@dataclass(frozen=True)
class Told(DiagonalGaussian):
    """A posterior whose noise is given, one draw after another."""

    noise: list[Tensor]

    def rsample(self, generator: Generator | None = None) -> Tensor:
        return torch.addcmul(self.mu, self.noise.pop(0), torch.exp(0.5 * self.logvar))


class WithNoise(VAE):
    """A model that draws the noise that it is told."""

    def __init__(self, vae: VAE, noise: Tensor) -> None:
        super().__init__(vae.architecture)
        self.load_state_dict(vae.state_dict())
        self._noise = noise

    def encode(self, x: Tensor) -> DiagonalGaussian:
        found = super().encode(x)
        return Told(found.mu, found.logvar, list(self._noise))


def _loop(**settings: object) -> tuple[VAE, TrainingLoop]:
    given = {"dataset": "digits", "hidden": (12, 5), "batch_size": 20, "threads": 1, "seed": 4}
    model, loop = assemble(make_config(**(given | settings)), IMAGES)
    assert isinstance(model, VAE)
    for _ in range(3):  # the optimiser has moments, and σ was solved for, as in any run
        loop.step()
    return model, loop


KINDS: list[dict[str, object]] = [
    *[dict[str, object](likelihood=name) for name in LIKELIHOODS],
    {"network": "conv", "channels": (3, 4), "latent_dim": 7, "activation": "relu"},
    {"latent_dim": 6, "samples_per_image": 3, "weight_prior": "normal", "optimizer": "adagrad"},
    {"binarize": "dynamic", "beta": 4.0, "hidden": ()},
    {"estimator": "stl"},
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind.values())))
def test_its_numbers_are_those_of_evaluate_given_the_same_noise(kind: dict[str, object]) -> None:
    vae, loop = _loop(**kind)
    found = copy.deepcopy(vae)
    traced = traced_step(loop, vae)
    samples = len(traced.noise)
    for model, terms in ((found, traced.before), (vae, traced.after)):
        told = WithNoise(model, traced.noise)
        bound = evaluate(told, traced.x, samples=samples)
        each = evaluate_images(told, traced.x, samples=samples)
        assert bound.elbo == pytest.approx(float(terms.elbo.double().mean()), rel=1e-6)
        assert bound.distortion == pytest.approx(float(terms.distortion.double().mean()), rel=1e-6)
        assert bound.rate == pytest.approx(float(terms.rate.sum(1).double().mean()), rel=1e-6)
        torch.testing.assert_close(each.distortion, terms.distortion, rtol=1e-6, atol=0)
        torch.testing.assert_close(each.rate_per_dim, terms.rate, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind.values())))
def test_it_is_the_loops_own_step_to_the_last_bit(kind: dict[str, object]) -> None:
    vae, loop = _loop(**kind)
    same, other = _loop(**kind)
    for _ in range(2):
        traced = traced_step(loop, vae)
        assert other.step() == traced.epoch_ended
    for name, tensor in vae.state_dict().items():
        assert torch.equal(tensor, same.state_dict()[name]), name
    states = (
        one.state_dict() | {f"a.{k}": v for k, v in one.algorithm.state_dict().items()}
        for one in (loop, other)
    )
    assert all(torch.equal(a, b) for a, b in zip(*(s.values() for s in states), strict=True))


def test_what_passes_through_is_what_the_layers_have_computed() -> None:
    vae, loop = _loop()
    before = copy.deepcopy(vae)
    traced = traced_step(loop, vae)
    with torch.no_grad():
        *_, last = traced.encoder_layers
        assert [layer.shape for layer in traced.encoder_layers] == [(20, 12), (20, 5)]
        assert [layer.shape for layer in traced.decoder_layers] == [(20, 5), (20, 12)]
        assert torch.equal(before.encoder.mu(last), traced.posterior.mu)
        z, features = traced.z[0], traced.decoder_layers[-1]
        assert torch.equal(before.decoder(z), features)
        logits = before.decoder.output(features).view_as(traced.x)
        assert torch.equal(torch.sigmoid(logits), traced.mean)
        # With Bernoulli pixels the gradient at the output is the picture less the image.
        torch.testing.assert_close(traced.by_output, traced.mean - traced.x, atol=1e-6, rtol=1e-5)
    norms = [step.gradient_norm for step in traced.parameters]
    whole = sum(norm**2 for norm in norms if norm is not None) ** 0.5
    assert whole == pytest.approx(loop.algorithm.gradient_norm(), rel=1e-5)
    for step in traced.parameters:
        change = vae.state_dict()[step.name] - before.state_dict()[step.name]
        assert step.step_norm == pytest.approx(float(change.norm()))


def test_of_a_convolutional_model_every_stage_is_seen() -> None:
    vae, loop = _loop(network="conv", channels=(3, 4), hidden=(6,))
    traced = traced_step(loop, vae)
    down = [tuple(layer.shape[1:]) for layer in traced.encoder_layers]
    up = [tuple(layer.shape[1:]) for layer in traced.decoder_layers]
    assert down == [(3, 6, 4), (24,), (6,)]  # 9 × 7 → 5 × 4 → 3 × 2; an odd side is padded
    assert up == [(6,), (4, 3, 2), (3, 5, 4)]


def test_afterwards_nothing_of_the_model_is_watched_any_more() -> None:
    vae, loop = _loop()
    traced_step(loop, vae)
    assert "encode" not in vars(vae)
    assert not any(m._forward_pre_hooks or m._forward_hooks for m in vae.modules())


def test_another_way_to_learn_is_refused() -> None:
    vae, loop = _loop(algorithm="iwae", importance_samples=2)
    with pytest.raises(ValueError, match="mu \\+ sigma"):
        traced_step(loop, vae)
