"""The encoder goes ahead: whose turn it is, and that the other network stands still."""

import torch
from torch import Generator, Tensor

from vae_core.algorithms import AEVB, AEVBSettings, Batch
from vae_core.algorithms.lagging import CHECKED, MOST, Chase
from vae_core.models import VAE, Architecture


def test_the_decoders_turn_comes_once_ten_batches_gain_nothing_over_the_ten_before() -> None:
    chase = Chase()
    falling = [3.0] * CHECKED + [2.0] * CHECKED
    assert not any(chase.caught_up(loss) for loss in falling)
    turns = [chase.caught_up(loss) for loss in [2.0] * CHECKED]
    assert turns == [False] * (CHECKED - 1) + [True]
    # Then it begins anew: what was before is forgotten.
    assert not any(chase.caught_up(9.0) for _ in range(CHECKED))


def test_it_comes_after_a_hundred_batches_however_much_they_gain() -> None:
    chase = Chase()
    turns = [chase.caught_up(-float(n)) for n in range(MOST)]
    assert turns == [False] * (MOST - 1) + [True]


def learner(likelihood: str = "bernoulli", **settings: object) -> tuple[VAE, AEVB]:
    vae = VAE(Architecture(image_shape=(1, 3, 3), latent_dim=2, hidden=(5,), likelihood=likelihood))
    generator = Generator().manual_seed(0)
    vae.initialise("torch", generator)
    return vae, AEVBSettings.model_validate(settings).make(vae, generator)


def batch(number: int) -> Batch:
    x = torch.rand(4, 1, 3, 3, generator=Generator().manual_seed(number))
    return Batch(x, torch.arange(4), n_total=100)


def parts(vae: VAE) -> tuple[Tensor, Tensor]:
    return tuple(
        torch.cat([p.detach().flatten() for p in network.parameters()])
        for network in (vae.encoder, vae.decoder)
    )  # type: ignore[return-value]


def test_a_batch_moves_one_network_alone_and_both_once_the_epochs_are_over() -> None:
    vae, algorithm = learner("gaussian-shared", lagging_epochs=5)  # 500 images: 125 batches
    moved = []
    for number in range(127):
        before = parts(vae)
        algorithm.step(batch(number % 3))
        moved.append(tuple(not torch.equal(a, b) for a, b in zip(before, parts(vae), strict=True)))
    ahead = moved[:125]
    assert set(ahead) == {(True, False), (False, True)}
    assert ahead[: 2 * CHECKED] == [(True, False)] * 2 * CHECKED
    assert moved[125:] == [(True, True)] * 2


def test_without_it_steps_are_what_they_were_and_states_hold_nothing_of_it() -> None:
    (one, plain), (other, ended) = learner(), learner(lagging_epochs=0.01)
    ended.step(batch(0))  # the one batch that it goes ahead
    assert "lagging" not in plain.state_dict()
    other.load_state_dict(one.state_dict())
    for algorithm in (plain, ended):
        algorithm._generator.manual_seed(5)
        algorithm.step(batch(1))
    [a, b] = [vae.encoder.mu.weight.grad for vae in (one, other)]
    assert a is not None
    assert b is not None
    assert torch.equal(a, b)  # the gradient is the same; Adam's memory is not


def test_it_goes_on_from_a_saved_state_to_the_last_bit() -> None:
    vae, algorithm = learner(lagging_epochs=5)
    for number in range(37):
        algorithm.step(batch(number % 3))
    again, resumed = learner(lagging_epochs=5)
    again.load_state_dict(vae.state_dict())
    resumed.load_state_dict({name: value.clone() for name, value in algorithm.state_dict().items()})
    resumed._generator.set_state(algorithm._generator.get_state())
    for number in range(30):
        algorithm.step(batch(number % 3))
        resumed.step(batch(number % 3))
    assert all(torch.equal(a, b) for a, b in zip(parts(vae), parts(again), strict=True))
