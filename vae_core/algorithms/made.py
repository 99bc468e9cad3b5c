"""Maximum likelihood of MADE, in one order a step."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.density_ascent import (
    DensityAscent,
    DensityAscentSettings,
    WeightDecay,
)
from vae_core.algorithms.schedules import RateSchedule
from vae_core.algorithms.settings import LearningRate
from vae_core.models import Model
from vae_core.models.made import MADE, MaskedInputs, Orders, Widths
from vae_core.options import Choice


class MADESettings(DensityAscentSettings):
    """What it may be told.

    Attributes:
        masked_widths, orders, masked_inputs: of its model (see ``models.made``).
    """

    name: ClassVar[str] = "made"
    label: ClassVar[str] = "MADE, a masked autoencoder"
    look_for: ClassVar[str] = (
        "log p(x) itself climbs, not a bound. There is no code to walk, only samples, drawn pixel "
        "by pixel."
    )
    order: ClassVar[int] = 40
    trains: ClassVar[type[Model]] = MADE
    formerly: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"masked_inputs": "plain", "weight_decay": 0.0}
    )

    learning_rate: LearningRate = 1e-2
    learning_rate_schedule: RateSchedule = "cosine"
    weight_decay: WeightDecay = 0.1
    masked_widths: Annotated[
        Widths,
        Field(
            title="Widths of the masked layers",
            description="One number a hidden layer. For example 2000.",
            json_schema_extra={"symbol": "2000[,1000…]"},
        ),
    ] = (2000,)
    orders: Annotated[
        Orders,
        Field(
            title="Orders",
            description="Ways to read an image that it learns, one a step; the model is their "
            "mixture.",
            json_schema_extra={"symbol": "K"},
        ),
    ] = 1
    masked_inputs: Annotated[
        MaskedInputs,
        Choice({"centred": "pixels less their mean", "plain": "pixels as they are"}),
        Field(
            title="Inputs",
            description="Less their mean in the first batch they teach the same far sooner.",
        ),
    ] = "centred"

    def make(self, model: Any, generator: Generator, /) -> "MADEAscent":  # noqa: ANN401
        """The ascent in one order a step."""
        return MADEAscent(model, self, generator)


class MADEAscent(DensityAscent):
    """Steps up log p(x | order k), with k drawn for each minibatch.

    What is reported is that of the order drawn: a mean of it is below log p(x) of the mixture. The
    first batch says what pixels are in the mean, where the model reads them less that.
    """

    _model: MADE

    def _log_prob(self, x: Tensor) -> Tensor:
        if self._model.wants_centre:
            self._model.centre(x)
        orders = self._model.architecture.orders
        order = int(torch.randint(orders, (), generator=self._generator)) if orders > 1 else 0
        return self._model.log_prob_in(x, order)
