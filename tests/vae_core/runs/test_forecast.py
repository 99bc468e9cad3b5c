"""What a run is foretold to keep, against optima that are known, and a search for them."""

from functools import cache

import pytest
import torch
from torch import Generator, Tensor

from vae_core import train
from vae_core.data import load_dataset
from vae_core.evaluation.collapse_forecast import collapse_forecast
from vae_core.evaluation.linear_codes import Spectrum, principal_spectrum
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.units import units
from vae_core.runs import make_config
from vae_core.runs.forecast import (
    KnownSpectrum,
    encodes,
    forecast,
    known_spectrum,
    learned_noise,
    onset,
    unforeseeable,
)


def spectrum(*variances: float, values: int | None = None) -> Spectrum:
    found = torch.tensor(variances, dtype=torch.float64)
    mean = torch.full((values or len(found),), 0.5, dtype=torch.float64)
    return Spectrum(mean, torch.eye(len(mean), len(found)), found, images=100)


@cache
def pixels() -> Tensor:
    """Black and white, float [1000, 1, 2, 3]: three that agree in 9 of 10, and three by chance."""
    generator = Generator().manual_seed(1)
    hidden = torch.rand(1000, 1, generator=generator) < 0.5
    turned = torch.rand(1000, 3, generator=generator) < 0.1
    chance = torch.rand(1000, 3, generator=generator) < 0.3
    return torch.cat([hidden ^ turned, chance], 1).float().view(-1, 1, 2, 3)


def test_a_learned_variance_is_where_the_objective_of_linear_models_is_least() -> None:
    of = spectrum(2.0, 1.0, 0.4, 0.3, 0.2, 0.1, values=12)
    for beta in (0.5, 1.0, 3.0, 6.0):
        found = learned_noise(of, 4, beta)
        assert found is not None

        # D/2 · log σ² + E(βσ²)/2σ² + β · R(βσ²), tried at every σ² of a fine grid
        noise = torch.logspace(-4, 2, 200_001, dtype=torch.float64)[:, None]
        level, kept = beta * noise, of.variances[:4]
        left = torch.minimum(level, kept).sum(1) + of.variances[4:].sum()
        rate = 0.5 * (kept / level).log().clamp(min=0).sum(1)
        cost = 6 * noise[:, 0].log() + left / (2 * noise[:, 0]) + beta * rate
        assert found == pytest.approx(float(noise[cost.argmin()]), rel=1e-3)
    # Probabilistic PCA: what is lost, over the values that are not told.
    assert learned_noise(of, 4, 1.0) == pytest.approx(0.3 / 8)
    assert learned_noise(spectrum(2.0, 1.0, values=12), 4, 1.0) is None


def test_bernoulli_pixels_keep_none_from_the_largest_eigenvalue_of_their_correlations_on() -> None:
    found = onset(principal_spectrum(pixels()))
    correlations = torch.corrcoef(pixels().flatten(1).T)
    assert found == pytest.approx(float(torch.linalg.eigvalsh(correlations)[-1]), rel=1e-4)
    kept = []
    for beta in (0.8 * found, 1.2 * found):
        model = train(
            pixels(), latent_dim=2, hidden=(), beta=beta, epochs=10, learning_rate=0.05,
            progress=False, threads=1,
        )  # fmt: skip
        kept.append(units(posteriors(model.vae, pixels())).count)
    assert kept[0] >= 1
    assert kept[1] == 0


def test_the_sentence_is_of_the_likelihood_and_where_no_rule_is_known_it_says_so() -> None:
    known = KnownSpectrum(spectrum(4, 2, 1.3, 0.5, 0.1, values=20), onset=3.36)

    def told(**settings: object) -> str:
        config = make_config(dataset="digits", latent_dim=4, **settings)
        return unforeseeable(config) or forecast(config, known).sentence

    fixed = {"likelihood": "gaussian-fixed", "scale": 0.5}
    assert told(**fixed, beta=4) == "At β = 4 a linear model of these data keeps 3 of 4 dimensions."
    assert told(**fixed, beta=40) == (
        "At β = 40 a linear model of these data keeps none of 4 dimensions."
    )
    assert "keeps 4 of 4" in told(likelihood="gaussian-shared")
    assert told(beta=3.4).endswith("keeps none of 4 dimensions.")
    assert told().endswith("keeps at least 1 of 4 dimensions. How many more cannot be said of "
                           "Bernoulli pixels. From β = 3.4 on it keeps none.")  # fmt: skip
    assert "no rule is known" in told(likelihood="gaussian")
    assert "distortion + β · rate" in told(free_bits=0.5)
    assert "distortion + β · rate" in told(algorithm="iwae")
    assert "keeps every dimension" in told(committed_rate=0.1)
    assert "the rule is of the posterior" in told(posterior="full")
    assert "without any code" in told(network="pixelcnn", binarize="dynamic")
    assert not encodes(make_config(dataset="digits", algorithm="gan"))


def test_what_is_known_of_data_says_the_same_as_their_whole_spectrum() -> None:
    images = load_dataset("digits").split("train").images
    known, whole = known_spectrum(images), principal_spectrum(images)
    assert known.spectrum.axes.numel() == 0
    found = collapse_forecast(known.spectrum, 8, beta=2, noise=0.04)
    assert found == collapse_forecast(whole, 8, beta=2, noise=0.04)
    assert known.onset == pytest.approx(onset(whole))
