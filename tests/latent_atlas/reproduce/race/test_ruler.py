"""log p(x) by quadrature, held against closed forms and against importance sampling."""

import pytest
import torch
from torch import Generator

from latent_atlas.reproduce.race import ruler
from vae_core.evaluation import by_importance
from vae_core.models import VAE, Architecture


def model(scale: float = 1.0) -> VAE:
    architecture = Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(8,))
    vae = VAE(architecture).initialise("torch", Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in vae.decoder.parameters():
            parameter.mul_(scale)
    return vae


def pictures(count: int) -> torch.Tensor:
    return torch.bernoulli(torch.full((count, 1, 4, 4), 0.5), generator=Generator().manual_seed(1))


def test_where_z_plays_no_part_it_is_the_sum_over_pixels() -> None:
    vae, x = model(), pictures(3)
    with torch.no_grad():
        dict(vae.decoder.named_parameters())["output.weight"].zero_()
    exact = vae.decode(torch.zeros(3, 2)).log_prob(x)
    assert ruler.log_p(vae, x).tolist() == pytest.approx(exact.tolist(), abs=1e-4)


def test_importance_sampling_agrees_within_its_error() -> None:
    vae, x = model(3.0), pictures(20)
    sampled = by_importance(vae, (255 * x).to(torch.uint8), k=5000)
    errors = (ruler.log_p(vae, x) - sampled.log_p) / sampled.standard_errors
    assert errors.abs().max() < 4.5
    assert sampled.standard_errors.max() < 0.1


def test_a_finer_grid_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vae, x = model(6.0), pictures(5)
    coarse = ruler.log_p(vae, x)
    monkeypatch.setattr(ruler, "SIDE", 200)
    assert ruler.log_p(vae, x).tolist() == pytest.approx(coarse.tolist(), abs=1e-4)


@pytest.mark.parametrize("other", [{"latent_dim": 3}, {"likelihood": "gaussian"}])
def test_it_refuses_models_that_it_cannot_measure(other: dict[str, str | int]) -> None:
    given = {"image_shape": (1, 4, 4), "latent_dim": 2, "hidden": (8,)} | other
    with pytest.raises(ValueError, match="two latent dimensions"):
        ruler.log_p(VAE(Architecture.model_validate(given)), pictures(1))
