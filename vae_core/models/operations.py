"""What a network or a likelihood needs in order to write itself down for programs without PyTorch.

``vae_core.export`` fulfils it with ONNX. Values are known by names; each operation makes one.
"""

from typing import Protocol


class Operations(Protocol):
    """Operations of ONNX in the order of computing, on a model's weights."""

    def add(
        self, operation: str, *inputs: str, name: str | None = None, **settings: int | list[int]
    ) -> str:
        """One operation of ONNX on named values; returns the name of what it makes."""

    def number(self, value: float) -> str:
        """A float32 [] that is part of the file."""

    def integers(self, *values: int) -> str:
        """An int64 vector that is part of the file."""

    def parameters(self, layer: str) -> tuple[str, str]:
        """Weight and bias of a layer, by its name in the model file."""

    def linear(self, layer: str, values: str, name: str | None = None) -> str:
        """A fully connected layer: [B, in] → [B, out]."""

    def activation(self, values: str) -> str:
        """The hidden layers' nonlinearity."""

    def reshape(self, values: str, shape: tuple[int, ...]) -> str:
        """[B, …] → [B, *shape]."""
