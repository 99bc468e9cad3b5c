"""Encoder and decoder written down as ONNX operations, one for one.

Weights keep the names that they have in the model file. Tracing (``torch.onnx``) would need another
package and name everything anew; each network and likelihood says its own operations.
"""

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import helper, numpy_helper

from vae_core.models import POSTERIORS, VAE
from vae_core.models.likelihoods import LIKELIHOODS
from vae_core.models.networks import LOGVAR_RANGE

_FLOAT = onnx.TensorProto.FLOAT


def decoder_graph(vae: VAE) -> onnx.GraphProto:
    """``z`` [B, J] → ``mean`` [B, C, H, W], E[x|z].

    Raises:
        AtlasError: the network or the likelihood does not say how it is written in ONNX.
    """
    a = vae.architecture
    graph = Graph(vae)
    features = graph.hidden("decoder.layers", len(a.hidden), "z")
    logits = vae.decoder.write_image(graph, "output", features)
    LIKELIHOODS[a.likelihood].write_mean(graph, logits, "mean")
    return graph.finished({"z": (a.latent_dim,)}, {"mean": a.image_shape})


def encoder_graph(vae: VAE) -> onnx.GraphProto:
    """``x`` [B, C, H, W] in [0, 1] → ``mu`` and ``logvar`` of q(z|x), each [B, J].

    And what the family of q asks of the encoder besides, by name (``Posterior.heads``).

    Raises:
        AtlasError: the network does not say how it is written in ONNX.
    """
    a = vae.architecture
    graph = Graph(vae)
    values = vae.encoder.write_flat(graph, "x")
    values = graph.hidden("encoder.layers", len(a.hidden), values)
    graph.linear("encoder.mu", values, name="mu")
    low, high = (graph.number(end) for end in LOGVAR_RANGE)
    logvar = graph.linear("encoder.logvar", values)
    if (bound := vae.encoder.logvar_bound) is not None:
        most = graph.number(bound)
        logvar = graph.add("Sub", most, graph.add("Softplus", graph.add("Sub", most, logvar)))
    graph.add("Clip", logvar, low, high, name="logvar")
    more = POSTERIORS[a.posterior].heads(a.latent_dim)
    for name in more:
        graph.linear(f"encoder.{name}", values, name=name)
    sizes = {"mu": a.latent_dim, "logvar": a.latent_dim, **more}
    outputs: dict[str, tuple[int, ...]] = {name: (size,) for name, size in sizes.items()}
    return graph.finished({"x": a.image_shape}, outputs)


class Graph:
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

    def number(self, value: float) -> str:
        """A float32 [] that is part of the file."""
        return self._constant(np.float32(value))

    def integers(self, *values: int) -> str:
        """An int64 vector that is part of the file."""
        return self._constant(np.array(values, dtype=np.int64))

    def parameters(self, layer: str) -> tuple[str, str]:
        """Weight and bias of a layer, by its name in the model file."""
        weight, bias = (
            self._constant(self._state[name].numpy(), name)
            for name in (f"{layer}.weight", f"{layer}.bias")
        )
        return weight, bias

    def linear(self, layer: str, values: str, name: str | None = None) -> str:
        """[B, in] → [B, out]."""
        return self.add("Gemm", values, *self.parameters(layer), name=name, transB=1)

    def activation(self, values: str) -> str:
        """The hidden layers' nonlinearity."""
        return self.add(self._activation, values)

    def hidden(self, layers: str, count: int, values: str) -> str:
        """Fully connected layers, each followed by the activation."""
        for n in range(count):
            values = self.activation(self.linear(f"{layers}.{n}", values))
        return values

    def reshape(self, values: str, shape: tuple[int, ...]) -> str:
        """[B, …] → [B, *shape]."""
        return self.add("Reshape", values, self.integers(-1, *shape))

    def _constant(self, values: ArrayLike, name: str | None = None) -> str:
        name = name or f"constant_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name
