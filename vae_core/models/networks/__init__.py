"""The two networks: multi-layer perceptrons as in the paper, or small convolutional ones."""

from vae_core.models.networks.bodies import LOGVAR_RANGE, Decoder, Encoder

__all__ = ["LOGVAR_RANGE", "Decoder", "Encoder"]
