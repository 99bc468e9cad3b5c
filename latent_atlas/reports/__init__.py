"""Figures for people who are not in the app: PNG sheets made with Pillow and NumPy."""
