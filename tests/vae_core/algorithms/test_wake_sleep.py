"""Wake-sleep's two gradients, each against what it must be."""

import pytest
import torch
from pydantic import ValidationError
from torch import Generator

from tests.vae_core.algorithms.tiny import one_gradient, tiny_batch, tiny_vae
from vae_core.algorithms import AEVBSettings, WakeSleep, WakeSleepSettings
from vae_core.algorithms.adagrad import WARM_UP
from vae_core.inference import estimator_b


def _part(gradients: dict[str, torch.Tensor], part: str) -> dict[str, torch.Tensor]:
    return {name: g for name, g in gradients.items() if name.startswith(part)}


def test_the_wake_gradient_is_that_of_aevb_in_theta() -> None:
    for samples in (1, 3):
        wake = one_gradient(WakeSleepSettings, samples_per_image=samples)
        aevb = one_gradient(AEVBSettings, samples_per_image=samples)
        torch.testing.assert_close(_part(wake, "decoder"), _part(aevb, "decoder"))


def test_the_sleep_gradient_is_maximum_likelihood_of_q_on_dreamed_pairs() -> None:
    found = _part(one_gradient(WakeSleepSettings), "encoder")
    generator, vae, count = Generator().manual_seed(2), tiny_vae(), len(tiny_batch().x)
    torch.empty(count, 2).normal_(generator=generator)  # what wake drew
    z = torch.randn(count, 2, generator=generator)
    x = torch.bernoulli(vae.decode(z).mean, generator=generator).detach()
    assert set(x.unique().tolist()) <= {0.0, 1.0}
    q = vae.encode(x)
    (-torch.distributions.Normal(q.mu, (0.5 * q.logvar).exp()).log_prob(z).sum() / count).backward()
    wanted = {f"encoder.{n}": p.grad for n, p in vae.encoder.named_parameters()}
    torch.testing.assert_close(found, wanted)


def test_sleep_dreams_of_theta_as_wake_has_left_it() -> None:
    batch, vae = tiny_batch(), tiny_vae()
    learner = WakeSleep(vae, WakeSleepSettings(learning_rate=0.1), Generator().manual_seed(2))
    learner.step(batch)
    found = {name: p.grad for name, p in vae.encoder.named_parameters()}
    changed, generator = tiny_vae(), Generator().manual_seed(2)
    changed.decoder.load_state_dict(vae.decoder.state_dict())
    torch.empty(len(batch.x), 2).normal_(generator=generator)  # what wake drew
    z = torch.randn(len(batch.x), 2, generator=generator)
    q = changed.encode(torch.bernoulli(changed.decode(z).mean, generator=generator).detach())
    (-q.log_prob(z).sum() / len(batch.x)).backward()
    wanted = {name: p.grad for name, p in changed.encoder.named_parameters()}
    torch.testing.assert_close(found, wanted)
    before = _part(one_gradient(WakeSleepSettings), "encoder")["encoder.mu.bias"]
    after = found["mu.bias"]
    assert after is not None
    assert not torch.allclose(after, before)


def test_reported_is_the_bound_of_the_pair_on_data() -> None:
    batch = tiny_batch()
    learner = WakeSleep(tiny_vae(), WakeSleepSettings(), Generator().manual_seed(5))
    result = learner.step(batch)
    terms = estimator_b(tiny_vae(), batch.x, 1, Generator().manual_seed(5))
    torch.testing.assert_close(result.sums["rate_per_dim"], terms.rate.sum(0).detach())
    torch.testing.assert_close(result.sums["distortion"], terms.distortion.sum().detach())
    assert result.samples_evaluated == len(batch.x)


def test_there_is_no_rate_to_weigh_and_so_no_beta() -> None:
    with pytest.raises(ValidationError, match="beta"):
        WakeSleepSettings(beta=7.0)  # type: ignore[call-arg]


def test_each_network_has_an_adagrad_of_its_own_with_the_papers_warm_up() -> None:
    vae = tiny_vae()
    learner = WakeSleep(vae, WakeSleepSettings(optimizer="adagrad"), Generator().manual_seed(0))
    for _ in range(WARM_UP):
        learner.step(tiny_batch())
    for before, after in zip(tiny_vae().parameters(), vae.parameters(), strict=True):
        assert torch.equal(before, after)
    learner.step(tiny_batch())
    for before, after in zip(tiny_vae().parameters(), vae.parameters(), strict=True):
        assert not torch.equal(before, after)
    state = learner.state_dict()
    assert int(state["wake.count"]) == int(state["sleep.count"]) == WARM_UP + 1
    learner.learning_rate = 0.5
    assert {o.learning_rate for o in learner._optimizers.values()} == {0.5}
