"""The report of a diagnosis: what it holds, and what it must not do."""

import json
import re
from html import unescape

from latent_atlas.reports.diagnosis.chapter import CHAPTERS
from latent_atlas.reports.diagnosis.files import FILES
from latent_atlas.reports.diagnosis.page import diagnosis_html
from latent_atlas.reports.diagnosis.section import SECTIONS
from latent_atlas.reports.diagnosis.sections.disentangle import DisentangleFinding
from latent_atlas.reports.plain_data import Misfit, plain, read
from tests.latent_atlas.reports.comparison.made_up import EVIL
from tests.latent_atlas.reports.comparison.test_comparison_files import elements_of
from tests.latent_atlas.reports.diagnosis.made_up import diagnosis, findings
from vae_core.numerals import with_error

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?")


def _numbers(value: object) -> list[str]:
    """Every number of a JSON document, as it is written there."""
    if isinstance(value, dict):
        return [each for one in value.values() for each in _numbers(one)]
    if isinstance(value, list):
        return [each for one in value for each in _numbers(one)]
    return [json.dumps(value)] if isinstance(value, int | float) else []


def test_the_page_asks_no_host_runs_nothing_escapes_all_and_holds_every_number_of_the_json() -> (
    None
):
    found = diagnosis()
    page = diagnosis_html(found)
    elements = elements_of(page)
    assert not elements.names & {"script", "link", "iframe", "object", "embed", "base"}
    assert all(each.startswith(("#", "data:image/png;base64,")) for each in elements.addresses)
    assert not re.search(r"https?://|@import|url\((?!#)", page)
    assert EVIL not in page
    assert page.count("&lt;script") > 5
    told = json.loads(FILES[".json"].content(found))
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    numbers = _numbers(told)
    assert len(numbers) > 300
    written = set(_NUMBER.findall(text)) | {"true", "false"}
    assert set(numbers) <= written
    # And people read the same, with ±.
    gap = told["gap"]["splits"]["test"]["gaps"]["inference"]
    units = told["collapse"]["units"]
    apart = findings()["disentangle"]
    assert isinstance(apart, DisentangleFinding)
    scores = apart.found.scores.values()
    for value, half in (
        (gap["mean"], gap["image_half_width"]),
        (units["rate"][0], units["rate_half_width"][0]),
        *((each.value, each.half_width) for each in scores),
    ):
        assert with_error(value, half) in text
    for name, chapter in CHAPTERS.items():
        assert chapter.title(findings()[name]) in text
        assert chapter.rule in text
    assert text.count(" 1.5 s ") == len(SECTIONS)
    for word in (found.command, found.created[:10], found.version, *found.notes):
        assert word in text
    # A chart each, and one more of the gap.
    assert page.count("<svg") == len(SECTIONS) + 1
    assert page.count("<img") > 50


def test_pictures_along_a_dimension_stay_in_one_row_and_others_may_take_several() -> None:
    page = diagnosis_html(diagnosis())
    walks = re.findall(r'<p[^>]*>Along z\d[^<]*</p><div class="([^"]+)"', page)
    assert walks
    assert set(walks) == {"row walk"}
    assert '<div class="row">' in page


def test_sections_without_a_finding_say_why_and_every_section_has_a_chapter() -> None:
    assert list(CHAPTERS) == list(SECTIONS)
    page = diagnosis_html(diagnosis("gap", "disentangle", "collapse", "samples"))
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    assert "What was not measured, and why" in text
    for name in ("gap", "disentangle", "collapse", "samples"):
        assert re.search(rf"{SECTIONS[name].label}\s+it has none of", text)


def test_findings_survive_being_written_as_json_and_what_does_not_fit_is_refused() -> None:
    for name, found in findings().items():
        chapter, told = CHAPTERS[name], json.loads(json.dumps(plain(found), allow_nan=False))
        again = read(chapter.finding, told)
        assert again.as_json() == found.as_json()
        assert again.lines() == found.lines()
        for spoilt in ({**told, "kind": "Other"}, dict(list(told.items())[:-1]), {**told, "x": 1}):
            try:
                read(chapter.finding, spoilt)
            except Misfit:
                continue
            raise AssertionError(f"{name} was read from something else")
