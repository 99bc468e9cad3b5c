"""Whatever comes from elsewhere is read or refused in a sentence, and nothing else happens.

`make test` tries a few dozen changed inputs a parser, always the same ones. LATENT_ATLAS_FUZZ=2000
tries as many, others each time.
"""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.changes import changed_bytes, changed_json
from tests.fuzz.parsers import PARSERS, Parser
from vae_core.errors import AtlasError

TRIALS = int(os.environ.get("LATENT_ATLAS_FUZZ", "25"))
LONGEST = 1500  # characters of a sentence

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_sound_file_is_read(parser: Parser, tmp_path: Path) -> None:
    for k, seed in enumerate(parser.seeds()):
        (tmp_path / str(k)).mkdir()
        parser.read(seed, tmp_path / str(k))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_what_was_changed_is_read_or_refused_in_a_sentence(parser: Parser) -> None:
    changed = changed_json if parser.is_json else changed_bytes

    @settings(
        max_examples=TRIALS,
        derandomize="LATENT_ATLAS_FUZZ" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        content = data.draw(changed(parser.seeds()))
        with tempfile.TemporaryDirectory() as folder:
            try:
                parser.read(content, Path(folder))
            except AtlasError as refused:
                sentence = str(refused)
                assert 0 < len(sentence) <= LONGEST, sentence
                assert "\n" not in sentence.strip(), sentence

    check()
