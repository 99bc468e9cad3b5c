"""Models of pixels after pixels: what depends on what, that it adds up, and that samples agree."""

from itertools import product

import pytest
import torch
from torch import Generator, Tensor

from vae_core.models import (
    MODELS,
    Decodes,
    Encodes,
    HasDensity,
    Samples,
    TrainingRecord,
    inability,
    load_model,
    model_bytes,
)
from vae_core.models.autoregressive import AutoregressiveModel
from vae_core.models.made import MADE, reading_orders

SIZES: dict[str, tuple[str, dict[str, object]]] = {
    "made": ("made", {"masked_widths": (20,), "orders": 1}),
    "made, two layers": ("made", {"masked_widths": (15, 11), "orders": 1}),
    "made, few units": ("made", {"masked_widths": (3,), "orders": 1}),
    "made, centred": (
        "made",
        {"masked_widths": (15, 11), "orders": 2, "masked_inputs": "centred"},
    ),
    "made, eight orders": ("made", {"masked_widths": (15, 11), "orders": 8}),
    "pixelcnn": ("pixelcnn", {"maps": 6, "masked_layers": 2, "layer_reach": 1}),
    "pixelcnn, told its place": (
        "pixelcnn",
        {"maps": 6, "masked_layers": 2, "layer_reach": 1, "place_maps": 3},
    ),
    "pixelcnn, one layer": ("pixelcnn", {"maps": 6, "masked_layers": 0, "layer_reach": 1}),
}
every_size = pytest.mark.parametrize("size", SIZES)


def model(size: str, shape: tuple[int, int, int] = (1, 3, 3)) -> AutoregressiveModel:
    name, sizes = SIZES[size]
    kind = MODELS[name]
    made = kind(kind.describe(shape, sizes)).initialise("torch", Generator().manual_seed(0))
    assert isinstance(made, AutoregressiveModel)
    if isinstance(made, MADE) and made.wants_centre:
        made.centre(torch.rand(5, *shape, generator=Generator().manual_seed(2)))
    return made.requires_grad_(False)


def every_image(height: int, width: int) -> Tensor:
    """[2^(H · W), 1, H, W]."""
    values = torch.tensor(list(product([0.0, 1.0], repeat=height * width)))
    return values.view(-1, 1, height, width)


def dependence(of: AutoregressiveModel, x: Tensor, order: int = 0) -> Tensor:
    """Whether each pixel's logits depend on each other pixel. [D, D], bool."""

    def logits(x: Tensor) -> Tensor:
        return (of.logits(x, order) if isinstance(of, MADE) else of.logits(x)).sum(1)

    jacobian = torch.autograd.functional.jacobian(logits, x)
    assert isinstance(jacobian, Tensor)
    pixels = x.shape[2] * x.shape[3]
    return jacobian.abs().amax(4).reshape(pixels, pixels) > 0


@every_size
def test_the_probabilities_of_all_images_sum_to_one(size: str) -> None:
    total = model(size).log_prob(every_image(3, 3)).double().logsumexp(0)
    assert total.item() == pytest.approx(0, abs=1e-6)


@every_size
@pytest.mark.parametrize("channels", [1, 3])
def test_no_pixel_depends_on_itself_or_one_that_comes_later_in_any_order(
    size: str, channels: int
) -> None:
    made = model(size, (channels, 4, 5))
    x = torch.rand(1, channels, 4, 5, generator=Generator().manual_seed(1))
    orders = reading_orders(4, 5)[: getattr(made.architecture, "orders", 1)]
    for number, places in enumerate(orders):
        found = dependence(made, x, number)[places.argsort()][:, places.argsort()]
        assert not bool(found.triu().any())
        if isinstance(made, MADE):
            assert bool(found.tril(-1).sum() == 20 * 19 / 2)  # each on all before it


@every_size
def test_a_pixel_that_is_changed_changes_no_term_before_its_own(size: str) -> None:
    made = model(size, (1, 4, 5))
    x = torch.randint(0, 2, (1, 1, 4, 5), generator=Generator().manual_seed(1)).float()
    told = made.logits(x).flatten()
    for pixel in range(20):
        other = x.clone()
        other.view(-1)[pixel] = 1 - other.view(-1)[pixel]
        changed = made.logits(other).flatten() != told
        assert not bool(changed[: pixel + 1].any())


@every_size
@pytest.mark.parametrize("channels", [1, 2])
def test_pixel_by_pixel_each_is_told_what_it_is_told_of_the_whole_image(
    size: str, channels: int
) -> None:
    made = model(size, (channels, 4, 5))
    x = torch.rand(3, channels, 4, 5, generator=Generator().manual_seed(0))
    for order in range(getattr(made.architecture, "orders", 1)):
        filled, seen = torch.zeros_like(x), set()
        if isinstance(made, MADE):
            whole, walk = made.logits(x, order), made.walk(filled, order)
        else:
            whole, walk = made.logits(x), made.walk(filled)
        for row, column, logits in walk:
            torch.testing.assert_close(logits, whole[:, :, row, column])
            filled[:, :, row, column] = x[:, :, row, column]
            seen.add((row, column))
        assert len(seen) == 20


@every_size
def test_samples_come_as_often_as_their_probability_says(size: str) -> None:
    """Pearson's statistic over all 64 images: 63 ± 11.2 where they do."""
    made = model(size, (1, 2, 3))
    count = 6000
    drawn = made.sample_images(count, Generator().manual_seed(3))
    place = 2 ** torch.arange(5, -1, -1)
    seen = torch.bincount((drawn.flatten(1) @ place.float()).long(), minlength=64)
    expected = count * made.log_prob(every_image(2, 3)).exp()
    statistic = ((seen - expected) ** 2 / expected).sum().item()
    assert statistic < 63 + 4 * 126**0.5


@every_size
def test_its_file_gives_back_the_same_model_and_images_of_chance(size: str) -> None:
    made = model(size, (1, 4, 5))
    back = load_model(model_bytes(made, TrainingRecord()))
    assert isinstance(back.model, HasDensity)
    x = torch.rand(4, 1, 4, 5, generator=Generator().manual_seed(0))
    torch.testing.assert_close(back.model.log_prob(x), made.log_prob(x))
    images = back.sample(7, seed=5)
    assert torch.equal(images, back.sample(7, seed=5))
    assert images.shape == (7, 1, 4, 5)
    assert set(images.unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("name", ["made", "pixelcnn"])
def test_it_samples_and_has_a_probability_and_has_no_code(name: str) -> None:
    kind = MODELS[name]
    assert inability(kind, Samples, HasDensity) is None
    assert kind.density({}) is None
    for ability in (Encodes, Decodes):
        assert inability(kind, ability) is not None


@pytest.mark.parametrize(
    "size", [n for n, (_, each) in SIZES.items() if each.get("orders", 1) == 1]
)
def test_the_expected_log_prob_of_a_last_pixel_that_is_binarised_is_that_of_its_grey_level(
    size: str,
) -> None:
    """Grey levels enter as they enter a VAE's Bernoulli: exact for what nothing reads."""
    made = model(size)
    x = torch.zeros(3, 1, 3, 3)
    x[:, 0, 2, 2] = torch.tensor([0.3, 0.0, 1.0])
    grey, black, white = made.log_prob(x)
    torch.testing.assert_close(grey, 0.7 * black + 0.3 * white)


def test_a_pixelcnn_sees_as_far_as_its_layers_reach_together() -> None:
    kind = MODELS["pixelcnn"]
    for masked_layers, reach in ((0, 1), (2, 1), (1, 3)):
        settings = {"maps": 4, "masked_layers": masked_layers, "layer_reach": reach}
        made = kind(kind.describe((1, 9, 15), settings))
        made.initialise("torch", Generator().manual_seed(0))
        assert isinstance(made, AutoregressiveModel)
        x = torch.rand(1, 1, 9, 15, generator=Generator().manual_seed(1))
        seen = dependence(made, x).view(9, 15, 9, 15)[8, 7].nonzero()
        field = 3 + masked_layers * reach
        assert int(8 - seen[:, 0].min()) == field
        assert int(7 - seen[:, 1].min()) == field


def test_a_pixelcnn_that_is_told_no_place_does_the_same_far_from_the_border() -> None:
    x = torch.zeros(1, 1, 15, 20)
    x[:, :, 5:8, 5:8] = 1
    logits = {}
    for size in ("pixelcnn", "pixelcnn, told its place"):
        made = model(size, (1, 15, 20))
        here, there = made.logits(x), made.logits(x.roll(3, 3))
        logits[size] = here[..., 8, 6], there[..., 8, 9]
    torch.testing.assert_close(*logits["pixelcnn"])
    assert not torch.allclose(*logits["pixelcnn, told its place"])


def test_a_file_that_says_nothing_of_how_pixels_are_read_reads_them_as_they_are() -> None:
    made = model("made")
    assert isinstance(made, MADE)
    assert not made.wants_centre
    assert "means" not in made.state_dict()


def test_less_their_mean_pixels_make_the_model_that_other_biases_make() -> None:
    plain = model("made")
    assert isinstance(plain, MADE)
    x = torch.rand(6, 1, 3, 3, generator=Generator().manual_seed(1))
    centred = MADE(plain.architecture.model_copy(update={"masked_inputs": "centred"}))
    centred.load_state_dict(plain.state_dict() | {"means": torch.zeros(9)})
    centred.requires_grad_(False).centre(x)
    hidden, _, direct = centred._masked(0)
    centred._biases()[0].add_(hidden @ centred.means)
    centred.output.bias.add_(direct @ centred.means)
    torch.testing.assert_close(centred.log_prob(x), plain.log_prob(x))


def test_a_file_that_says_nothing_of_places_has_none() -> None:
    kind = MODELS["pixelcnn"]
    made = kind(kind.describe((1, 4, 4), {"maps": 4, "masked_layers": 1, "layer_reach": 1}))
    assert not any("places" in name for name in made.state_dict())


def test_the_eight_orders_are_all_ways_to_read_line_by_line_from_a_corner() -> None:
    orders = {tuple(places.tolist()) for places in reading_orders(2, 3)}
    assert len(orders) == 8
    assert all(sorted(places) == list(range(6)) for places in orders)
    assert reading_orders(2, 3)[0].tolist() == [0, 1, 2, 3, 4, 5]
    assert reading_orders(2, 3)[1].tolist() == [0, 2, 4, 1, 3, 5]
    assert {places.index(0) for places in orders} == {0, 2, 3, 5}
