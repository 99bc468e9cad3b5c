"""The loop: which images it visits, how it averages, and that it can be taken up again."""

import pytest
import torch
from torch import Tensor

from vae_core.algorithms import AEVB, AEVBSettings, Batch, StepResult, bound_seen
from vae_core.models import VAE, Architecture
from vae_core.quantities import BOUND
from vae_core.training import Diverged, Plan, TrainingLoop


class Witness:
    """An algorithm that learns nothing and remembers what it was shown."""

    reports = BOUND
    learning_rate = beta = 1.0

    def __init__(self, distortion: float = 1.0) -> None:
        self.batches: list[Batch] = []
        self._distortion = distortion

    def step(self, batch: Batch) -> StepResult:
        self.batches.append(batch)
        # Each image costs its own index in rate, so that means can be checked exactly.
        total = batch.index.double().sum()
        distortion = torch.tensor(self._distortion) * len(batch.x)
        return bound_seen(torch.stack([total, 2 * total]), distortion, len(batch.x))

    def gradient_norm(self) -> float:
        return 0.0

    def state_dict(self) -> dict[str, Tensor]:
        return {}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        assert state == {}


def _images(count: int) -> Tensor:
    return torch.arange(count, dtype=torch.uint8).view(count, 1, 1, 1)


def _loop(witness: Witness, count: int, plan: Plan) -> TrainingLoop:
    return TrainingLoop(witness, _images(count), plan, torch.Generator().manual_seed(0))


def _run(loop: TrainingLoop) -> None:
    while not loop.finished:
        loop.step()


def test_each_epoch_visits_every_image_once_in_a_new_order() -> None:
    witness = Witness()
    _run(_loop(witness, 10, Plan(total_samples=20, batch_size=4)))
    order = torch.cat([batch.index for batch in witness.batches])
    assert [len(batch.index) for batch in witness.batches] == [4, 4, 2, 4, 4, 2]
    assert sorted(order[:10].tolist()) == sorted(order[10:].tolist()) == list(range(10))
    assert order[:10].tolist() != order[10:].tolist()


def test_with_replacement_batches_are_whole_and_images_repeat() -> None:
    witness = Witness()
    _run(_loop(witness, 10, Plan(total_samples=25, batch_size=10, sampling="replacement")))
    assert [len(batch.index) for batch in witness.batches] == [10, 10, 5]
    assert len(set(torch.cat([b.index for b in witness.batches]).tolist())) < 25


@pytest.mark.parametrize("sampling", ["epoch", "replacement"])
@pytest.mark.parametrize(("total", "batch"), [(20, 4), (25, 4), (7, 10), (10, 10), (31, 3)])
def test_the_plan_foretells_the_number_of_steps(total: int, batch: int, sampling: str) -> None:
    plan = Plan(total, batch, "epoch" if sampling == "epoch" else "replacement")
    loop = _loop(Witness(), 10, plan)
    _run(loop)
    assert loop.step_count == plan.total_steps(10)
    assert loop.samples == total


def test_pixels_are_scaled_to_the_unit_interval() -> None:
    witness = Witness()
    _run(_loop(witness, 256, Plan(total_samples=256, batch_size=256)))
    batch = witness.batches[0]
    torch.testing.assert_close(batch.x.flatten(), batch.index / 255)
    assert batch.n_total == 256


def test_dynamic_binarisation_draws_anew_at_each_visit() -> None:
    witness = Witness()
    images = torch.full((1, 1, 100, 100), 64, dtype=torch.uint8)
    loop = TrainingLoop(
        witness, images, Plan(2, 1, binarize="dynamic"), torch.Generator().manual_seed(0)
    )
    _run(loop)
    first, second = (batch.x for batch in witness.batches)
    assert set(first.unique().tolist()) == {0.0, 1.0}
    assert abs(float(first.mean()) - 64 / 255) < 0.02
    assert not torch.equal(first, second)


def test_a_short_last_batch_weighs_its_size() -> None:
    loop = _loop(Witness(), 10, Plan(total_samples=10, batch_size=7))
    _run(loop)
    window = loop.take_window()
    assert window is not None
    rates = window.vectors["rate_per_dim"]
    torch.testing.assert_close(rates, torch.tensor([4.5, 9.0], dtype=torch.float64))
    assert window.scalars == {"rate": 13.5, "distortion": 1.0, "elbo": -14.5}
    assert window.half_widths.keys() == {"rate", "distortion", "elbo", "rate_per_dim"}
    assert window.half_widths["distortion"] == 0.0
    assert loop.take_window() is None


def test_the_first_batch_of_all_has_no_neighbour_and_its_mean_no_half_width() -> None:
    loop = _loop(Witness(), 10, Plan(total_samples=10, batch_size=5))
    widths = []
    while not loop.finished:
        loop.step()
        window = loop.take_window()
        assert window is not None
        widths.append(window.half_widths)
    assert [bool(each) for each in widths] == [False, True]


def test_step_tells_when_an_epoch_is_complete() -> None:
    loop = _loop(Witness(), 10, Plan(total_samples=20, batch_size=4))
    assert [loop.step() for _ in range(6)] == [False, False, True, False, False, True]


def test_a_bound_that_is_not_a_number_is_divergence() -> None:
    loop = _loop(Witness(distortion=float("nan")), 10, Plan(10, 5))
    with pytest.raises(Diverged, match="smaller learning rate"):
        loop.step()


@pytest.mark.parametrize("sampling", ["epoch", "replacement"])
def test_a_restored_loop_continues_bit_for_bit(sampling: str) -> None:
    plan = Plan(60, 7, "epoch" if sampling == "epoch" else "replacement", binarize="dynamic")
    images = torch.randint(
        256, (25, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(5)
    )

    def fresh(seed: int) -> tuple[VAE, AEVB, TrainingLoop]:
        generator = torch.Generator().manual_seed(seed)
        vae = VAE(Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(6,)))
        vae.initialise("torch", generator)
        algorithm = AEVB(vae, AEVBSettings(), generator)
        return vae, algorithm, TrainingLoop(algorithm, images, plan, generator)

    vae, algorithm, loop = fresh(0)
    for _ in range(5):
        loop.step()
    weights = {k: v.clone() for k, v in vae.state_dict().items()}
    states = [{k: v.clone() for k, v in s.state_dict().items()} for s in (algorithm, loop)]
    _run(loop)

    other, other_algorithm, other_loop = fresh(99)
    other.load_state_dict(weights)
    other_algorithm.load_state_dict(states[0])
    other_loop.load_state_dict(states[1])
    _run(other_loop)
    for name, value in vae.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name
