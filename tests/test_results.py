"""The results that come with the program: what they rest on, and that they come out again."""

import re
from pathlib import Path

import pytest

from latent_atlas.reports.figures.centre import centre
from latent_atlas.reproduce.cells import answered, points_of
from latent_atlas.reproduce.claims.rivals import BEGINNING
from latent_atlas.reproduce.experiment import Options
from latent_atlas.reproduce.experiments import figure2, rivals
from latent_atlas.reproduce.figure import (
    BarsPanel,
    Claim,
    CurvesPanel,
    FigureData,
    TablePanel,
    read_figure,
)
from latent_atlas.reproduce.numbers import number_text
from latent_atlas.reproduce.registry import EXPERIMENTS
from latent_atlas.reproduce.rivals_answers import Begun
from latent_atlas.reproduce.rivals_cells import BeginningCell
from vae_core.algorithms.variance import WAYS
from vae_core.data import available_datasets

FOLDER = Path(__file__).parents[1] / "results" / "paper"
MARKS = (100_000, 180_000, 320_000, 560_000, 1_000_000)
RESULTS = sorted(FOLDER.glob("*.json"))
# Whose trainings have half an hour each instead: three seeds of them all would take a day.
BY_TIME, HALF_AN_HOUR = {"rivals"}, 1_800.0
# Some of whose models show what they are to show long before a million.
SOME_SOONER = {"collapse"}


def _stored(name: str) -> FigureData:
    return read_figure(FOLDER / f"{name}.json")


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_stored_results_rest_on_a_million_samples_and_say_where_they_come_from(path: Path) -> None:
    figure = read_figure(path)
    assert figure.name == path.stem
    assert figure.name in EXPERIMENTS
    provenance = figure.provenance
    by_time = figure.name in BY_TIME
    most = provenance.most_samples if figure.name in SOME_SOONER else provenance.samples
    assert by_time or (most or 0) >= 1_000_000
    assert len(provenance.seeds) >= 3 or EXPERIMENTS[figure.name].one_seed or by_time
    took = [
        e for claim in figure.claims for e in claim.evidence if e.label == "seconds of training"
    ]
    assert all(seconds <= HALF_AN_HOUR for each in took for seconds in each.values)
    assert bool(took) == by_time
    assert not provenance.quick
    seeds = ",".join(map(str, provenance.seeds))
    assert provenance.command.startswith(f"latent-atlas reproduce {figure.name} --seeds {seeds}")
    assert figure.claims


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_a_result_names_as_many_seeds_as_it_draws(path: Path) -> None:
    """Pictures are those of a single training: their number of seeds is one, or they name it."""
    figure = read_figure(path)
    seeds = len(figure.provenance.seeds)
    assert EXPERIMENTS[figure.name].one_seed == (seeds == 1) or figure.name in BY_TIME
    for panel in figure.panels:
        if isinstance(panel, CurvesPanel):
            assert all(len(curve.y) == seeds for curve in panel.curves)
        elif isinstance(panel, BarsPanel):
            assert all(len(bar.values) == seeds for bar in panel.bars)
        elif not isinstance(panel, TablePanel):
            assert seeds == 1 or f"seed {figure.provenance.seeds[0]}" in panel.title
    for claim in figure.claims:
        assert all(len(each.values) == seeds for each in claim.rule.comparisons)


# What was said to hold before there was a rule, and does not follow.
DOES_NOT_FOLLOW = (
    "amortisation-generalises",
    "figure2-overfit",
    "variance-learning",
    "variance-unbiased",
)


def _claims() -> dict[str, Claim]:
    return {claim.key: claim for path in RESULTS for claim in read_figure(path).claims}


def test_the_documentation_lists_every_claim_with_its_verdict_and_rule() -> None:
    page = (FOLDER.parents[1] / "docs" / "verdicts.md").read_text(encoding="utf-8").splitlines()
    for claim in _claims().values():
        [row] = [line for line in page if line.startswith(f"| {claim.sentence} |")]
        assert f"| **{claim.verdict}** | {claim.rule.quantity}; {claim.rule.tolerance} |" in row
        assert row.endswith(f"| {claim.rule.decided}; {claim.rule.otherwise} |")


@pytest.mark.parametrize("key", _claims())
def test_a_verdict_that_rests_on_comparisons_names_the_one_that_decides_with_its_spread(
    key: str,
) -> None:
    rule = _claims()[key].rule
    if rule.deciding is None:
        assert rule.no_power or not rule.comparisons
        return
    each = rule.deciding
    assert each.outcome() == "holds" if rule.verdict == "holds" else each.outcome() != "holds"
    assert f"Decided by: “{each.label}” is {each.told}" in rule.sentence
    if len(each.values) > 1 or each.error is not None:
        assert (" to " if each.ratio else " ± ") in each.told
    else:  # one seed, of which no spread is known, decides nothing
        assert rule.verdict == "cannot be said"


def test_the_chart_of_the_noise_and_the_text_beside_it_tell_the_same_means() -> None:
    told = _claims()["variance-low"].ours
    for panel in _stored("gradient-variance").panels:
        if isinstance(panel, BarsPanel):
            bare, a = (
                next(bar for bar in panel.bars if bar.label == WAYS[way].title)
                for way in ("none", "a")
            )
            for bar in (bare, a):
                assert f"{number_text(centre(panel, bar))} (" in told
    assert "e+" not in told


def test_the_charts_of_blur_and_the_text_beside_them_tell_the_same_means() -> None:
    stored = {"means": "blur-means", "reconstructed-means": "blur-reconstructions"}
    for panel in _stored("blur").panels:
        if isinstance(panel, BarsPanel):
            told = _claims()[stored.get(panel.key, "blur-samples")].ours
            for bar in panel.bars:
                assert f"{number_text(centre(panel, bar))} (" in told


def test_a_statement_of_another_paper_does_not_stand_under_the_papers_name() -> None:
    for claim in _claims().values():
        if " et al. " in claim.paper or re.search(r"(19|20)\d\d", claim.paper):
            assert claim.source != "The paper", claim.paper
    assert _claims()["iwae-likelihood"].source == "Burda et al. 2015"


def test_the_documentation_says_when_inference_overtakes_the_encoder_as_the_result_does() -> None:
    told = _claims()["amortisation-cost"].ours.split(". ")[0]
    page = (FOLDER.parents[1] / "docs" / "reproduce.md").read_text(encoding="utf-8")
    assert told in " ".join(page.split())


@pytest.mark.parametrize("key", DOES_NOT_FOLLOW)
def test_what_the_numbers_do_not_bear_out_is_not_said_to_hold(key: str) -> None:
    assert _claims()[key].verdict != "holds"


def test_what_is_claimed_of_a_hundredth_of_the_papers_samples_is_claimed_so_far() -> None:
    for name in ("figure2", "figure3"):
        for claim in _stored(name).claims:
            if any(word in claim.sentence for word in (" above ", " ahead ", " faster ")):
                assert claim.sentence.startswith("So far"), claim.sentence


def test_a_stored_cell_comes_out_again(tmp_path: Path) -> None:
    """Trains figure 2's first cell to its first mark: the same model, seed and measurement."""
    present = {info.name: info for info in available_datasets()}["mnist"]
    if not present.present:
        pytest.skip("the full MNIST is not here: LATENT_ATLAS_DATA names no folder that has it")
    stored = _stored("figure2")
    panel = stored.panels[0]
    assert isinstance(panel, CurvesPanel)
    curves = {curve.label: curve for curve in panel.curves}
    cell = figure2.cell(panel.key, "aevb", stored.provenance.seeds[0], stored.provenance.samples)
    [mark, *_] = cell.asked.marks
    first = type(cell)(cell.asked.model_copy(update={"marks": (mark,)}))
    [point] = points_of(answered(first, tmp_path))
    assert point.samples == curves["AEVB (test)"].x[0]
    # Bit for bit on the machine it was computed on; another processor adds in another order.
    assert point.test.value == pytest.approx(curves["AEVB (test)"].y[0][0], abs=1.0)
    assert point.train.value == pytest.approx(curves["AEVB (train)"].y[0][0], abs=1.0)


@pytest.mark.parametrize("name", ["made", "pixelcnn", "flow"])
def test_the_beginning_of_a_stored_rival_comes_out_again(name: str, tmp_path: Path) -> None:
    """Trains a rival of the table as far as is stored of its beginning."""
    present = {info.name: info for info in available_datasets()}[rivals.DATASET]
    if not present.present:
        pytest.skip("the full MNIST is not here: LATENT_ATLAS_DATA names no folder that has it")
    [recipe] = [each for each in rivals.RECIPES if each.name == name]
    evidence = _claims()[f"rivals-{name}"].evidence
    [stored] = [each for each in evidence if each.label.endswith(BEGINNING)]
    seeds = _stored("rivals").provenance.seeds
    cell = BeginningCell(rivals.cell(recipe, Options(), seeds[0]).trained)
    begun = Begun.model_validate(answered(cell, tmp_path).result)
    assert begun.nats == pytest.approx(stored.values[0], abs=1.0)


# Test bounds in nats where another implementation of the same recipe measured them, with one seed.
# On the way up neighbouring minibatches and seeds lie further apart than that allows, so it is our
# seeds that must reach from below it to above it, give or take. Left out is wake-sleep on mnist-10
# from 320,000 on, where that run had fallen back.
ELSEWHERE = {
    "mnist-3 AEVB": (-175.0, -167.4, -161.1, -155.1, -149.4),
    "mnist-3 Wake-sleep": (-181.7, -179.8, -171.5, -165.5),
    "mnist-10 AEVB": (-144.5, -139.8, -132.6, -126.4, -120.7),
    "mnist-10 Wake-sleep": (-174.2, -166.9),
    "mnist-20 AEVB": (-133.3, -128.1, -124.0),
    "frey-2 AEVB": (705.9, 736.7, 746.7),
    "frey-2 Wake-sleep": (619.4, 670.3, 714.3),
    "frey-10 AEVB": (829.4, 869.8, 948.7, 1029.7, 1087.6),
    "frey-10 Wake-sleep": (694.3, 762.7, 820.3, 888.6, 945.6),
    "frey-20 AEVB": (806.7, 866.4, 960.8, 1052.5, 1101.0),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_figure_2_is_what_another_implementation_found(name: str) -> None:
    panel, method = name.split()
    [found] = [each for each in _stored("figure2").panels if each.key == panel]
    assert isinstance(found, CurvesPanel)
    [curve] = [each for each in found.curves if each.label == f"{method} (test)"]
    allowed = 3.0 if panel.startswith("mnist") else 25.0
    for samples, value in zip(MARKS, ELSEWHERE[name], strict=False):
        ours = [seed[list(curve.x).index(samples)] for seed in curve.y]
        assert min(ours) - allowed <= value <= max(ours) + allowed, (samples, ours)
