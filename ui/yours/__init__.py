"""An image of one's own on the plane: drawn, uploaded or pasted; encoded, rebuilt and reckoned."""

from ui.yours.section import yours

__all__ = ["yours"]
