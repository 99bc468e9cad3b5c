"""Rectified flow, or flow matching: a network learns which way noise becomes an image."""

from typing import ClassVar

from vae_core.algorithms.denoising import DenoisingSettings
from vae_core.models.diffusion import SamplingSteps
from vae_core.models.model import Model
from vae_core.models.rectified_flow import VELOCITY_ERROR, RectifiedFlow
from vae_core.quantities import Quantity


class RectifiedFlowSettings(DenoisingSettings):
    """What it may be told.

    Attributes:
        sampling_steps: of Heun's method: two passes of the network each, and one for the last.
    """

    name: ClassVar[str] = "rectified-flow"
    label: ClassVar[str] = "Rectified flow"
    look_for: ClassVar[str] = (
        "The error falls fast and then creeps: most of what is left no network can know. Images go "
        "on getting better while it hardly moves."
    )
    order: ClassVar[int] = 71
    trains: ClassVar[type[Model]] = RectifiedFlow
    reports: ClassVar[tuple[Quantity, ...]] = (VELOCITY_ERROR,)

    sampling_steps: SamplingSteps = 25
