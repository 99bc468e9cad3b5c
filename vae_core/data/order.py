"""An order of images of which every beginning is a fair sample of all."""

import torch
from torch import Tensor


def fair_order(images: int) -> Tensor:
    """Indices 0 … images − 1, shuffled the same way every time. int64 [images]."""
    return torch.randperm(images, generator=torch.Generator().manual_seed(0))
