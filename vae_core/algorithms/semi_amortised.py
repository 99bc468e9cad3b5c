"""Semi-amortised inference: the encoder makes a start, and each visit improves it for theta."""

from typing import Annotated, ClassVar

from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.svi import STEP_SIZE
from vae_core.algorithms.weighing import RateSettings
from vae_core.inference.mean_field import fit_mean_field
from vae_core.models import VAE
from vae_core.models.posteriors import diagonal


class SemiAmortisedSettings(RateSettings):
    """What semi-amortised inference may be told.

    Attributes:
        refining_steps: T, steps from the encoder's q(z|x) on each visited image's own.
        beta: weight of the rate, in these steps and for the encoder; 1 is the ELBO.
    """

    name: ClassVar[str] = "semi-amortised"
    label: ClassVar[str] = "Semi-amortised, more steps"
    look_for: ClassVar[str] = (
        "The decoder learns from codes that are better than the encoder's: log p(x) rises though "
        "the bound that is drawn, the encoder's own, may not."
    )
    order: ClassVar[int] = 12
    needs_diagonal: ClassVar[bool] = True

    refining_steps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            title="Refining steps",
            description="From the encoder's code, for the decoder to learn from. Each counts as an "
            "image evaluated.",
            json_schema_extra={"symbol": "T"},
        ),
    ] = 5

    def make(self, vae: VAE, generator: Generator) -> "SemiAmortised":
        """Semi-amortised inference itself."""
        return SemiAmortised(vae, self, generator)

    @property
    def samples_per_visit(self) -> int:
        """T, one for theta and one for phi."""
        return self.refining_steps + 2


class SemiAmortised(Learner):
    """Theta learns at a code that T steps have improved, phi at the code that it gives itself.

        q_0 = q_phi(z|x),  q_T = T steps from q_0 up  E_q[log p(x|z)] − beta KL(q || p(z))
        theta ascends  log p_theta(x|z_T),                               z_T ~ q_T held fixed
        phi ascends    log p_theta(x|z_0) − beta KL(q_0 || p(z)),        z_0 ~ q_0

    So each network has the gradient of a bound: theta of the tighter one at q_T, phi of its own.
    Krishnan, Liang & Hoffman (2018) train so; Kim et al. (2018) also pass the gradient in phi
    through the steps, which costs second derivatives. Reported is the encoder's bound, for the
    encoder is what meets new images.
    """

    def __init__(self, vae: VAE, settings: SemiAmortisedSettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.beta = settings.beta
        self._steps = settings.refining_steps

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        q, size = diagonal(self._vae.encode(batch.x)), len(batch.x)
        refined = fit_mean_field(
            self._vae,
            batch.x,
            q,
            steps=self._steps,
            step_size=STEP_SIZE,
            generator=self._generator,
            beta=self.beta,
        )
        for_theta = -self._vae.decode(refined.rsample(self._generator)).total_log_prob(batch.x)
        rate, distortion = q.kl().sum(0), self._distortion_at(q.rsample(self._generator), batch.x)
        for_phi = distortion + self.beta * rate.sum()
        seen = bound_seen(rate.detach(), distortion.detach(), (self._steps + 2) * size)
        return (for_theta + for_phi) / size, seen

    def _distortion_at(self, z: Tensor, x: Tensor) -> Tensor:
        """−log p_theta(x|z) in nats, whose gradient passes z alone. []."""
        theta = list(self._vae.decoder.parameters())
        learn = [each.requires_grad for each in theta]
        for each in theta:
            each.requires_grad_(False)
        distortion = -self._vae.decode(z).total_log_prob(x)
        for each, does in zip(theta, learn, strict=True):
            each.requires_grad_(does)
        return distortion
