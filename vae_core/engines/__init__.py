"""Where many runs are trained: by this machine's queue, one after the other, or on a cluster.

An engine is a function that trains the runs of one folder until nothing of them is left to do.
"""

from vae_core.engines.base import Engine, Told, is_left, statuses
from vae_core.engines.queue_engine import train_queued

__all__ = ["Engine", "Told", "is_left", "statuses", "train_queued"]
