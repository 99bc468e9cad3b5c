"""A package made to find one more file: how a test adds a likelihood, an algorithm, a dataset."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def searched_too(package_name: str, folder: Path) -> Iterator[None]:
    """While it lasts, modules in ``folder`` belong to the package, as if they lay in its own."""
    package = importlib.import_module(package_name)
    before = set(sys.modules)
    package.__path__.append(str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        package.__path__.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and Path(file).is_relative_to(folder):
                del sys.modules[name]
                delattr(package, name.rpartition(".")[2])
