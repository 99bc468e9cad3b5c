"""A normalizing flow on pixels: an image and noise of its size, each made of the other.

    log p(x) = log p(z) + log |det dz/dx|,  z = f(x)

p(z) is N(0, 1), but perhaps of a few slow waves a mixture (``WaveMixture``).
f is a map of levels, an affine map of each value by itself, couplings among neighbouring pixels,
and couplings among the waves of the whole image. All can be gone back along, so the density is
exact and a sample is one pass. It is a density on the open cube (0, 1)^D, of 8-bit images whose
levels v were spread by uniform noise: x = (v + u) / 256 (Uria, Murray & Larochelle 2013; Theis, van
den Oord & Bethge 2016).
"""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

import torch
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from torch import Generator, Tensor, nn

from vae_core.models.architecture import Side, one_of
from vae_core.models.couplings import COUPLINGS, Conditioner, Coupling, along, back_along, masks
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.level_maps import FINENESS, LEVEL_MAPS, LEVELS, Logit
from vae_core.models.model import Model
from vae_core.models.priors import standard_normal_log_prob
from vae_core.models.wave_couplings import WaveCouplings
from vae_core.models.wave_mixture import WaveMixture

FREQUENCY_WIDTH = 512  # where nobody says otherwise, and in files from before anybody could
_LARGEST_GRID = 8  # a side of squeezed images, where the side can be divided so

CouplingName = Annotated[str, AfterValidator(one_of("coupling", COUPLINGS))]
LevelMapName = Annotated[str, AfterValidator(one_of("level map", LEVEL_MAPS))]


class FlowArchitecture(BaseModel):
    """Sizes of a flow.

    Attributes:
        image_shape: (C, H, W).
        coupling: one of ``COUPLINGS``.
        couplings: how many follow one another.
        coupling_width: channels of the convolutions in each.
        global_width: units in each that see the whole image.
        bins: of a spline.
        frequency_couplings: how many follow those, among the waves of an image; none in files from
            before there were such.
        frequency_width: units of the networks in each.
        modes: Gaussians that the noise of slow waves is a mixture of, where there are couplings
            among waves; with none it is one.
        level_map: one of ``LEVEL_MAPS``; a logit in files from before there were others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: tuple[Annotated[int, Field(ge=1, le=4)], Side, Side]
    coupling: CouplingName
    couplings: Annotated[int, Field(ge=1, le=64)]
    coupling_width: Annotated[int, Field(ge=1, le=1024)]
    global_width: Annotated[int, Field(ge=1, le=4096)]
    bins: Annotated[int, Field(ge=2, le=64)]
    frequency_couplings: Annotated[int, Field(ge=0, le=64)] = 0
    frequency_width: Annotated[int, Field(ge=1, le=4096)] = FREQUENCY_WIDTH
    modes: Annotated[int, Field(ge=0, le=1024)] = 0
    level_map: LevelMapName = Logit.name


class Flow(Model):
    """Couplings on squeezed images: blocks of pixels become channels, and masks choose among them.

    What they leave may go through couplings of its waves (``WaveCouplings``).

    z has as many dimensions as the image has values.
    """

    name = "flow"
    label = "a normalizing flow"
    document = FlowArchitecture
    architecture: FlowArchitecture

    def __init__(self, architecture: FlowArchitecture) -> None:
        super().__init__(architecture)
        channels, height, width = architecture.image_shape
        self._block = block = (_divisor(height), _divisor(width))
        grid = (height // block[0], width // block[1])
        squeezed = (channels * block[0] * block[1], *grid)
        self.levels = LEVEL_MAPS[architecture.level_map]()
        self.shift = nn.Parameter(torch.zeros(squeezed))
        self.log_scale = nn.Parameter(torch.zeros(squeezed))
        kind, bins = COUPLINGS[architecture.coupling], architecture.bins
        reader = partial(
            Conditioner,
            grid=grid,
            width=architecture.coupling_width,
            global_width=architecture.global_width,
        )
        self.steps = nn.ModuleList(
            kind(kept, reader, bins)
            for kept in masks(architecture.image_shape, block, architecture.couplings)
        )
        count, width = architecture.frequency_couplings, architecture.frequency_width
        self.waves = WaveCouplings(architecture.image_shape, count, width) if count else None
        modes = architecture.modes if count else 0
        self.mixture = WaveMixture(self.shift.numel(), modes) if modes else None

    def couplings(self) -> list[Coupling]:
        """In the order that an image passes them in."""
        return [*self._among_pixels(), *(self.waves.couplings() if self.waves else ())]

    def _among_pixels(self) -> list[Coupling]:
        return [step for step in self.steps if isinstance(step, Coupling)]

    @classmethod
    def density(cls, settings: Mapping[str, object]) -> str | None:
        """Of levels that were spread by noise; of nothing else."""
        return "dequantised"

    def initialise(self, scheme: Initialisation, generator: Generator) -> "Flow":
        """Every coupling starts as a map that is the same for all images, near the identity."""
        with torch.no_grad():
            for parameter in (self.shift, self.log_scale):
                parameter.zero_()
            for step in self.couplings():
                initialise(step, scheme, generator)
                for parameter in step.conditioner.last.parameters():
                    parameter.zero_()
            if self.waves:
                self.waves.log_scale.zero_()
            if self.mixture:
                self.mixture.reset()
        return self

    def dequantised(self, x: Tensor, generator: Generator) -> Tensor:
        """x = (v + u) / 256 of images with levels v/255; u is uniform, never 0 and never 1.

        [B, C, H, W] → the same.
        """
        v = (x * (LEVELS - 1)).round()
        u = torch.randint(FINENESS, x.shape, generator=generator)
        return (v + (u + 0.5) / FINENESS) / LEVELS

    def standardise(self, x: Tensor, generator: Generator) -> None:
        """Let the values of these images have mean 0 and variance 1 before the first coupling.

        Variances are drawn half-way to that of all values: a pixel that is dark in one batch need
        not be so in the next. Once is enough; ``standardised`` tells (Kingma & Dhariwal 2018). The
        modes of a mixture begin near these images, as chance will have it.
        """
        with torch.no_grad():
            self.levels.fit(x)
            y = self._squeezed(self.levels(x)[0])
            self.shift.copy_(y.mean(0))
            variance = y.var(0, correction=0)
            self.log_scale.copy_(0.5 * (0.5 * variance + 0.5 * y.var(correction=0)).log())
            if self.waves:
                y, _ = along(self._among_pixels(), self._standard(y))
                self.waves.standardise(self._whole(y))
            if self.mixture:
                self.mixture.spread(self.code(x), generator)

    @property
    def standardised(self) -> bool:
        """Whether scales were ever set."""
        return bool(self.log_scale.any())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """f, and what it does to volumes.

        Args:
            x: in (0, 1), [B, C, H, W]; 0 and 1 are moved to the nearest that noise could give.

        Returns:
            z [B, D], log |det dz/dx| [B].
        """
        y, log_slopes = self.levels(x)
        log_det = log_slopes.flatten(1).sum(1) - self.log_scale.sum()
        y, more = along(self._among_pixels(), self._standard(self._squeezed(y)))
        log_det = log_det + more
        if self.waves:
            y, more = self.waves(self._whole(y))
            log_det = log_det + more
        return y.flatten(1), log_det

    def code(self, x: Tensor) -> Tensor:
        """The one z that an image x in (0, 1) is made of. [B, C, H, W] → [B, D]."""
        return self(x)[0]

    def generate(self, z: Tensor) -> Tensor:
        """The one image, in [0, 1], whose code is z. [B, D] → [B, C, H, W]."""
        if self.waves:
            y = self._squeezed(self.waves.inverse(z))
        else:
            y = z.unflatten(1, self.shift.shape)
        y = back_along(self._among_pixels(), y)
        y = y * self.log_scale.exp() + self.shift
        return self.levels.inverse(self._whole(y))

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) of dequantised images, x in (0, 1). [B, C, H, W] → [B]."""
        z, log_det = self(x)
        log_p = self.mixture.log_prob(z) if self.mixture else standard_normal_log_prob(z)
        return log_p + log_det

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        """z ~ p(z), as images have them where the flow has learned well. [count, D]."""
        if self.mixture:
            return self.mixture.sample(count, generator)
        return torch.randn(count, self.shift.numel(), generator=generator)

    @torch.no_grad()
    def sample_images(self, count: int, generator: Generator) -> Tensor:
        """x ~ p(x), at the levels v/255 that images have. [count, C, H, W]."""
        x = self.generate(self.sample_latents(count, generator))
        return (x * LEVELS).floor().clamp(max=LEVELS - 1) / (LEVELS - 1)

    def _standard(self, y: Tensor) -> Tensor:
        """What the first coupling reads. [B, C', H', W'] both."""
        return (y - self.shift) * (-self.log_scale).exp()

    def _squeezed(self, x: Tensor) -> Tensor:
        """[B, C, H, W] → [B, C', H', W']."""
        rows, columns = self._block
        blocks = x.unflatten(3, (-1, columns)).unflatten(2, (-1, rows))
        return blocks.permute(0, 1, 3, 5, 2, 4).flatten(1, 3)

    def _whole(self, y: Tensor) -> Tensor:
        """The way back."""
        rows, columns = self._block
        blocks = y.unflatten(1, (-1, rows, columns))
        return blocks.permute(0, 1, 4, 2, 5, 3).flatten(4, 5).flatten(2, 3)


def _divisor(side: int) -> int:
    """How many pixels of a side become channels: more than one, so that there is what to mask."""
    parts = [
        part for part in range(2, side + 1) if side % part == 0 and side // part <= _LARGEST_GRID
    ]
    return parts[0] if parts else side
