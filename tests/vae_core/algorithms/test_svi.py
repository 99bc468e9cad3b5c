"""Variational inference with a table instead of an encoder."""

import torch
from torch import Generator

from tests.vae_core.algorithms.tiny import tiny_batch, tiny_vae
from vae_core.algorithms import SVI, Batch, SVISettings
from vae_core.models import DiagonalGaussian


def _svi(**settings: int | float) -> tuple[SVI, Batch]:
    learner = SVI(tiny_vae(), SVISettings(**settings), Generator().manual_seed(0))
    return learner, tiny_batch()


def test_the_table_begins_at_the_prior_and_changes_where_it_was_visited() -> None:
    learner, batch = _svi()
    learner.step(Batch(batch.x, torch.tensor([7, 3, 11]), n_total=50))
    for name in ("mu", "logvar"):
        table = learner.state_dict()[name]
        assert table.shape == (50, 2)
        assert table.abs().sum(1).nonzero().flatten().tolist() == [3, 7, 11]


def test_every_local_step_and_the_step_in_theta_count_as_samples_evaluated() -> None:
    learner, batch = _svi(local_steps=4)
    assert learner.step(batch).samples_evaluated == 5 * len(batch.x)


def test_the_rate_is_that_of_the_table() -> None:
    learner, batch = _svi()
    result = learner.step(batch)
    state = learner.state_dict()
    q = DiagonalGaussian(state["mu"][batch.index], state["logvar"][batch.index])
    torch.testing.assert_close(result.sums["rate_per_dim"], q.kl().sum(0))


def test_a_row_goes_on_from_where_it_was() -> None:
    """With theta held still, visits add up to the datapoint's best posterior."""
    learner, batch = _svi(local_steps=20)
    learner.learning_rate = 0.0
    bounds = []
    for _ in range(40):
        result = learner.step(batch)
        bounds.append(-float(result.sums["rate_per_dim"].sum() + result.sums["distortion"]))
    assert sum(bounds[-10:]) / 10 > bounds[0] + 0.1


def test_the_encoder_imitates_the_table_and_the_rest_does_not_depend_on_it() -> None:
    learner, batch = _svi(learning_rate=0.01)
    other_vae = tiny_vae()
    with torch.no_grad():
        for parameter in other_vae.encoder.parameters():
            parameter.zero_()
    other = SVI(other_vae, SVISettings(learning_rate=0.01), Generator().manual_seed(0))
    for _ in range(20):
        learner.step(batch)
        other.step(batch)
    for name, value in learner._vae.state_dict().items():
        same = torch.equal(value, other_vae.state_dict()[name])
        assert same == name.startswith("decoder"), name
    for _ in range(300):
        learner.step(batch)
    mu = learner.state_dict()["mu"][batch.index]
    torch.testing.assert_close(learner._vae.encode(batch.x).mu.detach(), mu, atol=0.4, rtol=0)
