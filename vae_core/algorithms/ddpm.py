"""Denoising diffusion (DDPM, Ho et al. 2020): a network learns to tell the noise in an image."""

from typing import ClassVar

from vae_core.algorithms.denoising import DenoisingSettings
from vae_core.models.ddpm import DDPM, NOISE_ERROR, NoiseSchedule
from vae_core.models.diffusion import SamplingSteps
from vae_core.models.model import Model
from vae_core.quantities import Quantity


class DDPMSettings(DenoisingSettings):
    """What it may be told.

    Attributes:
        noise_schedule: how fast noise takes an image over.
        sampling_steps: noise levels that DDIM goes through: a pass of the network each.
    """

    name: ClassVar[str] = "ddpm"
    label: ClassVar[str] = "DDPM, denoising diffusion"
    look_for: ClassVar[str] = (
        "The error falls fast and then creeps: most of what is left is noise that nobody could "
        "tell. Images go on getting better while it hardly moves."
    )
    order: ClassVar[int] = 70
    trains: ClassVar[type[Model]] = DDPM
    reports: ClassVar[tuple[Quantity, ...]] = (NOISE_ERROR,)

    noise_schedule: NoiseSchedule = "cosine"
    sampling_steps: SamplingSteps = 25
