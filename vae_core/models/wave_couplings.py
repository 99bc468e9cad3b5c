"""Couplings among the waves of whole images: they say what an image is, and others how it is drawn.

Waves are those of the cosine transform (``Frequencies``), each scaled by a number of its own. Going
back along the flow, from noise to an image, these couplings come first: they make a draft of it.
They are affine, whatever couplings an image has passed before: waves of many pixels are nearly
Gaussian, and a spline's many numbers for each would be most of the model. For the same reason only
the slow waves of large images take part: a draft needs no more, and the networks stay small.
"""

from functools import partial

import torch
from torch import Tensor, nn

from vae_core.models.couplings import AffineCoupling, Coupling, Reader, along, back_along
from vae_core.models.frequencies import Frequencies

MOST_WAVES = 1_024  # that take part; all of an image of 32 x 32 levels of grey
_BESIDE = 15  # waves of like speed, whose powers are taken for one
_LEAST_POWER = 1e-4  # of a wave before it is scaled to 1: one batch tells little of a rare one


def wave_masks(waves: int, count: int) -> list[Tensor]:
    """Which waves each coupling among them keeps, the slowest first. ``count`` bool tensors.

    Every second mask is the complement of the one before. Between those that keep every second wave
    are some that keep the slow ones, or the fast: what an image is as a whole says what its details
    are. Patterns that would keep all of so few waves are left out.

    Args:
        waves: how many take part, 2 or more.
        count: how many.
    """
    speed = torch.arange(waves, device="cpu")
    slow, slower = max(1, 3 * waves // 8), max(1, waves // 8)
    found = (speed % 2 == 0, speed < slower, speed // 2 % 2 == 0, speed < slow)
    pairs = [half for each in found if not bool(each.all()) for half in (each, ~each)]
    return [pairs[number % len(pairs)] for number in range(count)]


class WaveConditioner(Reader):
    """Reads the waves that a coupling keeps, all of them at once: they have no neighbours.

    Args:
        inputs, outputs: numbers.
        width: units of the layers between.
    """

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, width)
        self.second = nn.Linear(width, width)
        self.last = nn.Linear(width, outputs)

    def forward(self, kept: Tensor) -> Tensor:
        """[B, inputs] → [B, outputs]."""
        read = torch.relu(self.first(kept))
        told: Tensor = self.last(read + torch.relu(self.second(read)))
        return told


class WaveCouplings(nn.Module):
    """Images as waves, and affine couplings of those, or of the ``MOST_WAVES`` slowest.

    Args:
        image_shape: (C, H, W).
        count: how many, 1 or more.
        width: of their networks.
    """

    def __init__(self, image_shape: tuple[int, int, int], count: int, width: int) -> None:
        super().__init__()
        self._frequencies = Frequencies(image_shape)
        self.log_scale = nn.Parameter(torch.zeros(image_shape).flatten())
        self._part = min(self.log_scale.numel(), MOST_WAVES)
        reader = partial(WaveConditioner, width=width)
        self.steps = nn.ModuleList(
            AffineCoupling(kept, reader, bins=0) for kept in wave_masks(self._part, count)
        )

    def couplings(self) -> list[Coupling]:
        """In the order that an image passes them in."""
        return [step for step in self.steps if isinstance(step, Coupling)]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[B, C, H, W] → what becomes of its waves [B, D], and log |det J| [B]."""
        waves = self._frequencies.waves(x) * (-self.log_scale).exp()
        moved, log_det = along(self.couplings(), waves[:, : self._part])
        whole = torch.cat([moved, waves[:, self._part :]], 1)
        return whole, log_det - self.log_scale.sum()

    def inverse(self, moved: Tensor) -> Tensor:
        """The way back. [B, D] → [B, C, H, W]."""
        slow = back_along(self.couplings(), moved[:, : self._part])
        waves = torch.cat([slow, moved[:, self._part :]], 1)
        return self._frequencies.images(waves * self.log_scale.exp())

    def standardise(self, x: Tensor) -> None:
        """Let waves of these images have a power of about 1, those of like speed together.

        [B, C, H, W].
        """
        with torch.no_grad():
            power = _smooth(self._frequencies.waves(x).square().mean(0))
            self.log_scale.copy_(0.5 * power.clamp(min=_LEAST_POWER).log())


def _smooth(power: Tensor) -> Tensor:
    """The mean over waves of like speed. [D] → [D]."""
    beside = nn.functional.avg_pool1d(
        power[None], _BESIDE, stride=1, padding=_BESIDE // 2, count_include_pad=False
    )
    return beside[0]
