"""Runs as one ZIP: to take away, to give to somebody, to bring to another machine.

What leaves is what a run is, and nothing of the machine that it lies on. What comes in may be of
anybody: it is bounded, checked as a run's own files are, and never unpickled.
"""

from vae_core.runs.archive.arrivals import ImportedRuns, import_runs
from vae_core.runs.archive.pack import export_runs, exported_bytes

__all__ = ["ImportedRuns", "export_runs", "exported_bytes", "import_runs"]
