"""The shape of a VAE as a small document: enough to build its networks, here or in a browser."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Activation = Literal["tanh", "relu"]
LikelihoodName = Literal["bernoulli"]

Width = Annotated[int, Field(ge=1, le=16384)]
Side = Annotated[int, Field(ge=1, le=1024)]


class Architecture(BaseModel):
    """Sizes and kinds of the two networks. The decoder's hidden layers are the encoder's, reversed.

    Attributes:
        image_shape: (C, H, W).
        latent_dim: J, the number of latent dimensions, 1–512.
        hidden: widths of the encoder's hidden layers, from the image inwards.
        activation: the hidden layers' nonlinearity; the paper uses tanh (appendix C).
        likelihood: p(x|z); ``bernoulli`` is the paper's MNIST decoder (appendix C.1).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: tuple[Annotated[int, Field(ge=1, le=4)], Side, Side]
    latent_dim: Annotated[int, Field(ge=1, le=512)]
    hidden: Annotated[tuple[Width, ...], Field(max_length=16)] = (500,)
    activation: Activation = "tanh"
    likelihood: LikelihoodName = "bernoulli"

    @property
    def pixels(self) -> int:
        """D, the number of values in one image."""
        channels, height, width = self.image_shape
        return channels * height * width
