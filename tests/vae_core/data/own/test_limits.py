from dataclasses import fields
from pathlib import Path

import pytest

from vae_core.data.own import Limits
from vae_core.data.own.limits import PREFIX
from vae_core.sentences import plain


@pytest.mark.parametrize("limit", [each.name for each in fields(Limits)])
def test_each_limit_is_told_of_and_can_be_set(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = Path("docs/own-images.md").read_text(encoding="utf-8")
    assert f"| `{limit.upper()}` | {getattr(Limits(), limit):,} |" in pages
    monkeypatch.setenv(PREFIX + limit.upper(), "7")
    assert getattr(Limits.from_environment(), limit) == 7


def test_names_are_made_printable_and_not_long() -> None:
    assert plain("a\nb\u202ec\udce9") == "a b�c�"
    assert plain("👩\u200d🚀 می\u200cشود") == "👩\u200d🚀 می\u200cشود"
    assert len(plain("x" * 500)) == 120
