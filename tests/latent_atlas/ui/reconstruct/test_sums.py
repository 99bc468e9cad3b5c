"""One image's ledger as an account: for every likelihood, all that should add up does.

To the tolerance that the page promises: 1e-4 nats, or a millionth of the number.
"""

import json
import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from latent_atlas.__main__ import main
from latent_atlas.ui.catalog import open_upload
from latent_atlas.ui.reconstruct.image_facts import asked_image, image_facts
from latent_atlas.ui.reconstruct.measure import SAMPLES, Subject, measured
from latent_atlas.ui.reconstruct.rows import Shown, wall_data
from vae_core.data import load_dataset
from vae_core.evaluation import Treatment
from vae_core.evaluation.pixel_costs import pixel_costs
from vae_core.models import LIKELIHOODS, VAE, Architecture, TrainingRecord, model_bytes

SPLIT = load_dataset("digits").split("test")
SOME = torch.tensor([299, 0, 17])


def _model(likelihood: str) -> VAE:
    vae = VAE(
        Architecture(image_shape=(1, 8, 8), latent_dim=1, hidden=(12,), likelihood=likelihood)
    )
    vae.initialise("paper", torch.Generator().manual_seed(1))
    for name, weight in vae.named_parameters():  # far from zero, so that draws of z differ
        weight.data.mul_(8 if name.endswith("weight") else 1)
    return vae


def _close(found: Tensor | float, expected: Tensor | float) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-4, check_dtype=False)


@torch.inference_mode()
def _exact(vae: VAE, x: Tensor) -> tuple[float, float]:
    """log p(x) and the ELBO of an image [1, 1, H, W] by the trapezium rule, z being one number."""
    t = torch.linspace(-12, 12, 4_001, dtype=torch.float64)
    weights = torch.exp(-0.5 * (t**2 + math.log(2 * math.pi)))

    def log_p(z: Tensor) -> Tensor:
        return vae.decode(z[:, None].float()).log_prob(x).double()

    likely = torch.trapezoid(weights * torch.exp(log_p(t) - log_p(t).max()), t).log()
    posterior = vae.encode(x)
    encoded = posterior.mu[0].double() + torch.exp(0.5 * posterior.logvar[0].double()) * t
    elbo = torch.trapezoid(weights * log_p(encoded), t) - posterior.kl().sum()
    return float(likely + log_p(t).max()), float(elbo)


@pytest.mark.parametrize("treatment", ["grey", "dynamic"])
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_sums_of_an_images_ledger_agree(
    likelihood: str, treatment: Treatment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vae = _model(likelihood)
    content = model_bytes(vae, TrainingRecord(dataset="digits"))
    digest = open_upload("model.safetensors", content).digest
    subject = Subject(digest, "digits", "test", treatment, vae, SPLIT.images)
    bounds = measured(digest, "digits", "test", treatment, vae, SPLIT.images).bounds
    _close(bounds.distortion + bounds.rate, -bounds.elbo)
    _close(bounds.rate_per_dim.sum(1), bounds.rate)

    every = pixel_costs(vae, SPLIT.images, torch.arange(len(SPLIT)), subject.stream)
    sums = every.costs.sum((1, 2))
    _close(sums, bounds.distortion)

    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    binarize = ["--binarize", "dynamic" if treatment == "dynamic" else "none"]
    asked = ["--samples-per-image", str(SAMPLES), "--json", *binarize]
    assert main(["evaluate", str(path), "--dataset", "digits", *asked]) == 0
    told = json.loads(capsys.readouterr().out)
    _close(sums.mean().item(), told["distortion"])
    _close(bounds.rate.double().mean().item(), told["rate"])
    _close(bounds.elbo.double().mean().item(), told["elbo"])

    some = pixel_costs(vae, SPLIT.images[SOME], SOME, subject.stream)
    shown = Shown("a", vae, some.bounds, costs=some.costs, draws=SAMPLES)
    cards = wall_data(SPLIT, SOME, [shown], treatment=treatment, class_names=("",) * 10)["cards"]
    for card in cards:
        (one,) = card["models"]
        distortion, rate, total = (_number(one[name]) for name in ("distortion", "rate", "total"))
        assert round(distortion + rate, 2) == total  # as printed
        assert _number(one["shown"]) == pytest.approx(distortion, abs=0.0101)
        dimensions = sum(_number(text) for _, text, _ in one["dimensions"])
        assert dimensions == pytest.approx(rate, abs=0.0101)

    asked_for = asked_image(digest, "digits", "test", treatment, int(SOME[0]))
    log_p, gap, *_ = json.loads(image_facts(asked_for))["values"]
    exact, elbo = _exact(vae, some.x[0][None])
    assert _number(log_p) == pytest.approx(exact, abs=0.02, rel=1e-5)
    assert _number(gap) == pytest.approx(exact - elbo, abs=1.7 * _error(gap))


def _number(text: str) -> float:
    return float(text.partition(" ± ")[0].replace("−", "-").replace(",", ""))


def _error(text: str) -> float:
    return float(text.partition(" ± ")[2].replace(",", ""))
