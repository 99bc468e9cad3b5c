"""The shape of a VAE as a small document: enough to build its networks, here or in a browser."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Activation = Literal["tanh", "relu"]
Network = Literal["mlp", "conv"]
LikelihoodName = Literal[
    "bernoulli", "continuous-bernoulli", "gaussian", "gaussian-fixed", "gaussian-shared"
]

Width = Annotated[int, Field(ge=1, le=16384)]
Channels = Annotated[int, Field(ge=1, le=1024)]
Side = Annotated[int, Field(ge=1, le=1024)]
Scale = Annotated[float, Field(gt=1e-4, le=100, allow_inf_nan=False)]


class Architecture(BaseModel):
    """Sizes and kinds of the two networks. The decoder mirrors the encoder.

    Attributes:
        image_shape: (C, H, W).
        latent_dim: J, the number of latent dimensions, 1–512.
        network: ``mlp``, or ``conv`` for convolutions between the image and the hidden layers.
        channels: of the convolutions' outputs, from the image inwards; each halves the side.
        hidden: widths of the encoder's fully connected layers, from the image inwards.
        activation: the hidden layers' nonlinearity; the paper uses tanh (appendix C).
        likelihood: p(x|z). ``bernoulli`` is the paper's MNIST decoder (appendix C.1), ``gaussian``
            its Frey Face decoder (C.2) with a variance for each pixel; ``gaussian-fixed`` has the
            standard deviation ``scale``, ``gaussian-shared`` learns one for all pixels.
        scale: used by ``gaussian-fixed`` only; pixels lie in [0, 1].
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: tuple[Annotated[int, Field(ge=1, le=4)], Side, Side]
    latent_dim: Annotated[int, Field(ge=1, le=512)]
    network: Network = "mlp"
    channels: Annotated[tuple[Channels, ...], Field(min_length=1, max_length=6)] = (32, 64)
    hidden: Annotated[tuple[Width, ...], Field(max_length=16)] = (500,)
    activation: Activation = "tanh"
    likelihood: LikelihoodName = "bernoulli"
    scale: Scale = 0.1

    @property
    def pixels(self) -> int:
        """D, the number of values in one image."""
        channels, height, width = self.image_shape
        return channels * height * width
