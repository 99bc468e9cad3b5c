"""The three operators for which ONNX's own reference loops over images and channels in Python.

Each hands what is usual to PyTorch, a hundred times as fast, and all else to the reference. Imports
onnx, which takes a quarter of a second: import it where a graph is run.
"""

from collections.abc import Sequence

import numpy as np
import torch
from onnx.reference.op_run import OpRun
from onnx.reference.ops.op_average_pool import AveragePool_19
from onnx.reference.ops.op_conv import Conv as ReferenceConv
from onnx.reference.ops.op_max_pool import MaxPool as ReferenceMaxPool
from torch.nn import functional

Arrays = tuple[np.ndarray, ...]


def _padding(pads: Sequence[int] | None) -> list[int] | None:
    """(height, width), where both ends have the same; None where they have not."""
    given = list(pads or (0, 0, 0, 0))
    return given[:2] if len(given) == 4 and given[:2] == given[2:] else None


def _is_usual(x: np.ndarray, auto_pad: str | None) -> bool:
    return x.ndim == 4 and x.dtype == np.float32 and auto_pad in (None, "", "NOTSET")


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(values))


class Conv(ReferenceConv):
    """Two-dimensional convolution."""

    op_domain = ""

    def _run(
        self,
        X: np.ndarray,
        W: np.ndarray,
        B: np.ndarray | None = None,
        auto_pad: str | None = None,
        dilations: Sequence[int] | None = None,
        group: int | None = None,
        kernel_shape: Sequence[int] | None = None,
        pads: Sequence[int] | None = None,
        strides: Sequence[int] | None = None,
    ) -> Arrays:
        padding = _padding(pads)
        if not _is_usual(X, auto_pad) or W.dtype != np.float32 or padding is None:
            found: Arrays = super()._run(
                X, W, B, auto_pad, dilations, group, kernel_shape, pads, strides
            )
            return found
        made = functional.conv2d(
            _tensor(X),
            _tensor(W),
            None if B is None else _tensor(B),
            stride=list(strides or (1, 1)),
            padding=padding,
            dilation=list(dilations or (1, 1)),
            groups=group or 1,
        )
        return (made.numpy(),)


class MaxPool(ReferenceMaxPool):
    """The largest of each window; which one it was is not asked."""

    op_domain = ""

    def _run(  # type: ignore[override] # as the reference's own do
        self,
        x: np.ndarray,
        auto_pad: str | None = None,
        ceil_mode: int | None = None,
        dilations: Sequence[int] | None = None,
        kernel_shape: Sequence[int] | None = None,
        pads: Sequence[int] | None = None,
        storage_order: int | None = None,
        strides: Sequence[int] | None = None,
    ) -> Arrays:
        padding = _padding(pads)
        plain = _is_usual(x, auto_pad) and kernel_shape is not None and padding is not None
        if not plain or ceil_mode or len(self.onnx_node.output) > 1:
            found: Arrays = super()._run(
                x, auto_pad, ceil_mode, dilations, kernel_shape, pads, storage_order, strides
            )
            return found
        made = functional.max_pool2d(
            _tensor(x),
            list(kernel_shape or ()),
            stride=list(strides or (1, 1)),
            padding=padding or 0,
            dilation=list(dilations or (1, 1)),
        )
        return (made.numpy(),)


class AveragePool(AveragePool_19):
    """The mean of each window."""

    op_domain = ""

    def _run(  # type: ignore[override]
        self,
        x: np.ndarray,
        auto_pad: str | None = None,
        ceil_mode: int | None = None,
        dilations: Sequence[int] | None = None,
        kernel_shape: Sequence[int] | None = None,
        pads: Sequence[int] | None = None,
        strides: Sequence[int] | None = None,
        count_include_pad: int | None = None,
    ) -> Arrays:
        padding = _padding(pads)
        plain = _is_usual(x, auto_pad) and kernel_shape is not None and padding is not None
        if not plain or ceil_mode or any(step != 1 for step in dilations or ()):
            found: Arrays = super()._run(
                x,
                auto_pad,
                ceil_mode,
                dilations,
                kernel_shape,
                pads,
                strides,
                count_include_pad,
            )
            return found
        made = functional.avg_pool2d(
            _tensor(x),
            list(kernel_shape or ()),
            stride=list(strides or (1, 1)),
            padding=padding or 0,
            count_include_pad=bool(count_include_pad),
        )
        return (made.numpy(),)


FAST: tuple[type[OpRun], ...] = (Conv, MaxPool, AveragePool)
