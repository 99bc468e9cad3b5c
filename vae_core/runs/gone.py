"""Runs that somebody else has removed since they were looked at."""

from pathlib import Path

from vae_core.errors import AtlasError


def check_here(folder: Path, called: str = "") -> None:
    """Raises AtlasError where the folder of a run, which people know as `called`, has gone."""
    if not folder.is_dir():
        raise AtlasError(f"{called or folder.name} is not here any more: it was removed meanwhile.")
