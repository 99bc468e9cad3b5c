"""An image of one's own on the plane: drawn, uploaded or pasted; encoded, rebuilt and reckoned."""

from latent_atlas.ui.own_image.section import latest_mean, own_image_section, sheet_beside

__all__ = ["latest_mean", "own_image_section", "sheet_beside"]
