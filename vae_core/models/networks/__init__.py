"""The two networks: multi-layer perceptrons as in the paper, or small convolutional ones."""

from collections.abc import Mapping

from vae_core.declarations import Declarations
from vae_core.models.networks.bodies import LOGVAR_RANGE, Decoder, Encoder, NetworkKind

NETWORKS: Mapping[str, type[NetworkKind]] = Declarations(__name__, NetworkKind)

__all__ = ["LOGVAR_RANGE", "NETWORKS", "Decoder", "Encoder", "NetworkKind"]
