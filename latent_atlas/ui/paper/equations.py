"""The equations beside the claims, by section: `equations.toml`."""

from pathlib import Path

from latent_atlas.ui.equations.equation import read_equations

EQUATIONS = read_equations(Path(__file__).with_suffix(".toml"))
