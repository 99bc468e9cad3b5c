"""Decoders that read the pixels before each pixel: what depends on what, and that it adds up."""

from itertools import product

import pytest
import torch
from torch import Generator, Tensor

from vae_core.evaluation import by_importance, evaluate
from vae_core.models import (
    LIKELIHOODS,
    NETWORKS,
    VAE,
    Architecture,
    TrainingRecord,
    load_model,
    model_bytes,
    unused_settings,
)
from vae_core.models.initialisation import Initialisation
from vae_core.models.likelihoods.autoregressive import Autoregressive, NoMeanImage
from vae_core.models.networks.autoregressive import AutoregressiveDecoder
from vae_core.models.networks.pixelcnn import reaches

KINDS = [name for name, kind in NETWORKS.items() if not kind.decoder.has_mean]


def vae(network: str, shape: tuple[int, int, int] = (1, 5, 6), **more: object) -> VAE:
    document = {"image_shape": shape, "latent_dim": 2, "hidden": (7,), "channels": (6,)} | more
    model = VAE(Architecture.model_validate(document | {"network": network}))
    model.initialise("torch", Generator().manual_seed(0)).requires_grad_(False)
    if isinstance(model.decoder, AutoregressiveDecoder):
        for weights in model.decoder.conditioning_weights:
            weights.uniform_(-0.3, 0.3, generator=Generator().manual_seed(1))
    return model


def told(model: VAE, z: Tensor, x: Tensor) -> Tensor:
    """The logits of every pixel."""
    p = model.decode(z)
    assert isinstance(p, Autoregressive)
    logits = p.given(x).logits  # type: ignore[attr-defined]  # of a Bernoulli
    assert isinstance(logits, Tensor)
    return logits


def dependence(model: VAE) -> Tensor:
    """Whether each pixel depends on each other one. [D, D], bool."""
    channels, height, width = model.image_shape
    z = torch.randn(1, 2, generator=Generator().manual_seed(1))
    x = torch.rand(1, channels, height, width, generator=Generator().manual_seed(2))
    jacobian = torch.autograd.functional.jacobian(lambda x: told(model, z, x).mean(1), x)
    assert isinstance(jacobian, Tensor)
    return jacobian.abs().amax(4).reshape(height * width, height * width) > 0


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("hidden", [(), (7,)])
@pytest.mark.parametrize("scheme", ["torch", "paper"])
def test_it_begins_without_z_and_can_learn_to_read_it(
    network: str, hidden: tuple[int, ...], scheme: Initialisation
) -> None:
    generator = Generator().manual_seed(0)
    document = {"image_shape": (1, 5, 6), "latent_dim": 2, "hidden": hidden, "network": network}
    model = VAE(Architecture.model_validate(document)).initialise(scheme, generator)
    x = torch.randint(0, 2, (8, 1, 5, 6), generator=generator).float()
    z = 5 * torch.randn(8, 2, generator=generator)
    log_p = model.decode(z).log_prob(x)
    torch.testing.assert_close(log_p, model.decode(torch.zeros(8, 2)).log_prob(x))
    optimizer = torch.optim.SGD(model.decoder.parameters(), lr=1e-3)
    (-log_p.sum()).backward()
    optimizer.step()
    first, second = (model.decode(sign * z).log_prob(x) for sign in (1, -1))
    assert (first != second).all()


def test_in_the_tests_below_z_is_read() -> None:
    for network in KINDS:
        x, z = torch.rand(1, 1, 5, 6), torch.ones(1, 2)
        assert not told(vae(network), z, x).equal(told(vae(network), -z, x))


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("channels", [1, 3])
def test_no_pixel_depends_on_itself_or_a_later_one_and_the_last_on_those_before(
    network: str, channels: int
) -> None:
    found = dependence(vae(network, (channels, 5, 6), receptive_field=9))
    assert not bool(found.triu().any())
    assert bool(found[1:].any(1).all())
    if network == "rowrnn":
        assert bool(found[-1, :-1].all())  # its field is the whole image


def test_the_receptive_field_is_how_far_a_pixel_sees_and_changes_nothing_else() -> None:
    sizes = set()
    for field in (1, 2, 3, 5):
        model = vae("pixelcnn", (1, 9, 11), receptive_field=field)
        seen = dependence(model).view(9, 11, 9, 11)[8, 5].nonzero()
        assert int(8 - seen[:, 0].min()) == field
        assert int((seen[:, 1] - 5).abs().max()) == field
        sizes.add((model.decoder.width, len(list(model.decoder.parameters()))))
    assert len(sizes) == 1
    assert [reaches(field) for field in (1, 2, 7, 13)] == [
        (1, 0, 0, 0, 0),
        (2, 0, 0, 0, 0),
        (3, 1, 1, 1, 1),
        (3, 3, 3, 2, 2),
    ]


@pytest.mark.parametrize("network", KINDS)
def test_the_probabilities_of_all_images_sum_to_one_at_any_z(network: str) -> None:
    model = vae(network, (1, 3, 3), receptive_field=2)
    every = torch.tensor(list(product([0.0, 1.0], repeat=9))).view(512, 1, 3, 3)
    for z in 3 * torch.randn(3, 1, 2, generator=Generator().manual_seed(0)):
        log_p = model.decode(z.expand(512, 2)).log_prob(every)
        assert log_p.double().logsumexp(0).item() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("channels", [1, 2])
def test_pixel_by_pixel_each_is_told_what_it_is_told_of_the_whole_image(
    network: str, channels: int
) -> None:
    decoder = vae(network, (channels, 6, 5), receptive_field=6).decoder
    assert isinstance(decoder, AutoregressiveDecoder)
    generator = Generator().manual_seed(0)
    features = decoder(torch.randn(3, 2, generator=generator))
    x = torch.rand(3, channels, 6, 5, generator=generator)
    whole = decoder.told(features, x)
    filled, places = torch.zeros_like(x), []
    for row, column, values in decoder.walk(features, filled):
        torch.testing.assert_close(values[:, :, 0, 0], whole[:, :, row, column])
        filled[:, :, row, column] = x[:, :, row, column]
        places.append((row, column))
    assert places == list(product(range(6), range(5)))


@pytest.mark.parametrize("network", KINDS)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_under_every_likelihood_samples_are_like_what_they_are_drawn_from(
    network: str, likelihood: str
) -> None:
    """The first pixel has nothing before it: its mean is known."""
    model = vae(network, (1, 2, 2), likelihood=likelihood, receptive_field=1)
    z = torch.ones(1, 2).expand(4000, 2)
    p = model.decode(z)
    assert isinstance(p, Autoregressive)
    drawn = p.sample(Generator().manual_seed(0))
    first = p.given(torch.zeros(1, 1, 2, 2))
    error = drawn[:, 0, 0, 0].mean() - first.mean[0, 0, 0, 0]
    assert error.abs() < 4 * first.deviation.expand(4000, 1, 2, 2)[0, 0, 0, 0] / 4000**0.5
    torch.testing.assert_close(
        p.log_prob(drawn), p.given(drawn).log_prob_per_pixel(drawn).flatten(1).sum(1)
    )


@pytest.mark.parametrize("network", KINDS)
def test_it_has_no_mean_image_and_says_so_and_draws_from_the_prior(network: str) -> None:
    model = vae(network)
    assert not model.has_mean_image
    assert vae("mlp").has_mean_image
    for asked in ("mean", "deviation"):
        with pytest.raises(NoMeanImage, match="Look at samples of it instead"):
            getattr(model.decode(torch.zeros(1, 2)), asked)
    images = model.sample_images(4, Generator().manual_seed(0))
    assert images.shape == (4, 1, 5, 6)
    assert set(images.unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("network", KINDS)
def test_it_is_stored_bounded_and_weighed_like_any_other(network: str) -> None:
    model = vae(network)
    back = load_model(model_bytes(model, TrainingRecord())).vae
    z = torch.randn(3, 2, generator=Generator().manual_seed(0))
    x = torch.randint(0, 2, (3, 1, 5, 6), generator=Generator().manual_seed(1)).float()
    torch.testing.assert_close(back.decode(z).log_prob(x), model.decode(z).log_prob(x))
    table = back.decode(z).log_prob_table(x)
    torch.testing.assert_close(table.diagonal(), back.decode(z).log_prob(x))
    elbo = evaluate(back, x, samples=50).elbo
    assert by_importance(back, x, k=200).log_p.mean() > elbo - 0.1


def test_a_receptive_field_belongs_to_a_pixelcnn_and_is_in_no_other_file() -> None:
    assert unused_settings("mlp", "bernoulli", ["receptive_field"]) == [
        ("receptive_field", "pixelcnn")
    ]
    for network in NETWORKS:
        written = vae(network).architecture.model_dump(mode="json")
        assert ("receptive_field" in written) == (network == "pixelcnn")
