"""The plane's JavaScript modules as one script: one request, or none in a page without a server.

Some fifty requests, each of which waits for the one that names it, would take longer than all that
they bring; and from the file system a browser imports no modules at all. So each module becomes a
function that returns what it exports, in the order of their imports, found by following these.
Only the forms that our modules are written in are understood; any other is an error, not a broken
page.
"""

import posixpath
import re
from pathlib import Path

_IMPORT = re.compile(
    r'^import\s+(\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+"(\.{1,2}/[\w./]+)\.js";', re.MULTILINE
)
_EXPORT = re.compile(r"^export\s+((?:async\s+)?function\*?|const|class)\s+(\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|\bimport\.meta\b.*", re.MULTILINE)


def bundle(folder: Path, entry: str) -> str:
    """An expression whose value is what the module `entry` exports: a path below `folder`, without
    `.js`, such as `plane/page`.

    Raises ValueError where a module is written in a form that is not understood, or where modules
    import each other in a circle.
    """
    parts: dict[str, str] = {}
    _gather(folder, entry, parts, ())
    return "\n".join(
        [
            "(() => {",
            '"use strict";',
            "const bundled = {};",
            *(f'bundled["{name}"] = (() => {{\n{source}\n}})();' for name, source in parts.items()),
            f'return bundled["{entry}"];',
            "})()",
        ]
    )


def _gather(folder: Path, name: str, parts: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join([*above, name])}")
    if name in parts:
        return
    source = (folder / f"{name}.js").read_text(encoding="utf-8")
    for _, wanted in _IMPORT.findall(source):
        _gather(folder, _beside(name, wanted), parts, (*above, name))
    exported = ", ".join(found for _, found in _EXPORT.findall(source))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(lambda found: _taken(found, name), source))
    if left := _LEFT_OVER.search(body):
        raise ValueError(f"{name}.js has “{left.group()}”, which the bundle cannot carry over")
    parts[name] = f"{body}\nreturn {{ {exported} }};"


def _beside(name: str, wanted: str) -> str:
    """The module that the module `name` means by the path `wanted`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), wanted))


def _taken(found: re.Match[str], name: str) -> str:
    names, module = found.group(1), f'bundled["{_beside(name, found.group(2))}"]'
    if names.startswith("*"):
        return f"const {names.split()[-1]} = {module};"
    renamed = re.sub(r"\s+as\s+", ": ", names)
    return f"const {renamed} = {module};"
