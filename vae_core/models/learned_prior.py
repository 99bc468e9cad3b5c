"""A VAE whose prior is learned with it (``vae_core.models.priors`` has the kinds)."""

from types import MappingProxyType
from typing import Annotated, ClassVar, Self, TypeAlias

from pydantic import AfterValidator, Field
from torch import Generator, Tensor

from vae_core.models.abilities import DrawnBound
from vae_core.models.architecture import Architecture, one_of
from vae_core.models.encoder_decoder import EncoderDecoder
from vae_core.models.initialisation import Initialisation, initialise
from vae_core.models.priors import PRIORS

PriorName: TypeAlias = Annotated[str, AfterValidator(one_of("prior", PRIORS))]
Components: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=10_000,
        title="Components",
        description="Gaussians that the prior is a mixture of.",
        json_schema_extra={"symbol": "K", "needs": ["prior", "mixture"]},
    ),
]
PseudoInputs: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=10_000,
        title="Pseudo-inputs",
        description="Learned images whose posteriors are the prior; all are encoded at each step.",
        json_schema_extra={"symbol": "K", "needs": ["prior", "vamp"]},
    ),
]
PriorCouplings: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=64,
        title="Couplings of the prior",
        description="How many follow one another, from a code to N(0, I).",
        json_schema_extra={"needs": ["prior", "flow"]},
    ),
]
DenoiserWidth: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=16_384,
        title="Width of the denoiser",
        description="Units in each layer of the network that makes codes of noise.",
        json_schema_extra={"needs": ["prior", "diffusion"]},
    ),
]

_NOT_STANDARD = "its codes have a prior of their own, where N(0, I) is taken for granted"


class LearnedPriorArchitecture(Architecture):
    """Of both networks, and of the prior.

    No rate is committed: the bound on variances that commits one is of the KL from N(0, I).

    Attributes:
        prior: one of ``PRIORS``.
        mixture_components, pseudo_inputs, prior_couplings, denoiser_width: of the kinds that have
            them.
    """

    committed_rate: ClassVar[None] = None  # type: ignore[misc]
    prior: PriorName
    mixture_components: Components = 100
    pseudo_inputs: PseudoInputs = 100
    prior_couplings: PriorCouplings = 6
    denoiser_width: DenoiserWidth = 256


class LearnedPriorVAE(EncoderDecoder):
    """p(z) of a kind of choice, p(x|z) and q(z|x).

    It decodes, samples, and tells its bound by draws. It is no ``Encodes``, though it has an
    encoder: planes, gaps and collapse are drawn and measured here of codes under N(0, I), and would
    be wrong of it.
    """

    name = "learned-prior"
    label = "a VAE with a learned prior"
    document = LearnedPriorArchitecture
    architecture: LearnedPriorArchitecture
    lacks = MappingProxyType(dict.fromkeys(("Encodes", "Bounds"), _NOT_STANDARD))

    def __init__(self, architecture: LearnedPriorArchitecture) -> None:
        super().__init__(architecture)
        self.prior = PRIORS[architecture.prior](architecture)

    def initialise(self, scheme: Initialisation, generator: Generator) -> Self:
        """The networks by the scheme, and the prior as its kind begins; returns itself."""
        initialise(self.encoder, scheme, generator)
        initialise(self.decoder, scheme, generator)
        self.decoder.initialise_own()
        self.prior.initialise(scheme, generator)
        return self

    def sample_latents(self, count: int, generator: Generator) -> Tensor:
        """z ~ p(z). [count, J]."""
        return self.prior.sample(count, generator, self.posterior)

    def draw_bound(self, x: Tensor, generator: Generator) -> DrawnBound:
        """Both parts of the bound, of one draw z ~ q(z|x) of each image [B, C, H, W]."""
        posterior = self.posterior(x)
        z = posterior.rsample(generator)
        rate = posterior.log_prob(z) - self.prior.log_prob(z, self.posterior)
        return DrawnBound(z, rate, -self.decode(z).log_prob(x))
