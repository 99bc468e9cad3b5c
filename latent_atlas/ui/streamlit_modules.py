"""Streamlit's own JavaScript, as far as a page does not name it.

Streamlit asks for the modules of an element when its script has said that there is one: a second
wait, after the first one for all that every page needs. What a page will ask for can be on its way
by then.
"""

import re
from functools import cache
from pathlib import Path

import streamlit

_STATIC = Path(streamlit.__file__).parent / "static"
_IMPORTED = re.compile(r'\b(?:from|import)"\./([^"]+\.js)"')


@cache
def modules_of(*elements: str) -> tuple[str, ...]:
    """Addresses, relative to a page, of the modules of some elements and of what these import.

    Those that every page names are left out, and elements that this Streamlit does not have.
    """
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    folder = _STATIC / "static" / "js"
    found: dict[str, None] = {}  # in this order
    waiting = [path.name for each in elements for path in folder.glob(f"{each}.*.js")]
    for name in waiting:  # grows meanwhile
        if name in found or name in page:
            continue
        found[name] = None
        waiting += _IMPORTED.findall((folder / name).read_text(encoding="utf-8"))
    return tuple(f"static/js/{name}" for name in found)
