"""AEVB with a prior that is learned with the two networks, and no more the standard normal."""

from typing import Annotated, ClassVar, cast

from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult
from vae_core.algorithms.learner import Learner
from vae_core.algorithms.weighing import RateSettings
from vae_core.models import VAE
from vae_core.models.learned_prior import (
    Components,
    DenoiserWidth,
    LearnedPriorVAE,
    PriorCouplings,
    PseudoInputs,
)
from vae_core.models.model import Model
from vae_core.models.priors import PRIORS
from vae_core.options import Choice
from vae_core.quantities import DISTORTION, ELBO, RATE_BY_DRAWS, Quantity


class LearnedPriorSettings(RateSettings):
    """What it may be told.

    Attributes:
        prior: one of ``PRIORS``.
        mixture_components, pseudo_inputs, prior_couplings, denoiser_width: of the kinds that have
            them.
    """

    name: ClassVar[str] = "learned-prior"
    label: ClassVar[str] = "AEVB with a learned prior"
    look_for: ClassVar[str] = (
        "The prior goes where the codes are, so fewer samples come from places that no image has. "
        "The rate falls by what the codes were away from N(0, I); drawings get no sharper."
    )
    order: ClassVar[int] = 11
    trains: ClassVar[type[Model]] = LearnedPriorVAE
    reports: ClassVar[tuple[Quantity, ...]] = (ELBO, RATE_BY_DRAWS, DISTORTION)

    prior: Annotated[
        str,
        Choice(lambda: {name: kind.label for name, kind in PRIORS.items()}),
        Field(title="Prior", description="What p(z) is made of."),
    ] = "vamp"
    mixture_components: Components = 100
    pseudo_inputs: PseudoInputs = 100
    prior_couplings: PriorCouplings = 6
    denoiser_width: DenoiserWidth = 256

    def make(self, model: LearnedPriorVAE, generator: Generator) -> "LearnedPrior":
        """The learner itself."""
        return LearnedPrior(model, self, generator)


class LearnedPrior(Learner):
    """Joint steps on both networks and the prior, along one draw z ~ q(z|x) of each image.

        distortion + beta · rate,   rate = log q(z|x) − log p(z),   z = g(eps)

    Beside them descends what a prior learns by a regression of its own on the codes, which passes
    no gradient to the networks. The weights' prior is of the networks alone.
    """

    def __init__(
        self, model: LearnedPriorVAE, settings: LearnedPriorSettings, generator: Generator
    ) -> None:
        # Of a VAE all learners want two networks, which this has too.
        super().__init__(cast("VAE", model), settings, generator)
        self.beta = settings.beta
        self._model = model
        self._decayed -= {id(p) for p in model.prior.parameters()}

    def step(self, batch: Batch) -> StepResult:
        """One minibatch; afterwards the prior's parameters are where they may be."""
        self._model.prior.begin(batch.x)
        result = super().step(batch)
        self._model.prior.settle()
        return result

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        drawn = self._model.draw_bound(batch.x, self._generator)
        loss = (drawn.distortion + self.beta * drawn.rate).mean()
        beside = self._model.prior.regression(drawn.z.detach(), self._generator)
        sums = {
            RATE_BY_DRAWS.name: drawn.rate.detach().sum(),
            DISTORTION.name: drawn.distortion.detach().sum(),
        }
        return loss + beside, StepResult(sums, len(batch.x))
