"""FactorVAE: a second network judges whether dimensions hang together (Kim & Mnih 2018)."""

from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor, nn
from torch.nn import functional

from vae_core.algorithms.adam import Adam
from vae_core.algorithms.base import Batch, StepResult
from vae_core.algorithms.penalised import PenalisedLearner, PenalisedSettings
from vae_core.algorithms.schedules import Progress
from vae_core.models import VAE, Posterior

_SLOPE = 0.2  # of the leaky rectifiers
_BETAS = (0.5, 0.9)  # of the discriminator's Adam
_JUDGE, _ADAM = "discriminator.", "discriminator-adam."  # in saved states


class FactorVAESettings(PenalisedSettings):
    """What FactorVAE may be told.

    Attributes:
        gamma: weight of the total correlation, which is added to the bound's own.
        discriminator_layers: hidden layers of the network that judges.
        discriminator_width: of each; the authors have six of a thousand.
        discriminator_rate: its step size.
    """

    name: ClassVar[str] = "factor-vae"
    label: ClassVar[str] = "FactorVAE, total correlation judged"
    look_for: ClassVar[str] = (
        "A second network learns to tell codes from codes whose dimensions were dealt anew; the "
        "encoder learns to leave it at a loss."
    )
    order: ClassVar[int] = 9

    gamma: Annotated[
        float,
        Field(
            ge=0,
            le=1000,
            allow_inf_nan=False,
            title="Gamma",
            description="Weight of the total correlation, beside the whole rate. 0 is the bound.",
            json_schema_extra={"changeable": True},
        ),
    ] = 10.0
    discriminator_layers: Annotated[
        int, Field(ge=1, le=10, title="Layers of the discriminator")
    ] = 5
    discriminator_width: Annotated[
        int, Field(ge=1, le=4096, title="Width of the discriminator")
    ] = 200
    discriminator_rate: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            allow_inf_nan=False,
            title="Learning rate of the discriminator",
            json_schema_extra={"symbol": "X"},
        ),
    ] = 1e-4

    def at(self, progress: Progress) -> dict[str, float]:
        """As of all, and the weight of its own."""
        return super().at(progress) | {"gamma": self.gamma}

    def make(self, vae: VAE, generator: Generator) -> "FactorVAE":
        """FactorVAE itself."""
        return FactorVAE(vae, self, generator)


class FactorVAE(PenalisedLearner):
    """Joint gradient steps on the bound less gamma · TC, TC told by a discriminator.

        TC = KL(q(z) || Π_j q(z_j)) ≈ E_q(z)[log D(z) − log(1 − D(z))]

    D(z) is its probability that z is of q(z) and not of Π_j q(z_j): of codes whose every dimension
    comes from another image. Once the model has stepped, D does: by one half of the batch as it is
    and by the other dealt anew, so that no code is on both sides.
    """

    def __init__(self, vae: VAE, settings: FactorVAESettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.gamma = settings.gamma
        dims = vae.architecture.latent_dim
        self._judge = discriminator(
            dims, settings.discriminator_layers, settings.discriminator_width, generator
        )
        self._adam = Adam(list(self._judge.parameters()), settings.discriminator_rate, _BETAS)
        self._codes = torch.empty(0, dims)

    def step(self, batch: Batch) -> StepResult:
        """One minibatch for the model, and its codes for the discriminator."""
        result = super().step(batch)
        self._learn_to_judge()
        return result

    def state_dict(self) -> dict[str, Tensor]:
        """As of all learners, and the discriminator with its optimiser."""
        return {
            **super().state_dict(),
            **{f"{_JUDGE}{name}": value for name, value in self._judge.state_dict().items()},
            **{f"{_ADAM}{name}": value for name, value in self._adam.state_dict().items()},
        }

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take it back. KeyError if something is missing."""
        super().load_state_dict(state)
        names = self._judge.state_dict()
        self._judge.load_state_dict({name: state[f"{_JUDGE}{name}"] for name in names})
        moments = self._adam.state_dict()
        self._adam.load_state_dict({name: state[f"{_ADAM}{name}"] for name in moments})

    def _penalty(self, posterior: Posterior, z: Tensor, batch: Batch) -> Tensor:
        self._codes = z.detach()
        return self.gamma * self._judge(z).mean()

    def _learn_to_judge(self) -> None:
        joint, dealt = self._codes.tensor_split(2)
        if len(joint) == 0 or len(dealt) == 0:
            return  # a batch of one has no other half
        told = self._judge(torch.cat([joint, dealt_anew(dealt, self._generator)]))[:, 0]
        truth = torch.cat([torch.ones(len(joint)), torch.zeros(len(dealt))])
        weight = torch.where(truth > 0, 0.5 / len(joint), 0.5 / len(dealt))
        loss = functional.binary_cross_entropy_with_logits(told, truth, weight, reduction="sum")
        self._judge.zero_grad(set_to_none=True)
        loss.backward()
        self._adam.step(len(self._codes))


def discriminator(dims: int, layers: int, width: int, generator: Generator) -> nn.Sequential:
    """A network from z [B, J] to the log-odds [B, 1] that it is of q(z)."""
    stack: list[nn.Module] = []
    for number in range(layers):
        stack += [nn.Linear(dims if number == 0 else width, width), nn.LeakyReLU(_SLOPE)]
    last = nn.Linear(width, 1)
    for layer in (*stack, last):
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, _SLOPE, generator=generator)
            nn.init.zeros_(layer.bias)
    # It begins undecided: the encoder is not to run from what a network of chance makes of codes.
    nn.init.zeros_(last.weight)
    return nn.Sequential(*stack, last)


def dealt_anew(z: Tensor, generator: Generator) -> Tensor:
    """Each dimension dealt to other images, by itself: a draw of Π_j q(z_j). [B, J]."""
    orders = torch.rand(z.shape, generator=generator).argsort(0)
    return z.gather(0, orders)
