"""One app for a class: everybody looks, draws and trains a little, and nobody takes from others.

With ``LATENT_ATLAS_MODE=classroom`` nothing is brought in or removed, each visitor directs what
they have started alone (`owners.py`), and there are limits to that (`limits.py`).
"""

import os
from collections.abc import Mapping

from vae_core.errors import AtlasError
from vae_core.sentences import plain

MODE, CLASSROOM = "LATENT_ATLAS_MODE", "classroom"


def check_mode(environment: Mapping[str, str]) -> None:
    """Raises AtlasError where the environment asks for a mode that there is none of."""
    asked = environment.get(MODE, "").strip()
    if asked not in ("", CLASSROOM):
        raise AtlasError(
            f"{MODE} is “{plain(asked)}”: there is only {CLASSROOM}, or leave it unset."
        )


def in_classroom(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the app serves a class."""
    told = os.environ if environment is None else environment
    return told.get(MODE, "").strip() == CLASSROOM


def check_removal() -> None:
    """Raises AtlasError in a classroom, where nothing is removed."""
    if in_classroom():
        raise AtlasError("In this classroom nothing is removed.")
