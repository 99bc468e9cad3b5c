"""What kinds of network and likelihood there are, and what belongs to which."""

import pytest
import torch

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import (
    LIKELIHOODS,
    NETWORKS,
    VAE,
    Architecture,
    decoder_bytes,
    load_model,
    unused_settings,
)
from vae_core.models.likelihoods.autoregressive import Autoregressive
from vae_core.runs import make_config


def _vae(network: str = "mlp", likelihood: str = "bernoulli") -> VAE:
    torch.manual_seed(0)
    return VAE(
        Architecture(
            image_shape=(1, 6, 5),
            latent_dim=2,
            hidden=(7,),
            channels=(3,),
            network=network,
            likelihood=likelihood,
        )
    )


def test_every_kind_has_a_label_of_its_own_and_settings_that_an_architecture_has() -> None:
    for kinds in (NETWORKS, LIKELIHOODS):
        labels = [kind.label for kind in kinds.values()]
        assert len(set(labels)) == len(labels)
        for kind in kinds.values():
            assert kind.settings <= set(Architecture.model_fields)


def test_the_names_that_files_and_commands_hold_are_still_there_in_the_order_of_the_form() -> None:
    assert list(NETWORKS) == ["mlp", "conv", "pixelcnn", "rowrnn"]
    assert list(LIKELIHOODS) == [
        "bernoulli",
        "continuous-bernoulli",
        "gaussian",
        "gaussian-shared",
        "gaussian-fixed",
        "gaussian-linear",
        "discretised-logistic",
    ]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_decoder_gives_the_likelihood_that_the_architecture_names(
    network: str, likelihood: str
) -> None:
    vae = _vae(network, likelihood)
    assert type(vae.encoder) is NETWORKS[network].encoder
    p = vae.decode(torch.zeros(1, 2))
    # One that reads the pixels before says it of each pixel, told the image.
    told = p.given(torch.zeros(1, 1, 6, 5)) if isinstance(p, Autoregressive) else p
    assert type(told) is LIKELIHOODS[likelihood]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_only_the_likelihoods_own_heads_are_left_out_of_what_the_mean_needs(
    network: str, likelihood: str
) -> None:
    vae = _vae(network, likelihood)
    whole = set(read_checkpoint(decoder_bytes(vae, widths=True), "decoder").tensors)
    lean = set(read_checkpoint(decoder_bytes(vae), "decoder").tensors)
    assert whole == {name for name in vae.state_dict() if name.startswith("decoder.")}
    assert {name.split(".")[1] for name in whole - lean} == set(LIKELIHOODS[likelihood].heads)


def test_a_probability_is_at_most_one_and_a_density_may_be_more() -> None:
    for name, likelihood in LIKELIHOODS.items():
        p = _vae(likelihood=name).decode(torch.zeros(1, 2))
        highest = p.log_prob_per_pixel(p.mean.detach()).max()
        if likelihood.nats != "density":
            assert highest <= 0
    narrow = VAE(Architecture(image_shape=(1, 2, 2), latent_dim=1, likelihood="gaussian-fixed"))
    p = narrow.decode(torch.zeros(1, 1))
    assert p.log_prob_per_pixel(p.mean).min() > 0


def test_a_setting_belongs_to_the_kinds_that_use_it() -> None:
    given = ["hidden", "scale", "channels"]
    assert unused_settings("mlp", "bernoulli", given) == [
        ("scale", "gaussian-fixed or gaussian-linear"),
        ("channels", "conv or pixelcnn"),
    ]
    assert unused_settings("conv", "gaussian", given) == [
        ("scale", "gaussian-fixed or gaussian-linear")
    ]
    assert unused_settings("mlp", "gaussian-fixed", given) == [("channels", "conv or pixelcnn")]
    assert unused_settings("conv", "gaussian-fixed", given) == []
    assert unused_settings("mlp", "bernoulli", ["hidden", "latent_dim"]) == []


@pytest.mark.parametrize(("field", "choices"), [("network", NETWORKS), ("likelihood", LIKELIHOODS)])
def test_an_unknown_kind_is_refused_in_a_sentence_with_the_choices(
    field: str, choices: dict[str, object]
) -> None:
    *before, last = choices
    expected = f"{field.capitalize()} cannot be “x”: choose {', '.join(before)} or {last}."
    with pytest.raises(AtlasError) as caught:
        make_config(dataset="digits", **{field: "x"})
    assert str(caught.value) == expected


def test_a_file_of_an_unknown_kind_is_refused_in_one_sentence() -> None:
    vae = _vae()
    for field, found in (("likelihood", "poisson"), ("network", "transformer\n" * 99)):
        architecture = vae.architecture.model_dump(mode="json") | {field: found}
        content = checkpoint_bytes(vae.state_dict(), {"format": 1, "architecture": architecture})
        with pytest.raises(AtlasError, match=f"asks for the {field} {found[:7]!r}"[:-1]) as caught:
            load_model(content, "far.safetensors")
        sentence = str(caught.value)
        assert sentence.startswith("far.safetensors ")
        assert len(sentence) < 300
        assert "\n" not in sentence
