"""What was measured, on the disk: there for the next server, unless it is damaged."""

import pytest

from latent_atlas.reports.diagnosis.chapter import CHAPTERS
from latent_atlas.ui.diagnose import kept_findings
from latent_atlas.ui.reconstruct.kept import Kept
from tests.latent_atlas.reports.diagnosis.made_up import made_up_gap


@pytest.fixture
def restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_findings, "_in_memory", Kept(0))


@pytest.mark.usefixtures("restart")
def test_findings_are_there_after_a_restart_and_what_is_damaged_is_not() -> None:
    found, gap = made_up_gap(), CHAPTERS["gap"]
    kept_findings.keep("a" * 40, gap, found)
    again = kept_findings.find("a" * 40, gap)
    assert again is not None
    assert again is not found
    assert again.as_json() == found.as_json()
    assert kept_findings.find("b" * 40, gap) is None
    # Of another section, torn, changed: thrown away.
    path = kept_findings.SHELF.path("a" * 40)
    content = path.read_bytes()
    assert kept_findings.find("a" * 40, CHAPTERS["collapse"]) is None
    for spoilt in (content[:-40], content.replace(b"train", b"drain"), b"[]", b"\xff", b""):
        path.write_bytes(spoilt)
        assert kept_findings.find("a" * 40, gap) is None
        assert not path.exists()
