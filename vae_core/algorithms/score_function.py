"""The score-function gradient (REINFORCE), which needs no derivative of p(x|z) in z."""

from typing import Annotated, ClassVar

import torch
from pydantic import Field, model_validator
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.baselines import BASELINES, make_baseline
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.settings import SamplesPerImage
from vae_core.algorithms.weighing import RateSettings
from vae_core.inference import sampled_rate
from vae_core.models import VAE, DiagonalGaussian
from vae_core.models.posteriors import diagonal
from vae_core.options import Choice


class ScoreFunctionSettings(RateSettings):
    """What the score-function gradient may be told.

    Attributes:
        baseline: what the signal is held against (see ``baselines``).
        estimator: ``b`` takes the gradient of the rate in closed form, ``a`` samples it too.
        samples_per_image: L, draws of z for each image.
        beta: weight of the rate in the objective; 1 is the ELBO.
    """

    name: ClassVar[str] = "score-function"
    label: ClassVar[str] = "Score function (REINFORCE)"
    look_for: ClassVar[str] = (
        "Without a baseline the noise drowns the signal at first and the rate runs wild; with one "
        "it gets further."
    )
    order: ClassVar[int] = 4
    needs_diagonal: ClassVar[bool] = True

    baseline: Annotated[
        str,
        Choice({name: way.label for name, way in BASELINES.items()}),
        Field(
            title="Baseline",
            description="Taken from the signal to calm it; it leaves the mean alone. The last two "
            "need at least two samples per image.",
        ),
    ] = "none"
    estimator: Annotated[
        str,
        Choice({"b": "B: rate in closed form", "a": "A: rate sampled too"}),
        Field(title="Estimator", description="Equations 6 and 7 of the paper."),
    ] = "b"
    samples_per_image: SamplesPerImage = 1

    @model_validator(mode="after")
    def _enough_to_compare(self) -> "ScoreFunctionSettings":
        if BASELINES[self.baseline].compares and self.samples_per_image < 2:
            raise ValueError(
                f"the baseline {self.baseline} compares the samples of an image with one another: "
                "give at least 2 samples per image"
            )
        return self

    def make(self, vae: VAE, generator: Generator) -> "ScoreFunction":
        """The score-function gradient itself."""
        return ScoreFunction(vae, self, generator)

    @property
    def decoder_passes(self) -> int:
        """L."""
        return self.samples_per_image


class ScoreFunction(Learner):
    """AEVB's bound, with the naive gradient in phi that section 2.2 of the paper warns of.

        ∇_phi E_q[f] = E_q[ (f(z) − b) ∇_phi log q_phi(z|x) ]

        a:  f = log p(x|z) − beta (log q(z|x) − log p(z))
        b:  f = log p(x|z), and ∇_phi beta KL(q(z|x) || p(z)) in closed form: a fairer competitor

    averaged over L samples of each image; b is the baseline (see ``baselines``). The gradient in
    theta is AEVB's own.
    """

    def __init__(self, vae: VAE, settings: ScoreFunctionSettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.beta = settings.beta
        self._samples = settings.samples_per_image
        self._closed_form = settings.estimator == "b"
        self._baseline = make_baseline(settings.baseline, vae.architecture.pixels, generator)

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        size, count = len(batch.x), self._samples
        posterior = diagonal(self._vae.encode(batch.x))
        with torch.no_grad():
            each = posterior.repeat(count)
            z = each.rsample(self._generator)
        x = batch.x.repeat(count, *[1] * (batch.x.ndim - 1))
        log_likelihood = self._vae.decode(z).log_prob(x)
        rate = posterior.kl().sum(0)
        distortion = -log_likelihood.sum() / count
        with torch.no_grad():
            f = log_likelihood
            if not self._closed_form:
                f = f - self.beta * sampled_rate(each, z).sum(1)
            # ∇ log q(z|x) in (mu, logvar), [L, B, 2J]
            scores = local_scores(each, z).view(count, size, -1)
            signal = self._baseline.signal(batch.x, f.view(count, size), scores)
            # ∇ E_q[f] in (mu, logvar), [B, 2J]
            ascent = (signal.weights * scores).mean(0)
        self.phi_divisor = signal.scale
        # Has the gradient −∇ E_q[f] in phi; its value means nothing.
        surrogate = -(torch.cat([posterior.mu, posterior.logvar], 1) * ascent).sum()
        if self._closed_form:
            surrogate = surrogate + self.beta / signal.scale * rate.sum()
        loss = (distortion + surrogate) / size
        return loss, bound_seen(rate.detach(), distortion.detach(), size)

    def state_dict(self) -> dict[str, Tensor]:
        """The optimiser's state, and the baseline's."""
        baseline = self._baseline.state_dict()
        return super().state_dict() | {f"baseline.{k}": v for k, v in baseline.items()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take both back. KeyError if something is missing."""
        super().load_state_dict(state)
        names = self._baseline.state_dict()
        self._baseline.load_state_dict({name: state[f"baseline.{name}"] for name in names})


def local_scores(posterior: DiagonalGaussian, z: Tensor) -> Tensor:
    """∂ log q(z|x) / ∂(mu, logvar) = (eps / s, ½ (eps² − 1)) with eps = (z − mu) / s. [B, 2J]."""
    inverse = torch.exp(-0.5 * posterior.logvar)
    eps = (z - posterior.mu) * inverse
    return torch.cat([eps * inverse, 0.5 * (eps**2 - 1)], 1)
