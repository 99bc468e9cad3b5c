"""Where many runs are trained: by this machine's queue, one after the other, or on a cluster.

An engine is a function that trains the runs of one folder until nothing of them is left to do.
"""

from importlib.util import find_spec
from pkgutil import resolve_name

from vae_core.engines.base import Engine, Told, is_left, statuses
from vae_core.errors import AtlasError

_ENGINES = {"queue": "queue_engine:train_queued", "ray": "ray_engine:train_on_ray"}
ENGINES = tuple(_ENGINES)  # the first one is the usual one


def engine(name: str) -> Engine:
    """The engine of this name, imported only now. Raises AtlasError: its library is missing."""
    if name == "ray" and find_spec("ray") is None:
        raise AtlasError(
            "Ray is not installed: pip install 'latent-atlas[ray]', or leave out --engine ray."
        )
    found: Engine = resolve_name(f"{__name__}.{_ENGINES[name]}")
    return found


__all__ = ["ENGINES", "Engine", "Told", "engine", "is_left", "statuses"]
