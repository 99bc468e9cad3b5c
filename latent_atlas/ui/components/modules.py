"""The JavaScript modules of the app, and the addresses that they are served under.

A module is named by its path below `latent_atlas/ui`, without `.js`; its address mirrors the
folders, so that what it imports is found beside it. `NAME.bundle` is the module with all that it
imports inside. Every address holds the hash of all modules: a browser may keep what it got.

A module called `all` lists what the modules of its folder, and of the folders below, export under
one name. It is written `export const features = [];`, with the type of the list above it; what is
served in its place imports every `feature` that there is, in the order of their files. So a feature
is one file, and no list names it a second time.
"""

import hashlib
import os
import posixpath
import re
from functools import lru_cache
from pathlib import Path

from latent_atlas.ui.components.bundle import bundled_module, exported

_FOLDER = Path(__file__).parents[1]
_BUNDLED = ".bundle"
_LISTED = re.compile(r"^export const (\w+)s = \[\];$", re.MULTILINE)

Stamp = tuple[tuple[str, int], ...]


def js_version() -> str:
    """The hash of all modules, and of what makes bundles of them."""
    return _read(_stamp())[0]


def js_sources() -> dict[str, str]:
    """All modules by name."""
    return _read(_stamp())[1]


def js_module(version: str, name: str) -> str | None:
    """The source of one module or bundle; None when its name or the version is not a present one.

    Raises ValueError where a bundle cannot be made.
    """
    stamp = _stamp()
    current, sources = _read(stamp)
    entry = name.removesuffix(_BUNDLED)
    if version != current or entry not in sources:
        return None
    return sources[name] if name == entry else _bundle(stamp, entry)


def module_address(name: str) -> str:
    """The address of a module, or of the folder of some, without `.js`.

    Relative to the page, as all of ours are: a proxy may serve the app below a path of its own.
    """
    return f"api/js/{js_version()}/{name}"


def bundle_address(entry: str) -> str:
    """The address of a module with all that it imports."""
    return f"{module_address(entry)}{_BUNDLED}.js"


def read_sources(folder: Path) -> dict[str, str]:
    """The modules below a folder by name, as they are served: lists are filled in."""
    paths = sorted(folder.rglob("*.js"))
    sources = {
        path.relative_to(folder).as_posix().removesuffix(".js"): path.read_text(encoding="utf-8")
        for path in paths
    }
    lists = [name for name in sources if posixpath.basename(name) == "all"]
    return sources | {name: _filled(name, sources) for name in lists}


def _filled(name: str, sources: dict[str, str]) -> str:
    """The list `name` with its members. Raises ValueError where it does not say what it lists."""
    found = _LISTED.search(sources[name])
    if found is None:
        raise ValueError(f"{name}.js has no line such as “export const features = [];”")
    wanted, folder = found.group(1), posixpath.dirname(name)
    members = [
        posixpath.relpath(other, folder)
        for other, source in sources.items()
        if other.startswith(f"{folder}/") and wanted in exported(source)
    ]
    imports = "\n".join(
        f'import {{ {wanted} as {wanted}{n} }} from "./{member}.js";'
        for n, member in enumerate(members)
    )
    names = ", ".join(f"{wanted}{n}" for n in range(len(members)))
    listed = f"export const {wanted}s = [{names}];"
    return f"{imports}\n{_LISTED.sub(listed, sources[name])}"


def _stamp() -> Stamp:
    """What changes when a module does. Asked for at every rerun, so it had better be quick."""
    paths = [
        os.path.join(folder, name)  # noqa: PTH118 (a Path each would take three times as long)
        for folder, _, names in os.walk(_FOLDER)
        for name in names
        if name.endswith(".js")
    ]
    return tuple((path, os.stat(path).st_mtime_ns) for path in sorted(paths))  # noqa: PTH116


@lru_cache(maxsize=2)
def _read(stamp: Stamp) -> tuple[str, dict[str, str]]:
    sources = read_sources(_FOLDER)
    bundler = Path(__file__).with_name("bundle.py").read_text(encoding="utf-8")
    together = "\0".join([bundler, *(f"{name}\0{source}" for name, source in sources.items())])
    return hashlib.sha256(together.encode()).hexdigest()[:16], sources


@lru_cache(maxsize=16)
def _bundle(stamp: Stamp, entry: str) -> str:
    return bundled_module(_read(stamp)[1], entry)
