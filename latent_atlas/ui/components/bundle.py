"""JavaScript modules as one script: one request, or none in a page without a server.

Some seventy requests, each of which waits for the one that names it, would take longer than all
that they bring; and from the file system a browser imports no modules at all. So each module
becomes a function that returns what it exports, in the order of their imports, found by following
these. Only the forms that our modules are written in are understood; any other is an error, not a
broken page.
"""

import posixpath
import re
from collections.abc import Mapping

_IMPORT = re.compile(
    r'^import\s+(\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+"(\.{1,2}/[\w./]+)\.js";', re.MULTILINE
)
_EXPORT = re.compile(r"^export\s+((?:async\s+)?function\*?|const|class)\s+(\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|\bimport\.meta\b.*", re.MULTILINE)


def bundle(sources: Mapping[str, str], *entries: str) -> str:
    """An expression that runs the modules `entries` in this order, each with what it imports before
    it; its value is what the last of them exports.

    `sources` holds the modules by name: a path without `.js`, such as `draw/pad`. Raises ValueError
    where a module is missing or is written in a form that is not understood, or where modules
    import each other in a circle.
    """
    parts: dict[str, str] = {}
    for entry in entries:
        _gather(sources, entry, parts, ())
    return "\n".join(
        [
            "(() => {",
            '"use strict";',
            "const bundled = {};",
            *(f'bundled["{name}"] = (() => {{\n{body}\n}})();' for name, body in parts.items()),
            f'return bundled["{entries[-1]}"];',
            "})()",
        ]
    )


def bundled_module(sources: Mapping[str, str], entry: str) -> str:
    """The module `entry` with all that it imports inside. Arguments and errors as in `bundle`."""
    script = bundle(sources, entry)
    return f"export const {{ {', '.join(exported(sources[entry]))} }} = {script};\n"


def exported(source: str) -> list[str]:
    """The names that a module exports."""
    return [name for _, name in _EXPORT.findall(source)]


def _gather(
    sources: Mapping[str, str], name: str, parts: dict[str, str], above: tuple[str, ...]
) -> None:
    if name in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join([*above, name])}")
    if name in parts:
        return
    if name not in sources:
        raise ValueError(f"there is no {name}.js: {' → '.join([*above, name])}")
    source = sources[name]
    for _, wanted in _IMPORT.findall(source):
        _gather(sources, _beside(name, wanted), parts, (*above, name))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(lambda found: _taken(found, name), source))
    if left := _LEFT_OVER.search(body):
        raise ValueError(f"{name}.js has “{left.group()}”, which the bundle cannot carry over")
    parts[name] = f"{body}\nreturn {{ {', '.join(exported(source))} }};"


def _beside(name: str, wanted: str) -> str:
    """The module that the module `name` means by the path `wanted`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), wanted))


def _taken(found: re.Match[str], name: str) -> str:
    names, module = found.group(1), f'bundled["{_beside(name, found.group(2))}"]'
    if names.startswith("*"):
        return f"const {names.split()[-1]} = {module};"
    renamed = re.sub(r"\s+as\s+", ": ", names)
    return f"const {renamed} = {module};"
