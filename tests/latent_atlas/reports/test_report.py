import re
from html import unescape
from pathlib import Path

import pytest

from latent_atlas.reports.numbers import tick_text
from latent_atlas.reports.report import count_line, report_html, write_report
from latent_atlas.reproduce.numbers import PLUS_MINUS, number_text
from tests.latent_atlas.reports.figure_documents import bars_panel, document
from vae_core.errors import AtlasError


def text_of(page: str) -> str:
    body = page[page.index("<body>") :]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_every_claim_stands_with_both_values_its_verdict_and_its_numbers() -> None:
    figure = document(bars_panel())
    page = report_html([figure])
    articles = re.findall(r'<article class="claim".*?</article>', page, re.S)
    assert len(articles) == len(figure.claims) == 3
    for article, claim in zip(articles, figure.claims, strict=True):
        said = text_of("<body>" + article)
        for words in (
            claim.sentence,
            claim.paper,
            claim.ours,
            claim.verdict,
            claim.rule.sentence,
        ):
            assert words in said
    assert "13.0 ± 0.5 nats per image" in articles[0]
    assert "12.10, 13.00, 13.90" in articles[0]
    assert "wake-sleep's own" in text_of("<body>" + articles[0])


def test_plus_and_minus_are_explained_before_they_stand() -> None:
    said = text_of(report_html([document(bars_panel())]))
    assert said.index(PLUS_MINUS) < said.index("AEVB learns considerably faster")


def test_the_page_says_first_how_the_claims_fared() -> None:
    claims = document().claims
    assert count_line(claims) == ("3 claims: 1 holds, 1 does not hold, on 1 nothing can be said.")
    assert count_line(claims[:1] * 2) == "2 claims: 2 hold."
    assert count_line(()) == "No claim was tested."


def test_a_verdict_has_words_and_a_sign_besides_its_colour() -> None:
    page = report_html([document(bars_panel())])
    for sign, words in (("\u2713", "holds"), ("\u2717", "does not hold"), ("?", "cannot be said")):
        assert page.count(f'<span aria-hidden="true">{sign}</span>{words}</span>') == 2


def test_where_the_numbers_come_from_and_what_was_left_out_is_said() -> None:
    figure = document(bars_panel())
    said = text_of(report_html([figure]))
    origin = figure.provenance
    for words in (
        origin.command,
        "2026-01-31 12:00 UTC",
        "1,000,000",
        "torch 2.13.0",
        *origin.left_out,
    ):
        assert words in said
    assert "quick" not in said
    quick = figure.model_copy(update={"provenance": origin.model_copy(update={"quick": True})})
    assert "quick" in text_of(report_html([quick]))


def test_markup_in_a_document_is_text() -> None:
    hostile = '"><script>alert(1)</script>'
    figure = document(bars_panel())
    claim = figure.claims[0].model_copy(
        update=dict.fromkeys(("key", "sentence", "paper", "ours"), hostile)
    )
    origin = figure.provenance.model_copy(
        update={"command": hostile, "left_out": (hostile,), "environment": {hostile: hostile}}
    )
    page = report_html(
        [
            figure.model_copy(
                update={
                    "title": hostile,
                    "caption": hostile,
                    "claims": (claim,),
                    "provenance": origin,
                }
            )
        ]
    )
    assert "<script" not in page
    assert text_of(page).count(hostile) >= 7
    with pytest.raises(AtlasError):
        report_html([document(bars_panel(), name="javascript:alert(1)")])


def test_one_file_shows_every_figure(tmp_path: Path) -> None:
    figures = [document(bars_panel(), name=name) for name in ("figure2", "figure3")]
    page = write_report(figures, tmp_path).read_text(encoding="utf-8")
    assert re.findall(r'<img src="([^"]+)"', page) == ["figure2.png", "figure3.png"]
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_numbers_are_written_with_the_digits_that_count() -> None:
    numbers = [0.0, 0.01234, -1.234, 123.44, -12345.6, 1.5e9, 3e-7]
    small = ["0.00", "0.0123", "\u22121.23", "123.4", "\u221212,346"]
    written = [*small, "1.50 × 10⁹", "3.00 × 10⁻⁷"]
    assert [number_text(number) for number in numbers] == written
    ticks = [0.5, -150, 1000, 20_000, 1e6, 2.5e6, 1e8]
    assert [tick_text(t) for t in ticks] == [
        "0.5", "\u2212150", "1,000", "20k", "1M", "2.5M", "100M",
    ]  # fmt: skip
