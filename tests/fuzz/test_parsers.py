"""Whatever comes from elsewhere is read or refused in a sentence, and nothing else happens.

A few dozen changed inputs a parser, always the same ones; `make torture` tries thousands of each.
"""

from pathlib import Path

import pytest

from tests.fuzz.parser import Parser
from tests.fuzz.parsers import PARSERS
from torture.inputs import problem_with, try_inputs
from vae_core.errors import AtlasError

TRIALS = 25

pytestmark = pytest.mark.filterwarnings("ignore")
every_parser = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)


@every_parser
def test_a_sound_file_is_read(parser: Parser, tmp_path: Path) -> None:
    for k, seed in enumerate(parser.seeds()):
        (tmp_path / str(k)).mkdir()
        parser.read(seed, tmp_path / str(k))


@every_parser
def test_what_was_changed_is_read_or_refused_in_a_sentence(parser: Parser) -> None:
    tried = []

    def tell(content: bytes, problem: str | None) -> None:
        tried.append(content)
        assert problem is None, problem

    try_inputs(parser, TRIALS, tell)
    assert len(tried) >= TRIALS


def test_a_fault_and_a_refusal_that_is_no_sentence_are_problems() -> None:
    def refuse(content: bytes, folder: Path) -> None:
        raise AtlasError(content.decode())

    parser = Parser("refusing", lambda: [b""], refuse)
    assert problem_with(parser, b"So it is.") is None
    assert problem_with(parser, b"one\ntwo") == "a refusal that is no sentence: one two"
    assert "UnicodeDecodeError" in (problem_with(parser, b"\xff") or "")
