"""Networks, likelihoods, posteriors and priors, and the VAE that they make up."""

from vae_core.models.abilities import (
    Bounds,
    Decodes,
    Dequantises,
    DrawnBound,
    DrawsBound,
    DrawsLatents,
    Encodes,
    Generates,
    HasDensity,
    Inverts,
    Samples,
    ShowsMeans,
    inability,
)
from vae_core.models.architecture import Architecture, unused_settings
from vae_core.models.files import (
    SavedModel,
    TrainingRecord,
    checked_decoder,
    decoder_bytes,
    decoder_tensors,
    load_model,
    model_bytes,
    model_outline,
    save_model,
)
from vae_core.models.likelihoods import (
    LIKELIHOODS,
    Bernoulli,
    ContinuousBernoulli,
    Gaussian,
    NamedLikelihood,
    Nats,
    PixelLikelihood,
)
from vae_core.models.model import MODELS, Model
from vae_core.models.networks import NETWORKS, NetworkKind
from vae_core.models.posteriors import POSTERIORS, DiagonalGaussian, FullGaussian, Posterior
from vae_core.models.priors import (
    sample_standard_normal,
    standard_normal_log_prob,
    standard_normal_log_prob_per_dim,
)
from vae_core.models.vae import VAE

__all__ = [
    "LIKELIHOODS",
    "MODELS",
    "NETWORKS",
    "POSTERIORS",
    "VAE",
    "Architecture",
    "Bernoulli",
    "Bounds",
    "ContinuousBernoulli",
    "Decodes",
    "Dequantises",
    "DiagonalGaussian",
    "DrawnBound",
    "DrawsBound",
    "DrawsLatents",
    "Encodes",
    "FullGaussian",
    "Gaussian",
    "Generates",
    "HasDensity",
    "Inverts",
    "Model",
    "NamedLikelihood",
    "Nats",
    "NetworkKind",
    "PixelLikelihood",
    "Posterior",
    "Samples",
    "SavedModel",
    "ShowsMeans",
    "TrainingRecord",
    "checked_decoder",
    "decoder_bytes",
    "decoder_tensors",
    "inability",
    "load_model",
    "model_bytes",
    "model_outline",
    "sample_standard_normal",
    "save_model",
    "standard_normal_log_prob",
    "standard_normal_log_prob_per_dim",
    "unused_settings",
]
