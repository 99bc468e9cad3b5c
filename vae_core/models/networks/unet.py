"""A small U-Net that is told a time: from images to images of the same shape, fast on a processor.

Half of what the U-Net of Ho et al. (2020) spends, it spends at full resolution. This one reads and
writes patches of 2 × 2 pixels, and so works at a half and at a quarter of each side alone: 14 and 7
for a digit. Tensors are kept channels last, which is what oneDNN's convolutions are fastest with.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

_PATCH = 2
_INNER = 3  # blocks at a quarter of each side, the first of them followed by attention
_FEW = 1024  # places, up to which attention by hand is quicker and its matrix is small
_GROUPS = 8  # of channels that are normalised together, where they can be shared out so
_TIME = 64  # sines and cosines that stand for a time
_FINEST = 1000.0  # the quickest of them turns by so many radians from time 0 to 1


class UNet(nn.Module):
    """f(x, t): a residual block, three at a quarter of each side with attention, and one again.

    Args:
        image_channels: C.
        base_channels: convolutions' outputs at half of each side; twice as many at a quarter.
    """

    def __init__(self, image_channels: int, base_channels: int) -> None:
        super().__init__()
        outer, inner, patch = base_channels, 2 * base_channels, image_channels * _PATCH**2
        told = 4 * base_channels
        self.time = nn.Sequential(nn.Linear(_TIME, told), nn.SiLU(), nn.Linear(told, told))
        self.patches = nn.Conv2d(patch, outer, 3, padding=1)
        self.before = _Block(outer, told)
        self.down = nn.Conv2d(outer, inner, 2, stride=2)
        self.within = nn.ModuleList(_Block(inner, told) for _ in range(_INNER))
        self.across = Attention(inner)
        self.up = nn.Conv2d(inner, outer, 1)
        self.after = _Block(outer, told)
        self.norm = _norm(outer)
        self.output = nn.Conv2d(outer, patch, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """Images [B, C, H, W] of any sides, and a time in [0, 1] of each [B] → [B, C, H, W]."""
        height, width = x.shape[2:]
        told = functional.silu(self.time(_waves(t)))
        values = self.patches(_last(functional.pixel_unshuffle(_padded(x), _PATCH)))
        outer = self.before(values, told)
        values = self.down(outer)
        for number, block in enumerate(self.within):
            values = block(values, told)
            if number == 0:
                values = self.across(values)
        wide = functional.interpolate(self.up(values), scale_factor=2.0, mode="nearest")
        values = self.after(outer + wide, told)
        patches = self.output(functional.silu(self.norm(values)))
        return functional.pixel_shuffle(patches, _PATCH)[:, :, :height, :width]

    @torch.no_grad()
    def settle(self) -> None:
        """Norms that change nothing, blocks that add nothing, and zero for an output."""
        for module in self.modules():
            if isinstance(module, nn.GroupNorm):
                module.reset_parameters()
            elif isinstance(module, _Block):
                _silence(module.second)
            elif isinstance(module, Attention):
                _silence(module.joined)
        _silence(self.output)


class _Block(nn.Module):
    """x + two convolutions of it, the time added between them (Ho et al. 2020, appendix B)."""

    def __init__(self, channels: int, told: int) -> None:
        super().__init__()
        self.first_norm = _norm(channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.told = nn.Linear(told, channels)
        self.second_norm = _norm(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        values = self.first(functional.silu(self.first_norm(x)))
        values = values + self.told(told)[:, :, None, None]
        added: Tensor = self.second(functional.silu(self.second_norm(values)))
        return x + added


class Attention(nn.Module):
    """x + what each place takes from all others (Ho et al. 2020, appendix B).

    Convolutions tell far parts of a stroke of one another over many layers only.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = _norm(channels)
        self.asked = nn.Conv2d(channels, 3 * channels, 1)
        self.joined = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """[B, channels, h, w] both."""
        query, key, value = self.asked(self.norm(x)).flatten(2).transpose(1, 2).chunk(3, 2)
        if x.shape[2] * x.shape[3] > _FEW:
            taken = functional.scaled_dot_product_attention(query, key, value)
        else:  # four times as fast as torch's own, on a processor
            taken = (query * query.shape[2] ** -0.5 @ key.transpose(1, 2)).softmax(2) @ value
        added: Tensor = self.joined(_last(taken.transpose(1, 2).reshape(x.shape)))
        return x + added


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(math.gcd(_GROUPS, channels), channels)


def _waves(t: Tensor) -> Tensor:
    """Sines and cosines of times, from the quickest to the slowest. [B] → [B, 64]."""
    half = _TIME // 2
    falls = torch.arange(half, dtype=t.dtype, device=t.device) / half
    turned = t[:, None] * _FINEST * torch.exp(-math.log(_FINEST) * falls)
    return torch.cat([turned.sin(), turned.cos()], 1)


def _padded(x: Tensor) -> Tensor:
    """With zeros to the right and below, so that both sides can be halved twice."""
    down, right = (-side % (2 * _PATCH) for side in x.shape[2:])
    return functional.pad(x, (0, right, 0, down)) if down or right else x


def _last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _silence(layer: nn.Conv2d) -> None:
    layer.weight.zero_()
    if layer.bias is not None:
        layer.bias.zero_()
