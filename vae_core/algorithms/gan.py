"""The adversarial game of R3GAN (Huang, Gokaslan, Kuleshov & Tompkin 2024, arXiv 2501.05441).

D is to score real images above made ones, pair by pair, and G is to undo that. With the margin
m = D(x) − D(G(z)) of a pair

    D descends  E ln(1 + e^−m) + γ/2 · (R1 + R2),    G descends  E ln(1 + e^m)

R1 = E‖∇D(x)‖² and R2 = E‖∇D(G(z))‖² let the game converge where it would circle (Mescheder, Geiger
& Nowozin 2018), and the pairs leave no gain in dropping a mode (Sun, Fang & Schwing 2020).

Both networks step at once, as in the analysis of convergence, and not in turns as in the authors'
code: then the gradient that R2 needs, ∇D(G(z)), is the one that G's step needs too, and a step
costs about half.
"""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor
from torch.nn.functional import softplus
from torch.nn.utils import get_total_norm

from vae_core.algorithms.adam import Adam
from vae_core.algorithms.averaging import Averaging, MovingMean
from vae_core.algorithms.base import Batch, StepResult
from vae_core.algorithms.schedules import RateSchedule
from vae_core.algorithms.settings import Settings
from vae_core.models.gan import FirstChannels, Gan, NoiseDim
from vae_core.models.model import Model
from vae_core.quantities import Means, Quantity

_PAIR = "nats per pair of images"
_SLOPES = "squared nats per squared grey level"
_WEIGHT, _GENERATOR, _DISCRIMINATOR, _STEPS = "weight.", "generator.", "discriminator.", "averaged"


def _divergence(means: Means) -> float:
    return math.log(2) - float(means[DISCRIMINATOR_OBJECTIVE.name])


def _generator_objective(means: Means) -> float:
    # ln(1 + e^m) = m + ln(1 + e^−m)
    return float(means[MARGIN.name]) + float(means[DISCRIMINATOR_OBJECTIVE.name])


DIVERGENCE = Quantity(
    name="adversarial_divergence",
    label="divergence, as D sees it",
    noun="adversarial divergence",
    meaning="how surely the discriminator tells made images from real ones: ln 2 − E ln(1 + e^−m), "
    "0 where it cannot and 0.69 where it always can; a discriminator that has not learned yet "
    "cannot either",
    unit=_PAIR,
    better="lower",
    comparable_with="relativistic divergence",
    question="How far made images are from real ones, as the discriminator sees it",
    answer="The discriminator tells them apart by {value} nats of at most 0.69",
    surplus="The discriminator tells them apart by {value} nats: worse than by chance",
    made_of=_divergence,
)
GENERATOR_OBJECTIVE = Quantity(
    name="generator_objective",
    label="generator's objective",
    noun="generator's objective",
    meaning="what the generator descends, E ln(1 + e^m); 0.69 where neither player leads",
    unit=_PAIR,
    better="lower",
    comparable_with="relativistic objective of a generator",
    question="What the generator descends",
    answer="The generator's objective: {value} nats",
    made_of=_generator_objective,
)
MARGIN = Quantity(
    name="margin",
    label="margin",
    noun="margin of real images",
    meaning="how much more real a real image seems to the discriminator than a made one, "
    "m = D(x) − D(G(z)), in nats of log-odds",
    unit=_PAIR,
    better="lower",
    comparable_with="margin of log-odds",
    question="How much more real a real image seems than a made one",
    answer="Real images lead by {value} nats of log-odds",
    surplus="Made images lead: {value} nats of log-odds",
)
DISCRIMINATOR_OBJECTIVE = Quantity(
    name="discriminator_objective",
    label="discriminator's objective",
    noun="discriminator's objective",
    meaning="what the discriminator descends beside its penalties, E ln(1 + e^−m); 0.69 where "
    "neither player leads",
    unit=_PAIR,
    better="lower",
    comparable_with="relativistic objective of a discriminator",
    question="What the discriminator descends",
    answer="The discriminator's objective: {value} nats",
)
R1 = Quantity(
    name="r1",
    label="R1",
    noun="slope of the score at real images",
    meaning="E‖∇D(x)‖², which training keeps small: the steepness of the discriminator's score",
    unit=_SLOPES,
    better="lower",
    comparable_with="squared slope of a score",
    question="How steep the score is at real images",
    answer="The score at real images has the squared slope {value}",
)
R2 = Quantity(
    name="r2",
    label="R2",
    noun="slope of the score at made images",
    meaning="E‖∇D(G(z))‖², which training keeps small: the steepness of the discriminator's score",
    unit=_SLOPES,
    better="lower",
    comparable_with="squared slope of a score",
    question="How steep the score is at made images",
    answer="The score at made images has the squared slope {value}",
)


class GanSettings(Settings):
    """What it may be told.

    Attributes:
        noise_dim, first_channels: of the networks (``GanArchitecture``).
        penalty: γ, the weight of R1 and R2, for pixels in [0, 1].
        adam_beta1, adam_beta2: what Adam's moving means keep of themselves, of both networks.
        averaging: what the generator that makes images keeps of itself at a step.
    """

    name: ClassVar[str] = "gan"
    label: ClassVar[str] = "Adversarial game (GAN)"
    look_for: ClassVar[str] = (
        "Watch the samples: the curves say how the game between the two networks stands, and not "
        "how good the images are. A divergence that falls while R1 and R2 stay small is a healthy "
        "game; samples that all look alike are a lost one."
    )
    # It has no encoder, and nothing that is measured of validation images could choose a step.
    amortised: ClassVar[bool] = False
    order: ClassVar[int] = 60
    trains: ClassVar[type[Model]] = Gan
    reports: ClassVar[tuple[Quantity, ...]] = (
        DIVERGENCE,
        GENERATOR_OBJECTIVE,
        MARGIN,
        DISCRIMINATOR_OBJECTIVE,
        R1,
        R2,
    )

    learning_rate_schedule: RateSchedule = "cosine"
    noise_dim: NoiseDim = 64
    first_channels: FirstChannels = 32
    penalty: Annotated[
        float,
        Field(
            ge=0,
            le=1000,
            allow_inf_nan=False,
            title="Weight of the penalties",
            description="On the squared slopes of the discriminator's score at real and at made "
            "images. More is calmer and blurs; without any the game may circle.",
            json_schema_extra={"symbol": "GAMMA"},
        ),
    ] = 1.0
    adam_beta1: Annotated[
        float,
        Field(
            ge=0,
            lt=1,
            title="Adam's beta 1",
            description="What the mean of gradients keeps of itself at a step. In a game momentum "
            "drives in circles: zero is usual.",
        ),
    ] = 0.0
    adam_beta2: Annotated[
        float,
        Field(
            ge=0,
            lt=1,
            title="Adam's beta 2",
            description="What the mean of squared gradients keeps of itself at a step.",
        ),
    ] = 0.99
    averaging: Averaging = 0.999

    def make(self, model: Gan, generator: Generator, /) -> "AdversarialGame":
        """The game itself."""
        return AdversarialGame(model, self, generator)


class AdversarialGame:
    """A step of both networks on each minibatch.

    The model is given the moving mean of the generator, with which it makes images; the generator
    that plays is kept here. The discriminator is the model's own.

    Attributes:
        beta: there is no rate to weigh.
        reports: as its settings say.
    """

    beta: float = 1.0

    def __init__(self, model: Gan, settings: GanSettings, generator: Generator) -> None:
        self.reports = settings.reports
        self._model, self._generator = model, generator
        self._penalty = settings.penalty
        self._mean = MovingMean(settings.averaging)
        self._playing = copy.deepcopy(model.generator)
        self._made_by = list(self._playing.parameters())
        self._judged_by = list(model.discriminator.parameters())
        betas = (settings.adam_beta1, settings.adam_beta2)
        self._optimizers = {
            _GENERATOR: Adam(self._made_by, settings.learning_rate, betas),
            _DISCRIMINATOR: Adam(self._judged_by, settings.learning_rate, betas),
        }

    @property
    def learning_rate(self) -> float:
        """Adam's step size, of both networks."""
        return self._optimizers[_GENERATOR].learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        for optimizer in self._optimizers.values():
            optimizer.learning_rate = value

    def step(self, batch: Batch) -> StepResult:
        """One update of both networks, each against the other as it was before."""
        if not self._mean.steps:  # a clone's weights have come since this was made
            self._playing.load_state_dict(self._model.generator.state_dict())
        count = len(batch.x)
        z = self._model.sample_latents(count, self._generator)
        made = self._playing(z)
        seen = judge(self._model.discriminator, batch.x, made.detach())
        loss = softplus(-seen.margin).mean()
        loss = loss + self._penalty / 2 * (seen.r1.mean() + seen.r2.mean())
        for parameter in (*self._made_by, *self._judged_by):
            parameter.grad = None
        loss.backward(inputs=self._judged_by)
        margin = seen.margin.detach()
        # d/dG(z) of the mean of ln(1 + e^m): the chain rule by hand, from the slope that R2 has.
        pull = (margin.sigmoid() / -count)[:, None, None, None] * seen.slope_at_made.detach()
        made.backward(pull)
        for optimizer in self._optimizers.values():
            optimizer.step(count)
        self._mean.follow(list(self._model.generator.parameters()), self._made_by)
        sums = {
            MARGIN.name: margin.sum(),
            DISCRIMINATOR_OBJECTIVE.name: softplus(-margin).sum(),
            R1.name: seen.r1.detach().sum(),
            R2.name: seen.r2.detach().sum(),
        }
        return StepResult(sums, count)

    def gradient_norm(self) -> float:
        """Of the last gradients of both networks together; 0 before there are any."""
        gradients = [p.grad for p in (*self._made_by, *self._judged_by) if p.grad is not None]
        return float(get_total_norm(gradients)) if gradients else 0.0

    def state_dict(self) -> dict[str, Tensor]:
        """The generator that plays, Adam's moments of both, and how far the mean has come."""
        weights = {f"{_WEIGHT}{n}": each.detach() for n, each in enumerate(self._made_by)}
        moments = {
            f"{player}{name}": tensor
            for player, optimizer in self._optimizers.items()
            for name, tensor in optimizer.state_dict().items()
        }
        return weights | moments | {_STEPS: torch.tensor(self._mean.steps)}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take them back. KeyError if one is missing."""
        for number, weight in enumerate(self._made_by):
            weight.copy_(state[f"{_WEIGHT}{number}"])
        for player, optimizer in self._optimizers.items():
            known = optimizer.state_dict()
            optimizer.load_state_dict({name: state[f"{player}{name}"] for name in known})
        self._mean.steps = int(state[_STEPS])


@dataclass(frozen=True, eq=False)
class Judged:
    """What a discriminator D says of as many real images as made ones, pair by pair.

    Attributes:
        margin: m = D(x) − D(G(z)). [B]
        r1, r2: the squared length of the gradient of D at each real and each made image. [B]
        slope_at_made: that gradient at the made images. [B, C, H, W]
    """

    margin: Tensor
    r1: Tensor
    r2: Tensor
    slope_at_made: Tensor


def judge(discriminator: Callable[[Tensor], Tensor], real: Tensor, made: Tensor) -> Judged:
    """Scores and their slopes in one pass, to be differentiated in the discriminator's weights.

    Args:
        discriminator: images [B, C, H, W] → scores [B]. Nothing of one image may enter another's
            score, so that the gradient of their sum has each one's.
        real, made: images [B, C, H, W] without gradients.
    """
    x = torch.cat([real, made]).requires_grad_()
    scores = discriminator(x)
    (slopes,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    real_score, made_score = scores.chunk(2)
    r1, r2 = slopes.square().flatten(1).sum(1).chunk(2)
    return Judged(real_score - made_score, r1, r2, slopes.chunk(2)[1])
