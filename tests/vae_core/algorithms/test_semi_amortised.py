"""Semi-amortised inference: theta learns at the improved code, phi at its own."""

import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import (
    assert_same_mean,
    learner,
    many_gradients,
    one_gradient,
    tiny_batch,
    tiny_vae,
)
from vae_core.algorithms.aevb import AEVBSettings
from vae_core.algorithms.semi_amortised import SemiAmortisedSettings
from vae_core.algorithms.svi import STEP_SIZE
from vae_core.inference.mean_field import fit_mean_field
from vae_core.models.posteriors import diagonal


def test_the_gradient_in_phi_has_the_mean_of_aevbs() -> None:
    mine = many_gradients(SemiAmortisedSettings, refining_steps=2, beta=0.7)
    assert_same_mean(mine, many_gradients(AEVBSettings, beta=0.7))


def test_the_gradient_in_theta_is_taken_at_the_improved_code_alone() -> None:
    vae, x, generator = tiny_vae(), tiny_batch().x, Generator().manual_seed(2)
    q = diagonal(vae.encode(x))
    steps = {"steps": 7, "step_size": STEP_SIZE}
    refined = fit_mean_field(vae, x, q, generator=generator, **steps)  # type: ignore[arg-type]
    (-vae.decode(refined.rsample(generator)).total_log_prob(x) / len(x)).backward()
    found = one_gradient(SemiAmortisedSettings, refining_steps=7)
    for name, parameter in vae.decoder.named_parameters():
        torch.testing.assert_close(found[f"decoder.{name}"], parameter.grad)


def test_every_refining_step_and_both_gradients_count_as_samples_evaluated() -> None:
    batch = tiny_batch()
    made = learner(SemiAmortisedSettings, tiny_vae(), seed=0, refining_steps=4)
    assert made.step(batch).samples_evaluated == 6 * len(batch.x)
