"""What a package offers, found by looking through its own folder: adding is adding a file.

A likelihood, a network, a learning algorithm is one class that says its ``name``, in a module of
the package of its kind. Only the package's own ``__path__`` is searched, which is part of the
program; never a folder that a run, an upload or an address names.
"""

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

T = TypeVar("T")

_LAST = 1_000  # the place of a class that says no ``order``
_found: dict[tuple[str, tuple[str, ...], type[Any]], dict[str, type[Any]]] = {}  # searched once


def declared(package_name: str, base: type[T]) -> dict[str, type[T]]:
    """The classes that the modules of a package declare, by their names.

    What counts is a concrete subclass of ``base`` that has a ``name`` of its own or by inheritance
    and is defined in the module where it is found. They come by their ``order`` (an int that a
    class may say), then by name.

    Raises:
        ValueError: two classes say the same name.
    """
    path = tuple(import_module(package_name).__path__)
    key = (package_name, path, base)
    if key not in _found:
        _found[key] = _search(package_name, path, base)
    return dict(_found[key])


class Declarations(Mapping[str, type[T]]):
    """The same as a mapping that is always up to date, also when the package's path grows."""

    def __init__(self, package_name: str, base: type[T]) -> None:
        self._package_name, self._base = package_name, base

    def __getitem__(self, name: str) -> type[T]:
        return declared(self._package_name, self._base)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(declared(self._package_name, self._base))

    def __len__(self) -> int:
        return len(declared(self._package_name, self._base))


def _search(package_name: str, path: tuple[str, ...], base: type[Any]) -> dict[str, type[Any]]:
    by_name: dict[str, type[Any]] = {}
    for module in iter_modules(path):
        for declaration in _of_module(f"{package_name}.{module.name}", base):
            if declaration.name in by_name:
                raise ValueError(
                    f"{declaration.__qualname__} and {by_name[declaration.name].__qualname__} of "
                    f"{package_name} are both called {declaration.name}."
                )
            by_name[declaration.name] = declaration
    return {
        name: by_name[name]
        for name in sorted(by_name, key=lambda n: (getattr(by_name[n], "order", _LAST), n))
    }


def _of_module(module_name: str, base: type[Any]) -> list[type[Any]]:
    members = vars(import_module(module_name)).values()
    return [
        member
        for member in members
        if inspect.isclass(member)
        and issubclass(member, base)
        and member.__module__ == module_name
        and not inspect.isabstract(member)
        and isinstance(getattr(member, "name", None), str)
    ]
