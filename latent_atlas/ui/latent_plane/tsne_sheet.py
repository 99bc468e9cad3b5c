"""Sheets of points that t-SNE has placed, made once each, one at a time, in the background.

Whoever asks for one meanwhile is told so at once: no request waits, and none keeps another waiting.
"""

import threading
from collections.abc import Callable, Hashable

from latent_atlas.ui.latent_plane.encodings import about, first_encodings, point_labels, point_order
from latent_atlas.ui.latent_plane.projections import activity_header
from latent_atlas.ui.latent_plane.tsne_process import tsne_points
from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.latent import activity
from vae_core.models import VAE

PLACED = 2_000  # points; more take minutes
_KEPT = 8
_MOST_WAITING = 4
# The sheet reaches from -3 to 3, as a plane of z does.
_REACH = 2.8


def sheet_bytes(vae: VAE, dataset: Dataset) -> bytes:
    """The first 2,000 points on a sheet, as safetensors. Takes 12 seconds of a core.

    `mu` is float32 [n, 2], their places, centred and scaled as a whole; `means` float32 [n, J] are
    the z that they are decoded from; `labels` and the header are as in `encodings_part`. Raises
    AtlasError where they cannot be placed.
    """
    chosen = point_order(dataset)[:PLACED]
    encodings = first_encodings(vae, dataset, PLACED)
    places = tsne_points(encodings.mu)
    places = places - (places.amax(0) + places.amin(0)) / 2
    places = places * (_REACH / places.abs().max().clamp(min=1e-9))
    tensors = {"mu": places.contiguous(), "means": encodings.mu.float().contiguous()}
    tensors |= point_labels(dataset, chosen)
    told = {"projection": "tsne", "axes": [0, 1], "total": len(chosen)}
    told |= activity_header(activity(encodings))
    return checkpoint_bytes(tensors, {**told, **about(dataset), "of": len(point_order(dataset))})


class SheetMaker:
    """Makes things by key in the background, one at a time, and keeps the newest eight."""

    def __init__(self) -> None:
        self._made: dict[Hashable, bytes | AtlasError] = {}
        self._wanted: set[Hashable] = set()
        self._state = threading.Lock()
        self._at_work = threading.Lock()

    def ask(self, key: Hashable, make: Callable[[], bytes]) -> bytes | None:
        """What `make` returned for this key; None while it is being made.

        Raises the AtlasError that `make` raised, once, and one when too many things are wanted.
        """
        with self._state:
            known = self._made.get(key)
            if isinstance(known, AtlasError):
                del self._made[key]
                raise known
            if known is not None or key in self._wanted:
                return known
            if len(self._wanted) >= _MOST_WAITING:
                raise AtlasError("Others are having points arranged: try again in a minute.")
            self._wanted.add(key)
        work = threading.Thread(target=self._work, args=(key, make), name="t-SNE", daemon=True)
        work.start()
        return None

    def _work(self, key: Hashable, make: Callable[[], bytes]) -> None:
        result: bytes | AtlasError = AtlasError("The points could not be arranged: choose axes.")
        try:
            with self._at_work:
                result = make()
        except AtlasError as problem:
            result = problem
        finally:
            with self._state:
                self._wanted.discard(key)
                self._made[key] = result
                while len(self._made) > _KEPT:
                    del self._made[next(iter(self._made))]
