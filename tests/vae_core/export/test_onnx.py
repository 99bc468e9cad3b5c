"""The ONNX file against PyTorch, computed by the reference evaluator of the onnx package."""

import json

import numpy as np
import onnx
import pytest
import torch
from onnx.reference import ReferenceEvaluator
from torch import Tensor

from vae_core.export import Part, onnx_bytes
from vae_core.models import (
    LIKELIHOODS,
    VAE,
    Architecture,
    SavedModel,
    TrainingRecord,
)

TOLERANCE = 1e-5


def _saved(**sizes: object) -> SavedModel:
    """A model whose weights use their range: as before training they give little but one half."""
    torch.manual_seed(0)
    vae = VAE(Architecture.model_validate({"image_shape": (1, 7, 6), "latent_dim": 3} | sizes))
    with torch.no_grad():
        for parameter in vae.parameters():
            parameter.mul_(3)
    record = TrainingRecord(dataset="digits", command="python -m vae_core train digits")
    return SavedModel(vae.requires_grad_(False).eval(), record)


def _computed(saved: SavedModel, part: Part, **values: Tensor) -> list[Tensor]:
    session = ReferenceEvaluator(onnx.load_from_string(onnx_bytes(saved, part)))
    found = session.run(None, {name: value.numpy() for name, value in values.items()})
    return [torch.from_numpy(np.asarray(each)) for each in found]


@pytest.mark.parametrize("network", ["mlp", "conv"])
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_decoder_gives_the_mean_under_every_likelihood(network: str, likelihood: str) -> None:
    saved = _saved(network=network, likelihood=likelihood, hidden=(9,), channels=(5, 4))
    z = 2 * torch.randn(40, 3, generator=torch.Generator().manual_seed(1))
    [mean] = _computed(saved, "decoder", z=z)
    expected = saved.vae.decode(z).mean
    assert expected.std() > 0.05  # not all one half
    assert mean.shape == (40, 1, 7, 6)
    assert (mean - expected).abs().max() < TOLERANCE


@pytest.mark.parametrize("latents", [0.0, 1e-4, 30.0])
def test_the_mean_of_a_continuous_bernoulli_is_sound_at_zero_and_far_out(latents: float) -> None:
    saved = _saved(likelihood="continuous-bernoulli", hidden=())
    with torch.no_grad():
        saved.vae.get_parameter("decoder.output.bias").zero_()
    z = torch.full((1, 3), latents)
    [mean] = _computed(saved, "decoder", z=z)
    assert (mean - saved.vae.decode(z).mean).abs().max() < TOLERANCE


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize(
    "sizes",
    [
        {"hidden": (11, 8)},
        {"hidden": ()},
        {"network": "conv", "channels": (4, 5), "hidden": (9,), "image_shape": (3, 9, 12)},
        {"network": "conv", "channels": (4,), "hidden": (), "image_shape": (1, 7, 7)},
    ],
)
def test_both_networks_of_any_shape_compute_as_in_pytorch(
    sizes: dict[str, object], activation: str
) -> None:
    saved = _saved(activation=activation, **sizes)
    x = torch.rand(5, *saved.vae.architecture.image_shape)
    mu, logvar = _computed(saved, "encoder", x=x)
    expected = saved.vae.encode(x)
    assert (mu - expected.mu).abs().max() < TOLERANCE
    assert (logvar - expected.logvar).abs().max() < TOLERANCE
    [mean] = _computed(saved, "decoder", z=mu)
    assert (mean - saved.vae.decode(expected.mu).mean).abs().max() < TOLERANCE


def test_the_log_variance_stays_in_its_range() -> None:
    saved = _saved(hidden=())
    with torch.no_grad():
        bias = saved.vae.get_parameter("encoder.logvar.bias")
        bias.copy_(torch.tensor([99.0, -99.0, 0.0]))
    _, logvar = _computed(saved, "encoder", x=torch.zeros(1, 1, 7, 6))
    assert logvar.tolist() == [[10.0, -10.0, 0.0]]


def test_an_encoder_that_commits_to_a_rate_keeps_to_it() -> None:
    saved = _saved(hidden=(9,), committed_rate=0.2)
    x = torch.rand(20, 1, 7, 6, generator=torch.Generator().manual_seed(1))
    found, expected = _computed(saved, "encoder", x=x), saved.encode(x)
    assert (found[0] - expected.mu).abs().max() < TOLERANCE
    assert (found[1] - expected.logvar).abs().max() < TOLERANCE


def test_the_header_tells_where_the_model_comes_from_and_weights_keep_their_names() -> None:
    saved = _saved()
    model = onnx.load_from_string(onnx_bytes(saved, "encoder"))
    header = {each.key: json.loads(each.value) for each in model.metadata_props}
    assert Architecture.model_validate(header["architecture"]) == saved.vae.architecture
    assert header["training"]["command"] == "python -m vae_core train digits"
    weights = {each.name for each in model.graph.initializer if "constant" not in each.name}
    assert weights == {name for name in saved.vae.state_dict() if name.startswith("encoder.")}
