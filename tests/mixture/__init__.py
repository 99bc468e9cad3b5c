"""A toy that is no VAE: a mixture of Gaussians on pixels, as somebody might add one.

Its two files are copied into folders that the packages are made to search too.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.toys import searched_too

_HERE = Path(__file__).parent


@contextmanager
def mixture_known(folder: Path) -> Iterator[None]:
    """While it lasts, there is one more kind of model and one more algorithm."""
    models, algorithms = folder / "models", folder / "algorithms"
    for place, file in ((models, "mixture.py"), (algorithms, "mixture_ascent.py")):
        place.mkdir(parents=True)
        shutil.copy(_HERE / file, place / file)
    with searched_too("vae_core.models", models), searched_too("vae_core.algorithms", algorithms):
        yield
