"""Equations with each symbol in words and the line of code that computes it, for several pages."""
