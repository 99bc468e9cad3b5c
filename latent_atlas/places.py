"""Where the things lie that travel with the program: the app, shipped models, shipped results.

In a checkout they lie at its top level. A wheel carries them in the folder `home` of this package
(`pyproject.toml` says so), for what it installs at the top level is importable by everybody. Where
the app puts what comes in is said here too.
"""

import os
from pathlib import Path

from vae_core.folders import cache_folder

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "home"

HOME = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
APP = HOME / "app.py"  # beside it lies .streamlit/config.toml, where Streamlit looks for it
PAGES = HOME / "pages"
CHECKPOINTS = HOME / "checkpoints"
RESULTS = HOME / "results"
NAVIGATION = _PACKAGE / "ui" / "navigation.py"


def app_cache() -> Path:
    """Where the app puts what people open and bring: LATENT_ATLAS_CACHE, else the platform's."""
    named = os.environ.get("LATENT_ATLAS_CACHE")
    return Path(named).expanduser() if named else cache_folder()
