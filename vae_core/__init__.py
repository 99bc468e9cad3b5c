"""Variational autoencoders to look inside: data, models, training, evaluation, runs.

>>> import vae_core
>>> model = vae_core.train("digits", latent_dim=2, epochs=5)
>>> model.sample(16).shape
torch.Size([16, 1, 8, 8])

The names that a notebook wants are listed in ``__init__.pyi`` and loaded when they are first used:
importing this package imports no torch.
"""

import lazy_loader

from vae_core.version import __version__

__getattr__, __dir__, _offered = lazy_loader.attach_stub(__name__, __file__)
__all__ = [*_offered, "__version__"]
