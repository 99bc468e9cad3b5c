"""Where things are kept when nobody says: runs, downloaded data, opened models."""

import os
from pathlib import Path

from platformdirs import PlatformDirs

_PLATFORM = PlatformDirs("latent-atlas", appauthor=False)
# What lies side by side in a checkout of this project and nowhere else.
_LANDMARKS = ("pyproject.toml", "vae_core/__init__.py", "latent_atlas/__init__.py")


def runs_folder(path: Path | None = None) -> Path:
    """Where runs are: ``path``, else LATENT_ATLAS_RUNS, else by where the program is used.

    That is ``runs`` of the project's checkout for whoever works in one or in a folder of it, and
    ``runs`` in the platform's folder for a user's data for everybody else.
    """
    if named := path or os.environ.get("LATENT_ATLAS_RUNS"):
        return Path(named).expanduser()
    return (checkout() or _PLATFORM.user_data_path) / "runs"


def cache_folder() -> Path:
    """Where what can be fetched or made again is kept: the platform's folder for caches."""
    return _PLATFORM.user_cache_path


def checkout() -> Path | None:
    """The checkout of this project that the working directory is, or is in; None elsewhere."""
    try:
        here = Path.cwd()
    except OSError:  # the working directory was removed
        return None
    for folder in (here, *here.parents):
        if all(os.path.isfile(folder / landmark) for landmark in _LANDMARKS):
            return folder
    return None
