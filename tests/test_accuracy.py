"""The table of docs/accuracy.md: its rule, its form, and the lines that take no time."""

from itertools import chain
from pathlib import Path

from benchmarks.accuracy.__main__ import HEAD, document
from benchmarks.accuracy.geometry import geometry_rows
from benchmarks.accuracy.likelihoods import likelihood_rows
from benchmarks.accuracy.row import Missing, Row, line
from vae_core.algorithms.variance import WAYS
from vae_core.evaluation.estimators import ESTIMATORS
from vae_core.models import LIKELIHOODS

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"


def cells(text: str) -> list[str]:
    return [each.strip() for each in text.replace("\\|", "∣").strip("|").split("|")]


def test_a_sampled_number_agrees_within_three_standard_errors_and_no_further() -> None:
    near = Row("ELBO", "m", "closed form", -1.0, -1.29, error=0.1)
    far = Row("ELBO", "m", "closed form", -1.0, -1.31, error=0.1, warned=True)
    assert (near.agrees, far.agrees) == (True, False)
    assert near.verdict == "agrees"
    assert far.verdict == "off by −0.31; the program warns of it"


def test_a_number_that_is_not_sampled_agrees_within_its_tolerance() -> None:
    assert Row("rate", "m", "x", 1.0, 1.009, tolerance=0.01).agrees
    assert not Row("rate", "m", "x", 1.0, 1.011, tolerance=0.01).agrees


def test_what_could_not_be_compared_says_why_and_counts_for_nothing() -> None:
    missing = Missing("log p(x)", "mnist-2d", "mnist is not here: not compared")
    assert cells(line(missing))[-1] == "mnist is not here: not compared"
    assert document([missing]).endswith("\n0 of 0 lines agree.\n")


def test_the_page_is_what_the_command_writes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    rows = [cells(each) for each in text.removeprefix(HEAD).splitlines() if each.startswith("|")]
    assert all(len(row) == 6 for row in rows)
    told = {(row[0], row[1].partition(",")[0]) for row in rows}
    for name in LIKELIHOODS:
        assert any(model == name for _, model in told)
    for way in WAYS:
        assert (f"gradient along the exact one, {way}", "a 2-D VAE of 9 pixels") in told
    for method in ESTIMATORS:
        assert (f"log p(x), {method}", "linear-Gaussian") in told
        assert (f"log p(x), {method}", "mnist-2d") in told
    agreed = sum(row[-1] == "agrees" for row in rows)
    compared = sum("not here" not in row[-1] for row in rows)
    assert text.endswith(f"\n{agreed} of {compared} lines agree.\n")


def test_cheap_lines_agree_and_stand_on_the_page() -> None:
    lines = [cells(each) for each in PAGE.read_text(encoding="utf-8").splitlines()]
    on_page = [(each[0], each[1], each[-1]) for each in lines if len(each) == 6]
    for row in chain(likelihood_rows(), geometry_rows()):
        assert row.agrees, line(row)
        quantity, model, *_ = cells(line(row))
        assert (quantity, model, "agrees") in on_page
