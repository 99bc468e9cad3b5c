"""Maximum likelihood of a PixelCNN."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field

from vae_core.algorithms.density_ascent import DensityAscentSettings
from vae_core.algorithms.schedules import RateSchedule
from vae_core.algorithms.settings import LearningRate
from vae_core.models import Model
from vae_core.models.architecture import Channels
from vae_core.models.pixelcnn import LayerReach, MaskedLayers, PixelCNN, PlaceMaps


class PixelCNNSettings(DensityAscentSettings):
    """What it may be told.

    Attributes:
        maps, masked_layers, layer_reach, place_maps: of its model (see ``models.pixelcnn``).
    """

    name: ClassVar[str] = "pixelcnn"
    label: ClassVar[str] = "PixelCNN, without a code"
    look_for: ClassVar[str] = (
        "log p(x) itself climbs, not a bound: strokes come first, and whole digits late. There is "
        "no code to walk, only samples."
    )
    order: ClassVar[int] = 41
    trains: ClassVar[type[Model]] = PixelCNN
    formerly: ClassVar[Mapping[str, object]] = MappingProxyType({"place_maps": 0})

    learning_rate: LearningRate = 2e-3
    learning_rate_schedule: RateSchedule = "cosine"
    maps: Annotated[
        Channels,
        Field(
            title="Maps",
            description="Numbers that each layer keeps of a pixel.",
            json_schema_extra={"symbol": "N"},
        ),
    ] = 32
    masked_layers: Annotated[
        MaskedLayers,
        Field(
            title="Masked layers",
            description="After the first, of 7 × 7. Each lets a pixel see further.",
        ),
    ] = 4
    layer_reach: Annotated[
        LayerReach,
        Field(
            title="Reach of a layer",
            description="Pixels up, and to each side, that each of them adds to what a pixel sees.",
        ),
    ] = 2
    place_maps: Annotated[
        PlaceMaps,
        Field(
            title="Numbers of a place",
            description="That each place has of its own, whatever the image: convolutions know by "
            "the border alone where they are. 0 leaves it so.",
            json_schema_extra={"symbol": "N"},
        ),
    ] = 32
