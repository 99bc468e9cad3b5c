"""docs/reliability.md and the campaigns that it is made of: `make torture`."""

import re
from pathlib import Path

import pytest

from torture.__main__ import CAMPAIGNS, main
from torture.outcome import Outcome
from torture.page import HEAD, NOT_RUN, TAIL, Line, document
from torture.sessions import FILLED, FLAT, LOOKS, grown
from torture.vitals import Vitals

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.removeprefix(HEAD).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_page_is_what_the_command_writes_and_names_each_campaign() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)
    found = rows(text)
    assert [row[0] for row in found] == [each.promise for each in CAMPAIGNS.values()]
    for name, row in zip(CAMPAIGNS, found, strict=True):
        assert re.fullmatch(rf"`python -m torture --only {name} --{name} \d+`", row[4])


def test_what_was_not_run_has_no_number() -> None:
    [row] = rows(document([Line("It holds.", "python -m torture", None)]))
    assert row[1:4] == [NOT_RUN, NOT_RUN, NOT_RUN]


def test_each_loss_stands_on_the_page() -> None:
    outcome = Outcome("It holds.", "so", 1_000, ["case 7: it broke"], 3.0, 1, ["It was fast."])
    text = document([Line("It holds.", "python -m torture", outcome)], "Others were at work.")
    assert rows(text)[0][1:4] == ["so", "1,000", "1"]
    assert "- case 7: it broke\n" in text
    assert "- It was fast.\n" in text
    assert "Chance was seeded with 1. Others were at work.\n" in text


def test_a_campaign_that_cannot_be_run_is_not_run_and_the_command_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(number: int, seed: int) -> Outcome:
        raise OSError("no browser")

    for variable in ("LATENT_ATLAS_RUNS", "LATENT_ATLAS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    campaign = CAMPAIGNS["kills"]
    monkeypatch.setitem(CAMPAIGNS, "kills", type(campaign)(campaign.promise, 1, broken))
    assert main(["--only", "kills", "--out", str(tmp_path / "page.md")]) == 1
    assert {tuple(row[1:4]) for row in rows((tmp_path / "page.md").read_text("utf-8"))} == {
        (NOT_RUN, NOT_RUN, NOT_RUN)
    }


def test_memory_threads_and_files_that_grow_once_they_are_filled_are_lost() -> None:
    def seen(step: int) -> list[Vitals]:
        filling = [Vitals(100 << 20, 1, 1)] * FILLED
        steps = range(LOOKS - FILLED + 1)
        return filling + [Vitals((500 << 20) + k * step, 20, 40) for k in steps]

    allowed = int(FLAT * (500 << 20)) // (LOOKS - FILLED)
    assert not list(grown(seen(allowed)))
    leaking = [*seen(2 * allowed)[:-1], Vitals(550 << 20, 29, 49)]
    assert list(grown(leaking)) == [
        "memory grew by 50 MB ± 0 MB from 500 MB",
        "threads grew from 20 to 29",
        "files grew from 40 to 49",
    ]
