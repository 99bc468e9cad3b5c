"""The version of this code, recorded with every run and model."""

__version__ = "0.1.0"
