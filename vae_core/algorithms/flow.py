"""Maximum likelihood of a normalizing flow on dequantised pixels."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.density_ascent import DensityAscent, DensityAscentSettings
from vae_core.algorithms.schedules import RateSchedule
from vae_core.algorithms.settings import LearningRate
from vae_core.models import Model
from vae_core.models.couplings import COUPLINGS, AffineCoupling, SplineCoupling
from vae_core.models.flow import FREQUENCY_WIDTH, Flow
from vae_core.models.level_maps import LEVEL_MAPS, Bells, Logit
from vae_core.options import Choice
from vae_core.quantities import BITS_PER_DIM, LOG_PROB, Quantity, bits_per_dim


class FlowSettings(DensityAscentSettings):
    """What a flow may be told.

    Attributes:
        coupling: ``affine`` as in RealNVP, or ``spline``, rational-quadratic.
        couplings: how many follow one another among neighbouring pixels.
        coupling_width: channels of the convolutions in each.
        global_width: units in each that see the whole image.
        bins: of a spline.
        frequency_couplings: how many follow those, among the waves of the whole image.
        frequency_width: units of the networks in each.
        modes: Gaussians that the noise of slow waves is a mixture of.
        level_map: how a level becomes a number that couplings move (see ``models.level_maps``).
    """

    name: ClassVar[str] = "flow"
    label: ClassVar[str] = "Normalizing flow"
    look_for: ClassVar[str] = (
        "log p(x) is exact here, and no bound. Most of it is won early, where pixels are always "
        "dark; the strokes of samples join up long after."
    )
    order: ClassVar[int] = 50
    trains: ClassVar[type[Model]] = Flow
    reports: ClassVar[tuple[Quantity, ...]] = (LOG_PROB, BITS_PER_DIM)
    formerly: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"frequency_couplings": 0, "level_map": Logit.name}
    )

    learning_rate: LearningRate = 2e-3
    learning_rate_schedule: RateSchedule = "cosine"
    coupling: Annotated[
        str,
        Choice({name: kind.label for name, kind in COUPLINGS.items()}),
        Field(
            title="Coupling",
            description="How half of the pixels are moved, given the other half.",
        ),
    ] = AffineCoupling.name
    couplings: Annotated[
        int,
        Field(
            ge=1,
            le=64,
            title="Couplings",
            description="How many follow one another among neighbouring pixels; each moves what "
            "the one before kept.",
        ),
    ] = 4
    coupling_width: Annotated[
        int,
        Field(
            ge=1,
            le=1024,
            title="Channels of a coupling",
            description="Of its convolutions, which see neighbouring pixels.",
        ),
    ] = 64
    global_width: Annotated[
        int,
        Field(
            ge=1,
            le=4096,
            title="Global units",
            description="Of a layer in each coupling that sees the whole image at once.",
        ),
    ] = 128
    bins: Annotated[
        int,
        Field(
            ge=2,
            le=64,
            title="Bins",
            description="Of each spline.",
            json_schema_extra={"needs": ["coupling", SplineCoupling.name]},
        ),
    ] = 5
    frequency_couplings: Annotated[
        int,
        Field(
            ge=0,
            le=64,
            title="Couplings among waves",
            description="That follow, among the slow and fast waves of the whole image: they say "
            "what it is, the others how its strokes run. 0 leaves them out.",
        ),
    ] = 8
    frequency_width: Annotated[
        int,
        Field(
            ge=1,
            le=4096,
            title="Units of a coupling among waves",
            description="Of the layers in each.",
            json_schema_extra={"needs": ["frequency_couplings"]},
        ),
    ] = FREQUENCY_WIDTH
    modes: Annotated[
        int,
        Field(
            ge=0,
            le=1024,
            title="Modes",
            description="Gaussians that the noise of the slow waves is a mixture of: sorts of "
            "images that nobody names. 0 leaves it one.",
            json_schema_extra={"symbol": "K", "needs": ["frequency_couplings"]},
        ),
    ] = 64
    level_map: Annotated[
        str,
        Choice({name: kind.label for name, kind in LEVEL_MAPS.items()}),
        Field(
            title="Levels become",
            description="What couplings move. Black and ink are two bells, or lie far apart.",
        ),
    ] = Bells.name

    def make(self, model: Flow, generator: Generator) -> "FlowAscent":
        """The ascent itself."""
        return FlowAscent(model, self, generator)


class FlowAscent(DensityAscent):
    """Steps up E_u log p((v + u)/256), with noise u drawn anew at every visit.

    The first batch standardises what the couplings read.
    """

    _model: Flow

    def _log_prob(self, x: Tensor) -> Tensor:
        spread = self._model.dequantised(x, self._generator)
        if not self._model.standardised:
            self._model.standardise(spread, self._generator)
        return self._model.log_prob(spread)

    def _sums(self, x: Tensor, log_prob: Tensor) -> Mapping[str, Tensor]:
        bits = bits_per_dim(log_prob, x[0].numel())
        return {LOG_PROB.name: log_prob.sum(), BITS_PER_DIM.name: bits.sum()}
