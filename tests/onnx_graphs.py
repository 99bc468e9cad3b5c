"""ONNX files for tests: small classifiers of images of 8 × 8."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

SHAPE = (1, 8, 8)


def weights(name: str, *shape: int) -> Any:
    """A tensor of random numbers that are the same each time."""
    values = np.random.default_rng(len(shape)).standard_normal(shape)
    return numpy_helper.from_array((0.1 * values).astype(np.float32), name)


def network(
    nodes: Sequence[Any],
    initial: Sequence[Any],
    *,
    shape: Sequence[int | str] = ("N", *SHAPE),
    kind: int = TensorProto.FLOAT,
    outputs: Sequence[int | str] = ("N", "K"),
) -> bytes:
    """A file with one input `x` and one output `y`, of these shapes."""
    given = helper.make_tensor_value_info("x", kind, list(shape))
    made = helper.make_tensor_value_info("y", TensorProto.FLOAT, list(outputs))
    graph = helper.make_graph(list(nodes), "classifier", [given], [made], list(initial))
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="tests"
    )
    content: bytes = model.SerializeToString()
    return content


def linear(
    *,
    batch: int | str = "N",
    pixels: int = 64,
    kind: int = TensorProto.FLOAT,
    weight: Any = None,
    classes: int = 3,
) -> bytes:
    """One matrix, from flattened images to scores."""
    matrix = weights("w", pixels, classes) if weight is None else weight
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    return network([node], [matrix], shape=(batch, pixels), kind=kind, outputs=(batch, classes))
