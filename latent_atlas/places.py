"""Where the things lie that travel with the program: pages, shipped models, shipped results."""

from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
PAGES = HOME / "pages"
CHECKPOINTS = HOME / "checkpoints"
RESULTS = HOME / "results"
