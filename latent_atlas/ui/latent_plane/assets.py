"""What the plane is made of: its markup, its style sheets, and its JavaScript modules.

The modules are served under an address that holds their hash.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from latent_atlas.ui.latent_plane.bundle import bundle

BUNDLE = "bundle"  # the name of the module that holds all others
_HERE = Path(__file__).parent
_FOLDER = _HERE / "js"


def markup() -> str:
    """The plane's elements, as HTML."""
    return (_HERE / "plane.html").read_text(encoding="utf-8")


def stylesheet() -> str:
    """All its style sheets together; `plane.css` comes first."""
    others = sorted(path for path in (_HERE / "css").glob("*.css") if path.name != "plane.css")
    sheets = [_HERE / "css" / "plane.css", *others]
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def js_version() -> str:
    """The hash of all modules: their address, so that a browser may keep them for ever."""
    return _read(_stamp())[0]


def js_module(version: str, name: str) -> str | None:
    """The source of one module, or None when the name or the version is not the present one."""
    current, sources = _read(_stamp())
    return sources.get(name) if version == current else None


def _stamp() -> tuple[tuple[str, int], ...]:
    paths = sorted(_FOLDER.rglob("*.js"))
    return tuple((p.relative_to(_FOLDER).as_posix(), p.stat().st_mtime_ns) for p in paths)


@lru_cache(maxsize=2)
def _read(stamp: tuple[tuple[str, int], ...]) -> tuple[str, dict[str, str]]:
    sources = {
        name.removesuffix(".js"): (_FOLDER / name).read_text(encoding="utf-8") for name, _ in stamp
    }
    whole = f"export const {{ createBetween, createPlane }} = {bundle(_FOLDER, 'plane/page')};\n"
    sources[BUNDLE] = whole
    together = "\0".join(f"{name}\0{source}" for name, source in sources.items())
    return hashlib.sha256(together.encode()).hexdigest()[:16], sources
