"""Maps of levels: they rise, come back, their slopes are autograd's; what the bells are like."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor

from vae_core.models.level_maps import LEVEL_MAPS, LEVELS, Bells, LevelMap


def _spread(levels: Tensor) -> Tensor:
    """x in (0, 1) of levels 0 … 255, with noise. float64."""
    noise = torch.rand(levels.shape, dtype=torch.float64, generator=Generator().manual_seed(0))
    return (levels + noise.clamp(1e-6, 1 - 1e-6)) / LEVELS


def _ink(levels: Tensor) -> Tensor:
    """Four in five are black, as in a digit."""
    coin = torch.rand(levels.shape, generator=Generator().manual_seed(1))
    return levels.where(coin < 0.2, 0)


LOOKS: dict[str, Callable[[Tensor], Tensor]] = {
    "grey": lambda levels: levels,
    "ink": _ink,
    "paper": lambda levels: LEVELS - 1 - _ink(levels),
    "few levels": lambda levels: levels // 16 * 16,
    "black": lambda levels: levels * 0,
}


def _levels(look: str) -> Tensor:
    drawn = torch.randint(LEVELS, (40, 1, 8, 8), generator=Generator().manual_seed(2))
    return LOOKS[look](drawn)


def _fitted(name: str, look: str) -> tuple[LevelMap, Tensor]:
    x = _spread(_levels(look))
    found = LEVEL_MAPS[name]()
    found.fit(x)
    return found, x


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", LEVEL_MAPS)
def test_it_rises_and_its_slope_is_that_of_autograd(name: str, look: str) -> None:
    levels, x = _fitted(name, look)
    x = x.flatten().sort().values.unique().requires_grad_()
    y, log_slope = levels(x)
    assert bool((y.diff() > 0).all())
    [slope] = torch.autograd.grad(y.sum(), x)
    torch.testing.assert_close(log_slope, slope.log())


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", LEVEL_MAPS)
def test_x_and_its_level_come_back_from_float32(name: str, look: str) -> None:
    levels, x = _fitted(name, look)
    y, _ = levels(x.float())
    assert y.dtype == torch.float32
    back = levels.inverse(y)
    torch.testing.assert_close(back, x.float(), atol=1e-5, rtol=0)
    clear = ((x * LEVELS).frac() - 0.5).abs() < 0.49
    assert torch.equal((back * LEVELS).floor()[clear], (x * LEVELS).floor().float()[clear])


@pytest.mark.parametrize("name", LEVEL_MAPS)
def test_before_it_has_seen_images_and_at_both_ends_it_gives_numbers(name: str) -> None:
    y, log_slope = LEVEL_MAPS[name]()(torch.tensor([0.0, 0.5, 1.0]))
    assert bool(y.isfinite().all())
    assert bool(log_slope.isfinite().all())
    extreme = LEVEL_MAPS[name]().inverse(torch.tensor([-60.0, 60.0]))
    assert 0 <= float(extreme[0]) < float(extreme[1]) <= 1


@pytest.mark.parametrize(("look", "sign"), [("ink", 1), ("paper", -1)])
def test_the_commonest_end_and_all_else_are_two_bells_that_meet_at_zero(
    look: str, sign: int
) -> None:
    levels, x = _fitted("bells", look)
    y = sign * levels(x)[0]
    alone = (_levels(look) == (0 if look == "ink" else LEVELS - 1)) & (y < 0)
    assert torch.equal(alone, y < 0)
    assert abs(float((y < 0).double().mean()) - 0.8) < 0.03
    for side, middle in ((y < 0, -2.5), (y > 0, 2.5)):
        bell = y[side]
        error = 1 / len(bell) ** 0.5
        assert float(bell.mean()) == pytest.approx(middle, abs=4 * error + 0.01)
        assert float(bell.std()) == pytest.approx(1, abs=4 * error + 0.02)


def test_what_a_file_holds_is_float32_and_gives_the_same_map() -> None:
    levels, x = _fitted("bells", "ink")
    assert {name: each.dtype for name, each in levels.state_dict().items()} == {
        "shares": torch.float32
    }
    again = Bells()
    again.load_state_dict(levels.state_dict())
    assert torch.equal(again(x)[0], levels(x)[0])
