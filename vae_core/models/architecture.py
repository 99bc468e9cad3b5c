"""The shape of a VAE as a small document: enough to build its networks, here or in a browser."""

from collections.abc import Callable, Collection, Mapping
from itertools import chain
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from vae_core.models.likelihoods import LIKELIHOODS
from vae_core.models.networks import NETWORKS
from vae_core.models.networks.layers import Activation
from vae_core.models.posteriors import POSTERIORS, DiagonalGaussian

_UNKNOWN_NAME = "unknown_name"  # pydantic's errors have a type each
_LONGEST_NAME = 40  # of what stands in a file, when a sentence repeats it


def one_of(kind: str, offered: Mapping[str, Any]) -> Callable[[str], str]:
    """A validator of names, which says in a sentence what there is to choose from."""

    def check(name: str) -> str:
        if name not in offered:
            raise PydanticCustomError(
                _UNKNOWN_NAME,
                "There is no such {kind}; choose one of {choices}",
                {"kind": kind, "name": name, "choices": ", ".join(offered)},
            )
        return name

    return check


Network = Annotated[str, AfterValidator(one_of("network", NETWORKS))]
LikelihoodName = Annotated[str, AfterValidator(one_of("likelihood", LIKELIHOODS))]
PosteriorName = Annotated[str, AfterValidator(one_of("posterior", POSTERIORS))]

Width = Annotated[int, Field(ge=1, le=16384)]
Channels = Annotated[int, Field(ge=1, le=1024)]
Side = Annotated[int, Field(ge=1, le=1024)]
ImageShape = tuple[Annotated[int, Field(ge=1, le=4)], Side, Side]  # C, H, W
Reach = Annotated[int, Field(ge=1, le=64)]
Scale = Annotated[float, Field(gt=1e-4, le=100, allow_inf_nan=False)]
# Above it the variance that is left is below what an encoder may say (see ``networks.bodies``).
CommittedRate = Annotated[float, Field(gt=0, le=4, allow_inf_nan=False)]


class Architecture(BaseModel):
    """Sizes and kinds of the two networks. The decoder mirrors the encoder.

    Attributes:
        image_shape: (C, H, W).
        latent_dim: J, the number of latent dimensions, 1–512.
        network: one of ``NETWORKS``: ``mlp``, or ``conv`` for convolutions between the image and
            the hidden layers.
        channels: of the convolutions' outputs, from the image inwards; each halves the side.
        hidden: widths of the encoder's fully connected layers, from the image inwards.
        activation: the hidden layers' nonlinearity; the paper uses tanh (appendix C).
        likelihood: p(x|z), one of ``LIKELIHOODS``. ``bernoulli`` is the paper's MNIST decoder
            (appendix C.1), ``gaussian`` its Frey Face decoder (C.2) with a variance for each pixel.
        scale: the standard deviation where it is fixed; pixels lie in [0, 1].
        posterior: the family of q(z|x), one of ``POSTERIORS``; the paper's is ``diagonal``.
        receptive_field: of a PixelCNN: how many pixels up, and to each side, a pixel sees.
        committed_rate: δ, nats of KL(q(z_j|x) || p(z_j)) that no dimension goes below, for the
            encoder's variances are bounded (δ-VAE, Razavi et al. 2019); or None.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_shape: ImageShape
    latent_dim: Annotated[int, Field(ge=1, le=512)]
    network: Network = "mlp"
    channels: Annotated[tuple[Channels, ...], Field(min_length=1, max_length=6)] = (32, 64)
    hidden: Annotated[tuple[Width, ...], Field(max_length=16)] = (500,)
    activation: Activation = "tanh"
    likelihood: LikelihoodName = "bernoulli"
    scale: Scale = 0.1
    posterior: PosteriorName = DiagonalGaussian.name
    receptive_field: Reach = 7
    committed_rate: CommittedRate | None = None

    @model_validator(mode="after")
    def _room_for_its_dimensions(self) -> "Architecture":
        POSTERIORS[self.posterior].refuse_too_many(self.latent_dim)
        return self

    @model_serializer(mode="wrap")
    def _without_what_is_not(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Files of models that have no use for what came later are as they were before it."""
        told: dict[str, Any] = handler(self)
        if told.get("posterior") == DiagonalGaussian.name:
            del told["posterior"]
        if told.get("committed_rate", 0) is None:
            del told["committed_rate"]
        if "receptive_field" not in NETWORKS[self.network].settings:
            told.pop("receptive_field", None)
        return told

    @property
    def pixels(self) -> int:
        """D, the number of values in one image."""
        channels, height, width = self.image_shape
        return channels * height * width


def unknown_name(error: ValidationError) -> str | None:
    """The part of a sentence that says which kind a document names that is not there, if any."""
    for each in error.errors():
        if each["type"] == _UNKNOWN_NAME:
            kind, choices = each["ctx"]["kind"], each["ctx"]["choices"]
            found = repr(each["ctx"]["name"][:_LONGEST_NAME])
            return f"the {kind} {found}, which this version does not have: it has {choices}"
    return None


def unused_settings(network: str, likelihood: str, given: Collection[str]) -> list[tuple[str, str]]:
    """What was set though neither this network nor this likelihood has a use for it.

    Args:
        network, likelihood: names of ``NETWORKS`` and ``LIKELIHOODS``.
        given: names of the fields that were set; those that belong to no kind in particular (such
            as ``hidden``) are always of use.

    Returns:
        Each setting of no use with what it belongs to, as in ("scale", "gaussian-fixed").
    """
    used = NETWORKS[network].settings | LIKELIHOODS[likelihood].settings
    owners: dict[str, list[str]] = {}
    belonging = chain(
        ((name, kind.settings) for name, kind in NETWORKS.items()),
        ((name, kind.settings) for name, kind in LIKELIHOODS.items()),
    )
    for name, settings in belonging:
        for setting in settings - used:
            owners.setdefault(setting, []).append(name)
    return [(each, " or ".join(owners[each])) for each in given if each in owners]
