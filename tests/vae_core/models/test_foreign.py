"""Weights from elsewhere: what differs in form alone is taken, a plain VAE is converted."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from vae_core.checkpoint import checkpoint_bytes
from vae_core.errors import AtlasError
from vae_core.models import VAE, Architecture, TrainingRecord, load_model, model_bytes
from vae_core.models.files import _metadata
from vae_core.models.foreign import from_plain_mlp

MODEL = VAE(Architecture(image_shape=(1, 6, 5), latent_dim=3, hidden=(16, 8))).eval()
STATE = MODEL.state_dict()
TOLERANCE = {torch.float16: 2e-3, torch.bfloat16: 2e-2, torch.float64: 1e-7}


def written(tensors: dict[str, Tensor]) -> bytes:
    return checkpoint_bytes(tensors, _metadata(MODEL, TrainingRecord()))


@pytest.mark.parametrize(
    "prefix", ["module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."]
)
def test_what_wrappers_put_before_names_is_taken_off(prefix: str) -> None:
    found = load_model(written({prefix + key: value for key, value in STATE.items()}))
    for key, value in found.model.state_dict().items():
        assert torch.equal(value, STATE[key])


@pytest.mark.parametrize("precision", TOLERANCE)
def test_other_precisions_are_taken(precision: torch.dtype) -> None:
    found = load_model(written({key: value.to(precision) for key, value in STATE.items()}))
    for key, value in found.model.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.allclose(value, STATE[key], atol=TOLERANCE[precision])


def test_a_number_too_large_for_float32_is_refused_by_its_name() -> None:
    wide = {key: value.double() for key, value in STATE.items()}
    wide["encoder.mu.bias"] = wide["encoder.mu.bias"] + 1e300
    with pytest.raises(AtlasError, match=r"encoder\.mu\.bias that are too large"):
        load_model(written(wide))


class Plain(nn.Module):
    """The VAE of PyTorch's own examples, smaller."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(30, 16), nn.Linear(16, 3), nn.Linear(16, 3)
        self.fc3, self.fc4 = nn.Linear(3, 16), nn.Linear(16, 30)

    def means(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.relu(self.fc1(x.flatten(1)))
        return self.fc21(hidden), self.fc22(hidden)

    def pixels(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z))))


class Stacked(nn.Module):
    """The same idea in other names, with two hidden layers and no biases in the first."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(30, 16, bias=False), nn.ReLU(), nn.Linear(16, 8), nn.ReLU()
        )
        self.logvar, self.mu = nn.Linear(8, 3), nn.Linear(8, 3)
        self.decoder = nn.Sequential(
            nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 30)
        )

    def means(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(x.flatten(1))
        return self.mu(hidden), self.logvar(hidden)

    def pixels(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.decoder(z))


@pytest.mark.parametrize("kind", [Plain, Stacked])
def test_a_plain_vae_means_the_same_once_it_is_converted(
    kind: type[Plain] | type[Stacked], tmp_path: Path
) -> None:
    torch.manual_seed(0)
    plain = kind()
    architecture, weights = from_plain_mlp(plain.state_dict(), (1, 6, 5))
    model = VAE(architecture)
    model.load_state_dict(weights)
    found = load_model(model_bytes(model.eval(), TrainingRecord()))
    x, z = torch.rand(4, 1, 6, 5), torch.randn(4, 3)
    mu, logvar = plain.means(x)
    posterior = found.vae.encode(x)
    assert torch.allclose(posterior.mu, mu, atol=1e-6)
    assert torch.allclose(posterior.logvar, logvar, atol=1e-6)
    assert torch.allclose(found.vae.decode(z).mean.flatten(1), plain.pixels(z), atol=1e-6)


@pytest.mark.parametrize(
    ("tensors", "says"),
    [
        ({}, "is no plain VAE"),
        ({"a.weight": torch.zeros(3, 30), "a.bias": torch.zeros(3)}, "is no plain VAE"),
        ({"a.weight": torch.zeros(3, 1, 5, 5)}, "no fully connected layer"),
        ({"a.weight": torch.zeros(3, 30), "a.bias": torch.zeros(4)}, "does not fit its weight"),
        ({"a.running_mean": torch.zeros(3)}, "no fully connected layer"),
    ],
)
def test_what_is_no_plain_vae_is_refused(tensors: dict[str, Tensor], says: str) -> None:
    with pytest.raises(AtlasError, match=says):
        from_plain_mlp(tensors, (1, 6, 5))


def test_a_decoder_that_does_not_mirror_the_encoder_is_refused() -> None:
    state = Plain().state_dict() | {
        "fc3.weight": torch.zeros(20, 3),
        "fc3.bias": torch.zeros(20),
        "fc4.weight": torch.zeros(30, 20),
    }
    with pytest.raises(AtlasError, match="goes down by 16 and up by 20–30"):
        from_plain_mlp(state, (1, 6, 5))


@pytest.mark.parametrize("head", ["z_log_sigma", "fc_std", "log_scale"])
def test_a_head_that_may_tell_a_deviation_is_asked_about(head: str) -> None:
    shapes = {"fc1": (3, 16), head: (2, 3), "z_mean": (2, 3), "fc3": (3, 2), "fc4": (16, 3)}
    tensors = {
        f"{name}.{what}": torch.ones(shape if what == "weight" else shape[:1])
        for name, shape in shapes.items()
        for what in ("weight", "bias")
    }
    with pytest.raises(AtlasError, match="variance or a deviation"):
        from_plain_mlp(tensors, (1, 4, 4))


def test_a_network_beyond_this_program_is_refused_in_a_sentence() -> None:
    shapes = {
        "fc1": (600, 16),
        "mu": (600, 600),
        "logvar": (600, 600),
        "fc3": (600, 600),
        "fc4": (16, 600),
    }
    tensors = {f"{name}.weight": torch.zeros(shape) for name, shape in shapes.items()}
    with pytest.raises(AtlasError, match="does not have"):
        from_plain_mlp(tensors, (1, 4, 4))
