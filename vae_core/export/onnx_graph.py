"""Encoder and decoder written down as ONNX operations, one for one.

Weights keep the names that they have in the model file. Tracing (``torch.onnx``) would need another
package and name everything anew; our networks have few kinds of layer, and their mirror is a page.
"""

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import helper, numpy_helper

from vae_core.models import VAE
from vae_core.models.networks import LOGVAR_RANGE
from vae_core.models.networks.conv import KERNEL, PADDING, STRIDE, sizes

_FLOAT = onnx.TensorProto.FLOAT
_NEAR_ZERO = 0.05  # as in vae_core.models.likelihoods.continuous_bernoulli


def decoder_graph(vae: VAE) -> onnx.GraphProto:
    """``z`` [B, J] → ``mean`` [B, C, H, W], E[x|z] in (0, 1)."""
    a = vae.architecture
    graph = _Graph(vae)
    values = graph.hidden("decoder.layers", len(a.hidden), "z")
    if a.network == "conv":
        stages = len(a.channels)
        heights, widths = (sizes(side, stages)[::-1] for side in a.image_shape[1:])
        grid = graph.activation(graph.linear("decoder.grid", values))
        values = graph.reshape(grid, (a.channels[-1], heights[0], widths[0]))
        for stage in range(stages):
            values = graph.activation(values) if stage else values
            layer = f"decoder.output.{stage}"
            values = graph.convolution("ConvTranspose", layer, values)
            values = graph.cut(values, (heights[stage + 1], widths[stage + 1]))
    else:
        values = graph.reshape(graph.linear("decoder.output", values), a.image_shape)
    if a.likelihood == "continuous-bernoulli":
        _continuous_bernoulli_mean(graph, values)
    else:
        graph.add("Sigmoid", values, name="mean")
    return graph.finished({"z": (a.latent_dim,)}, {"mean": a.image_shape})


def encoder_graph(vae: VAE) -> onnx.GraphProto:
    """``x`` [B, C, H, W] in [0, 1] → ``mu`` and ``logvar`` of q(z|x), each [B, J]."""
    a = vae.architecture
    graph = _Graph(vae)
    values = "x"
    if a.network == "conv":
        stages = len(a.channels)
        heights, widths = (sizes(side, stages) for side in a.image_shape[1:])
        for stage in range(stages):
            values = graph.pad(values, (heights[stage] % 2, widths[stage] % 2))
            values = graph.convolution("Conv", f"encoder.convolutions.{stage}", values)
            values = graph.activation(values)
    values = graph.add("Flatten", values, axis=1)
    values = graph.hidden("encoder.layers", len(a.hidden), values)
    graph.linear("encoder.mu", values, name="mu")
    low, high = (graph.constant(np.float32(end)) for end in LOGVAR_RANGE)
    graph.add("Clip", graph.linear("encoder.logvar", values), low, high, name="logvar")
    latents = (a.latent_dim,)
    return graph.finished({"x": a.image_shape}, {"mu": latents, "logvar": latents})


def _continuous_bernoulli_mean(graph: "_Graph", logits: str) -> None:
    """E[x|z] = ½ + 1/(2 tanh(a/2)) − 1/a; near a = 0, where that is ∞ − ∞, ½ + a/12 − a³/720."""
    number = {value: graph.constant(np.float32(value)) for value in (1, 2, 0.5, 12, 720)}
    near = graph.add("Less", graph.add("Abs", logits), graph.constant(np.float32(_NEAR_ZERO)))
    a = graph.add("Where", near, number[1], logits)
    tanh = graph.add("Tanh", graph.add("Div", a, number[2]))
    difference = graph.add(
        "Sub", graph.add("Div", number[0.5], tanh), graph.add("Div", number[1], a)
    )
    cube = graph.add("Mul", logits, graph.add("Mul", logits, logits))
    series = graph.add(
        "Sub", graph.add("Div", logits, number[12]), graph.add("Div", cube, number[720])
    )
    graph.add("Add", number[0.5], graph.add("Where", near, series, difference), name="mean")


class _Graph:
    """Operations in the order of computing; each makes one value, known by its name."""

    def __init__(self, vae: VAE) -> None:
        self._state = vae.state_dict()
        self._activation = {"tanh": "Tanh", "relu": "Relu"}[vae.architecture.activation]
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def finished(
        self, inputs: dict[str, tuple[int, ...]], outputs: dict[str, tuple[int, ...]]
    ) -> onnx.GraphProto:
        """All of it, with the shapes of its inputs and outputs but for the batch, which is free."""
        taken, given = (
            [helper.make_tensor_value_info(name, _FLOAT, ["B", *shape]) for name, shape in end]
            for end in (inputs.items(), outputs.items())
        )
        return helper.make_graph(self._nodes, "latent_atlas", taken, given, self._weights)

    def add(
        self, operation: str, *inputs: str, name: str | None = None, **settings: int | list[int]
    ) -> str:
        """One operation on named values; returns the name of what it makes."""
        made = name or f"{operation.lower()}_{len(self._nodes)}"
        node = helper.make_node(operation, inputs, [made])
        node.attribute.extend(helper.make_attribute(*setting) for setting in settings.items())
        self._nodes.append(node)
        return made

    def constant(self, values: ArrayLike, name: str | None = None) -> str:
        """Numbers that are part of the file."""
        name = name or f"constant_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def linear(self, layer: str, values: str, name: str | None = None) -> str:
        """[B, in] → [B, out]."""
        return self.add("Gemm", values, *self._parameters(layer), name=name, transB=1)

    def activation(self, values: str) -> str:
        """The hidden layers' nonlinearity."""
        return self.add(self._activation, values)

    def hidden(self, layers: str, count: int, values: str) -> str:
        """Fully connected layers, each followed by the activation."""
        for n in range(count):
            values = self.activation(self.linear(f"{layers}.{n}", values))
        return values

    def convolution(self, operation: str, layer: str, values: str) -> str:
        """A convolution or its transpose, of the one kind that our networks have."""
        return self.add(
            operation,
            values,
            *self._parameters(layer),
            kernel_shape=[KERNEL] * 2,
            strides=[STRIDE] * 2,
            pads=[PADDING] * 4,
        )

    def reshape(self, values: str, shape: tuple[int, ...]) -> str:
        """[B, …] → [B, *shape]."""
        return self.add("Reshape", values, self._integers(-1, *shape))

    def pad(self, values: str, ends: tuple[int, int]) -> str:
        """Zeros below and to the right of images."""
        if not any(ends):
            return values
        return self.add("Pad", values, self._integers(0, 0, 0, 0, 0, 0, *ends))

    def cut(self, values: str, size: tuple[int, int]) -> str:
        """Images without what they have beyond a height and a width."""
        starts, axes = self._integers(0, 0), self._integers(2, 3)
        return self.add("Slice", values, starts, self._integers(*size), axes)

    def _parameters(self, layer: str) -> tuple[str, str]:
        """Weight and bias of a layer, by its name in the model file."""
        weight, bias = (
            self.constant(self._state[name].numpy(), name)
            for name in (f"{layer}.weight", f"{layer}.bias")
        )
        return weight, bias

    def _integers(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))
