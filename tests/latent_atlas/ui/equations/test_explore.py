"""The equations of Explore and their lines of code."""

import pytest

from latent_atlas.ui.equations.equation import Equation
from latent_atlas.ui.equations.explore import explore_equations
from latent_atlas.ui.equations.source import find


@pytest.mark.parametrize("formula", explore_equations(), ids=lambda each: each.title)
def test_every_symbol_of_explore_is_computed_by_the_line_that_is_shown(formula: Equation) -> None:
    assert formula.symbols
    for symbol in formula.symbols:
        found = find(symbol.code)
        assert symbol.code.expression in found.text
        assert found.file.startswith("vae_core/")
