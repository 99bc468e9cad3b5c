"""The Paper page as its script draws it; `tests/browser/test_paper.py` races on it."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.reports.colours import QUIET_LIGHT
from latent_atlas.reproduce.numbers import PLUS_MINUS
from latent_atlas.reproduce.race import Course, Entry, Point, Race, race_folder
from latent_atlas.reproduce.race.entries import entries
from latent_atlas.reproduce.race.record import Begun, append
from latent_atlas.reproduce.registry import EXPERIMENTS
from latent_atlas.ui.equations.equation import Symbol
from latent_atlas.ui.equations.source import CodeLine, find
from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.paper import results, words
from latent_atlas.ui.paper.equations import EQUATIONS
from latent_atlas.ui.paper.results import command
from latent_atlas.ui.paper.sections import SECTIONS
from latent_atlas.ui.paper.standings import SAMPLES, SECONDS, standings
from tests.pages import paper_results
from vae_core.models import DiagonalGaussian

PAGE = str(Path(__file__).parents[2] / "pages" / "paper.py")
SYMBOLS = [symbol for each in EQUATIONS.values() for formula in each for symbol in formula.symbols]


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of results: empty, whatever the repository holds."""
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    return tmp_path


def opened(**state: bool) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def told(app: AppTest) -> str:
    return "\n".join(str(e.value) for e in [*app.markdown, *app.caption, *app.code, *app.info])


@pytest.mark.parametrize("symbol", SYMBOLS, ids=lambda symbol: symbol.code.expression)
def test_every_symbol_is_computed_by_the_line_that_the_page_shows(symbol: Symbol) -> None:
    found = find(symbol.code)
    assert symbol.code.expression in found.text
    lines = (Path(__file__).parents[2] / found.file).read_text(encoding="utf-8").splitlines()
    assert lines[found.number - 1].strip() == found.text


def test_a_line_that_is_gone_or_not_alone_is_a_fault() -> None:
    with pytest.raises(LookupError, match="0 lines"):
        find(CodeLine(DiagonalGaussian.kl, "self.gone"))
    with pytest.raises(LookupError, match="2 lines"):
        find(CodeLine(DiagonalGaussian.log_prob_per_dim, "self.logvar"))


def test_every_claim_has_equations_and_results_that_can_be_computed() -> None:
    assert {section.key for section in SECTIONS} | {"race"} == set(EQUATIONS)
    assert {name for section in SECTIONS for name in section.documents} == set(EXPERIMENTS)


def test_without_results_each_claim_says_what_computes_them() -> None:
    app = opened()
    assert not app.exception
    assert [header.value for header in app.header][1:] == [
        f"{number}. {section.question}" for number, section in enumerate(SECTIONS, start=1)
    ]
    assert [code.value for code in app.code] == [
        command(name) for section in SECTIONS for name in section.documents
    ]
    assert told(app).count(words.NOT_COMPUTED) == len(SECTIONS)


def test_verdicts_numbers_date_and_command_are_those_of_the_results(shipped: Path) -> None:
    paper_results.write(shipped)
    app = opened()
    assert not app.exception
    said = told(app)
    for name in paper_results.NAMES:
        document = paper_results.document(name)
        assert document.provenance.command in said
        for claim in document.claims:
            assert escaped(claim.ours) in said
            assert escaped(claim.rule.sentence) in said
    assert "Computed 31 January 2026 · 1,000,000 samples each · seeds 0, 1, 2" in said
    assert "balance: 1 holds, 1 does not" in said
    assert len(app.get("plotly_chart")) == 6  # figure 2 bears on two claims


def test_headings_ask_and_only_verdicts_answer() -> None:
    for each in SECTIONS:
        assert each.question.endswith("?"), each.question


def test_the_review_is_named_where_it_is_first_argued_with() -> None:
    first, *later = [n.text for each in SECTIONS for n in each.notes if "review" in n.text.lower()]
    assert "a critical review of the paper" in first
    assert "the text that this project was made from" in first
    assert later
    before = words.INTRODUCTION + words.BELOW + "".join(n.title for n in SECTIONS[0].notes[:1])
    assert "review" not in before.lower()


def test_plus_and_minus_are_explained_before_they_stand(shipped: Path) -> None:
    paper_results.write(shipped)
    said = told(opened())
    explained = said.index(escaped(PLUS_MINUS) if escaped(PLUS_MINUS) in said else PLUS_MINUS)
    assert said.index("±") == said.index("±", explained)


def test_a_damaged_result_costs_its_own_place_only(shipped: Path) -> None:
    paper_results.write(shipped, ("figure2", "figure3"))
    (shipped / "figure3.json").write_text('{"name": "figure3"}', encoding="utf-8")
    app = opened()
    assert not app.exception
    [problem] = app.info
    assert "figure3.json is not a result" in problem.value
    assert "Measured for figure2-better" in told(app)


def test_opened_equations_show_symbols_and_code() -> None:
    app = opened(**{"eq-estimator": True})
    assert not app.exception
    assert len(app.latex) == len(EQUATIONS["estimator"])
    said = told(app)
    for formula in EQUATIONS["estimator"]:
        for symbol in formula.symbols:
            assert symbol.words in said
            assert find(symbol.code).text in said


def test_the_standings_hold_everybody_to_where_the_last_one_is() -> None:
    racers = tuple(Entry(key=k, title=k.upper(), algorithm="aevb") for k in ("slow", "fast", "x"))
    measured = {
        "slow": [(100, 1.0, -60.0), (200, 2.0, -50.0)],
        "fast": [(100, 0.2, -55.0), (200, 0.4, -52.0), (300, 0.6, -40.0)],
        "x": [(100, 0.1, -30.0)],
    }
    points = {
        key: [Point(racer=key, samples=n, seconds=t, log_p=v) for n, t, v in rows]
        for key, rows in measured.items()
    }
    race = Race("running", entries=racers, points=points, out={"x": "left the track"})
    common, by_samples = standings(race, SAMPLES)
    assert common == 200
    assert [(e.key, p and p.log_p) for e, p in by_samples] == [
        ("slow", -50.0),
        ("fast", -52.0),
        ("x", None),
    ]
    common, by_seconds = standings(race, SECONDS)
    assert common == 0.6
    assert [(e.key, p and p.log_p) for e, p in by_seconds] == [
        ("fast", -40.0),
        ("slow", None),
        ("x", None),
    ]


def test_the_numbers_of_a_figures_axes_can_be_read(shipped: Path) -> None:
    paper_results.write(shipped)
    for chart in opened().get("plotly_chart"):
        layout = json.loads(chart.proto.spec)["layout"]
        for axis in ("xaxis", "yaxis"):
            assert layout[axis]["tickfont"]["color"] == QUIET_LIGHT
        assert layout["xaxis"]["title"]["font"]["color"] == QUIET_LIGHT


def test_a_race_whose_process_died_says_so_and_can_be_run_again() -> None:
    race_folder().mkdir(parents=True)
    record = race_folder() / "race.jsonl"
    append(record, Begun(course=Course(), entries=entries()))
    append(record, Point(racer="aevb", samples=1000, seconds=0.1, log_p=-80.5, half_width=1.62))
    # Recorded before there was a ±.
    append(record, Point(racer="svi", samples=1000, seconds=0.1, log_p=-90.25))
    app = opened()
    assert not app.exception
    assert "ended before its time" in app.warning[0].value
    assert "Race again" in [each.label for each in app.button]
    [table] = [each.proto.body for each in app.get("html") if "standings" in each.proto.body]
    assert "−80.5<" in table
    assert "nats: ± 1.6 at most" in table
