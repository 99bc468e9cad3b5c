"""The equations beside the claims, by section: `equations.toml`."""

from pathlib import Path

from ui.learn.equations import read_equations

EQUATIONS = read_equations(Path(__file__).with_suffix(".toml"))
