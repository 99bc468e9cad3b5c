"""Text that is not ours, for Streamlit's Markdown: nothing in it is an order.

Names of runs, files and classes, what an address holds, and the errors that quote them.
"""

import re

from vae_core.sentences import plain

LONGEST = 80  # characters of what is quoted
_ORDERS = re.compile(r"([\\`*_\[\]<>~$:#|&@])")
# A list, a heading by underlining, and what becomes a link without being written as one.
_BY_PLACE = re.compile(
    r"^(\s*(?:\d+(?=[.)])|(?=[-+=])))|(\bwww(?=\.))", re.MULTILINE | re.IGNORECASE
)


def escaped(text: str) -> str:
    """`text` with nothing in it that Markdown would take for its own."""
    return _BY_PLACE.sub(r"\1\2\\", _ORDERS.sub(r"\\\1", text))


def name(text: str) -> str:
    """A name that people gave: Arabic in it does not turn the words around it."""
    return f"\u2068{escaped(text)}\u2069"


def quoted(text: str) -> str:
    """What somebody asked for, between quotation marks and of a bounded length."""
    return f"“{escaped(plain(text, LONGEST))}”"


def escaped_message(text: str) -> str:
    """A sentence of ours that may quote what is not: of Markdown only `code` is left in it."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick without its other
        return escaped(text)
    return "".join(f"`{part}`" if k % 2 and part else escaped(part) for k, part in enumerate(parts))
