"""Runs held against each other: courses laid over one another, groups, what differs."""

from latent_atlas.ui.compare.page_part import comparison

__all__ = ["comparison"]
