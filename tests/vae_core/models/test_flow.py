"""The flow: its Jacobian against autograd's, its inverse, and its density against integrals."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor
from torch.autograd.functional import jacobian

from vae_core.errors import AtlasError
from vae_core.models import (
    MODELS,
    Bounds,
    Dequantises,
    Encodes,
    Generates,
    HasDensity,
    Samples,
    inability,
    level_maps,
)
from vae_core.models.couplings import COUPLINGS, masks
from vae_core.models.flow import Flow, FlowArchitecture
from vae_core.models.wave_couplings import MOST_WAVES

Shape = tuple[int, int, int]


def _flow(shape: Shape, coupling: str, **sizes: int | str) -> Flow:
    """One with weights anywhere, so that every coupling does something of its own."""
    usual = {"couplings": 4, "coupling_width": 6, "global_width": 4, "bins": 4}
    wanted = {**usual, "frequency_width": 6, **sizes}
    flow = Flow(
        FlowArchitecture.model_validate(wanted | {"image_shape": shape, "coupling": coupling})
    )
    generator = Generator().manual_seed(0)
    flow.initialise("torch", generator)
    flow.standardise(_images(shape, 50), Generator().manual_seed(4))
    with torch.no_grad():
        for step in flow.couplings():
            weight, bias = step.conditioner.last.parameters()
            weight.normal_(0, 0.1, generator=generator)
            bias.normal_(0, 0.3, generator=generator)
    return flow


def _images(shape: Shape, count: int) -> Tensor:
    return torch.rand(count, *shape, generator=Generator().manual_seed(1)) * 0.98 + 0.01


# What flows had at first, and what else they may have.
MAPS = [(0, "logit"), (5, "logit"), (5, "bells")]


@pytest.mark.parametrize(("among_waves", "level_map"), MAPS)
@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("shape", [(1, 4, 4), (3, 3, 2)])
def test_the_log_determinant_is_that_of_autograds_jacobian(
    shape: Shape, coupling: str, among_waves: int, level_map: str
) -> None:
    flow = _flow(shape, coupling, frequency_couplings=among_waves, level_map=level_map).double()
    x = _images(shape, 1).double()
    full = jacobian(lambda image: flow(image)[0][0], x).reshape(math.prod(shape), -1)
    log_det = flow(x)[1].item()
    assert log_det == pytest.approx(torch.linalg.slogdet(full).logabsdet.item(), abs=1e-9)


@pytest.mark.parametrize(("among_waves", "level_map"), MAPS)
@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 12, 20), (1, 5, 7), (3, 64, 64)])
def test_an_image_comes_back_from_its_code_and_a_code_from_its_image(
    shape: Shape, coupling: str, among_waves: int, level_map: str
) -> None:
    flow = _flow(shape, coupling, frequency_couplings=among_waves, level_map=level_map)
    x = _images(shape, 3)
    with torch.no_grad():
        z = flow.code(x)
        assert z.shape == (3, math.prod(shape))
        atol = 1e-5 if level_map == "logit" else 2e-5  # a 200th of a level
        torch.testing.assert_close(flow.generate(z), x, atol=atol, rtol=0)
        # Near black and white float32 has few x for many z.
        flow, noise = flow.double(), torch.randn_like(z, dtype=torch.float64) * 0.1
        image = flow.generate(noise)
        sound = ((image > 1e-5) & (image < 1 - 1e-5)).flatten(1).all(1)
        assert bool(sound.any())
        torch.testing.assert_close(flow.code(image)[sound], noise[sound], atol=1e-6, rtol=0)


def _over_square(flow: Flow, side: int = 300) -> float:
    """The integral of p(x) over two pixels, by the midpoint rule in what their levels become."""
    reach = 12.0 if flow.architecture.level_map == "logit" else 10.0
    middles = (torch.arange(side, dtype=torch.float64) + 0.5) * 2 * reach / side - reach
    pixels = flow.levels.inverse(middles)
    slope = -flow.levels(pixels)[1]
    x = torch.cartesian_prod(pixels, pixels).reshape(-1, 1, 1, 2)
    weight = torch.cartesian_prod(slope, slope).sum(1)
    with torch.no_grad():
        return float((flow.log_prob(x) + weight).exp().sum() * (2 * reach / side) ** 2)


@pytest.mark.parametrize(("among_waves", "level_map"), [(0, "logit"), (2, "logit"), (2, "bells")])
@pytest.mark.parametrize("coupling", COUPLINGS)
def test_its_density_of_two_pixels_integrates_to_one(
    coupling: str, among_waves: int, level_map: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(level_maps, "_LEAST", 1e-15)  # all of (0, 1), and not what noise can give
    flow = _flow(
        (1, 1, 2),
        coupling,
        coupling_width=3,
        global_width=3,
        frequency_couplings=among_waves,
        level_map=level_map,
        modes=3 if level_map == "bells" else 0,
    ).double()
    assert _over_square(flow) == pytest.approx(1, abs=2e-3)


def test_a_file_from_before_there_were_couplings_among_waves_has_none_and_reads_logits() -> None:
    flow = _flow((1, 4, 4), "affine")
    before = flow.architecture.model_dump(
        exclude={"frequency_couplings", "frequency_width", "level_map"}
    )
    again = Flow(FlowArchitecture.model_validate(before))
    assert again.waves is None
    assert len(again.couplings()) == 4
    layers = ("first", "narrow", "wide", "second", "last")
    assert {*again.state_dict()} == {"shift", "log_scale"} | {
        f"steps.{step}.conditioner.{layer}.{kind}"
        for step in range(4)
        for layer in layers
        for kind in ("weight", "bias")
    }


def test_of_large_images_the_slow_waves_alone_take_part() -> None:
    flow = _flow((1, 40, 40), "affine", frequency_couplings=2)
    x = _images((1, 40, 40), 2)
    with torch.no_grad():
        torch.testing.assert_close(flow.generate(flow.code(x)), x, atol=1e-5, rtol=0)
    assert _moved_waves(flow) == MOST_WAVES
    assert _moved_waves(_flow((1, 28, 28), "affine", frequency_couplings=2)) == 28 * 28


def _moved_waves(flow: Flow) -> int:
    """How many values two couplings move, which are told two numbers for each."""
    assert flow.waves is not None
    biases = [list(step.conditioner.last.parameters())[1] for step in flow.waves.couplings()]
    return sum(bias.numel() for bias in biases) // 2


def test_the_first_images_scale_fast_waves_as_well_as_slow_ones() -> None:
    flow = _flow((1, 8, 8), "affine", frequency_couplings=4)
    flow.initialise("torch", Generator().manual_seed(0))
    x = _images((1, 8, 8), 500).cumsum(3).div(8).clamp(0.01, 0.99)  # slow waves are the larger
    flow.standardise(x, Generator().manual_seed(4))
    slow, fast = _powers(flow, x)
    assert 0.5 < slow < 2
    assert 0.5 < fast < 2
    assert flow.waves is not None
    with torch.no_grad():
        flow.waves.log_scale.zero_()
    slow, fast = _powers(flow, x)
    assert slow > 5 * fast


def _powers(flow: Flow, x: Tensor) -> tuple[float, float]:
    """Mean variance of the quarter of the waves that are slowest, and fastest."""
    with torch.no_grad():
        variances = flow.code(x).var(0)
    quarter = len(variances) // 4
    return float(variances[:quarter].mean()), float(variances[-quarter:].mean())


def test_with_couplings_that_do_nothing_it_is_the_normal_of_logits() -> None:
    flow = _flow((1, 2, 2), "affine").initialise("torch", Generator().manual_seed(0))
    x = _images((1, 2, 2), 200)
    flow.standardise(x, Generator().manual_seed(4))
    y = torch.logit(x).flatten(1)
    whole = y.var(correction=0)
    scale = (0.5 * y.var(0, correction=0) + 0.5 * whole).sqrt()
    expected = torch.distributions.Normal(y.mean(0), scale).log_prob(y)
    expected = (expected - x.log().flatten(1) - (1 - x).log().flatten(1)).sum(1)
    torch.testing.assert_close(flow.log_prob(x), expected, atol=1e-4, rtol=1e-5)


def test_affine_couplings_that_read_nothing_have_the_density_of_the_gaussian_they_make() -> None:
    flow = _flow((1, 2, 2), "affine", couplings=2)
    with torch.no_grad():
        flow.log_scale.zero_()
        flow.shift.zero_()
        for step in flow.couplings():
            weight, bias = step.conditioner.last.parameters()
            weight.zero_()
            bias.copy_(torch.tensor([0.3, -0.2, 1.0, 0.5]))
    x = _images((1, 2, 2), 5)
    scale = 4 * torch.tanh(torch.tensor([0.3, -0.2]) / 4)
    # A checkerboard and its complement: each value is moved once, z = e^s y + t.
    s, t = scale[[0, 0, 1, 1]], torch.tensor([1.0, 1.0, 0.5, 0.5])
    y = torch.logit(x).flatten(1)[:, [1, 0, 2, 3]]
    of_y = torch.distributions.Normal(-t * (-s).exp(), (-s).exp()).log_prob(y).sum(1)
    expected = of_y - (x.log() + (1 - x).log()).flatten(1).sum(1)
    torch.testing.assert_close(flow.log_prob(x), expected, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize(
    ("number", "keeps"),
    [
        (0, lambda row, column: (row + column) % 2 == 0),
        (1, lambda row, column: (row + column) % 2 == 1),
        (2, lambda row, column: row % 2 == 0),
    ],
)
def test_the_first_masks_are_checkerboards_of_pixels(
    number: int, keeps: Callable[[int, int], bool]
) -> None:
    kept = masks((1, 28, 28), (4, 4), 3)[number].reshape(4, 4)
    found = [[bool(kept[row, column]) for column in range(4)] for row in range(4)]
    assert found == [[keeps(row, column) for column in range(4)] for row in range(4)]


def test_blocks_become_channels_as_torch_orders_them() -> None:
    flow = _flow((3, 8, 8), "affine")
    x = _images((3, 8, 8), 2)
    assert torch.equal(flow._squeezed(x), torch.nn.functional.pixel_unshuffle(x, 2))
    assert torch.equal(flow._whole(flow._squeezed(x)), x)


def test_noise_spreads_each_level_over_its_own_cell_and_never_to_its_ends() -> None:
    flow = _flow((1, 8, 8), "affine")
    levels = torch.arange(256).repeat(20).reshape(20, 1, 16, 16)
    x = flow.dequantised(levels.float() / 255, Generator().manual_seed(3))
    assert torch.equal((x * 256).floor().long(), levels)
    within = x.double() * 256 - levels
    assert 0 < float(within.min()) < 0.001
    assert 0.999 < float(within.max()) < 1
    assert float(within.mean()) == pytest.approx(0.5, abs=4 / math.sqrt(12 * within.numel()))


def test_samples_are_images_with_levels_and_follow_their_seed() -> None:
    flow = _flow((3, 8, 8), "spline")
    x, again = (flow.sample_images(4, Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(x, again)
    assert x.shape == (4, 3, 8, 8)
    torch.testing.assert_close((x * 255).round() / 255, x)
    assert 0 <= float(x.min()) <= float(x.max()) <= 1


def test_black_and_white_have_a_density_that_is_a_number() -> None:
    flow = _flow((1, 4, 4), "affine")
    x = torch.tensor([0.0, 1.0]).reshape(2, 1, 1, 1).expand(2, 1, 4, 4)
    assert bool(flow.log_prob(x).isfinite().all())


def test_it_generates_and_samples_and_has_a_density_and_no_encoder() -> None:
    assert MODELS["flow"] is Flow
    assert inability(Flow, Samples, Generates, HasDensity, Dequantises) is None
    told = inability(Flow, Encodes)
    assert told is not None
    assert "each image has exactly one z in it" in told
    assert told == inability(Flow, Bounds)
    assert Flow.density({}) == "dequantised"


def test_modes_belong_to_waves_and_its_samples_follow_them() -> None:
    assert _flow((1, 8, 8), "affine", modes=3).mixture is None
    flow = _flow((1, 8, 8), "affine", frequency_couplings=2, modes=3)
    assert flow.mixture is not None
    with torch.no_grad():
        flow.mixture.means.fill_(5)
    z = flow.sample_latents(1000, Generator().manual_seed(6))
    assert not z.requires_grad
    assert float(z.mean()) == pytest.approx(5, abs=0.05)  # 64 waves: all of them are slow
    x = _images((1, 8, 8), 2)
    with torch.no_grad():
        z, log_det = flow(x)
        assert torch.equal(flow.log_prob(x), flow.mixture.log_prob(z) + log_det)


def test_an_image_of_one_value_has_nothing_to_couple() -> None:
    with pytest.raises(AtlasError, match="these images have one each"):
        _flow((1, 1, 1), "affine")
