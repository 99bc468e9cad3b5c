"""A tour of a teacher's own: read, bounded, and refused in one sentence."""

import os
import re
from pathlib import Path
from typing import get_args

import pytest

from latent_atlas.ui.discovery import SHIPPED, Until, read_tour
from tests.browser.server import REPOSITORY
from vae_core.errors import AtlasError

GOOD = '[[step]]\nsay = "Look."\nuntil = "next"\n'
NOTICING = "latent_atlas/ui/latent_plane/js/features/discovery/noticing.js"


def test_the_shipped_tour_has_five_steps_and_ends_with_training() -> None:
    steps = read_tour(SHIPPED).step
    assert [step.until for step in steps] == ["move", "border", "hole", "draw", "train"]


def test_the_browser_notices_every_kind_of_step() -> None:
    source = (REPOSITORY / NOTICING).read_text(encoding="utf-8")
    table = source.split("export const KINDS", 1)[1].split("\n};", 1)[0]
    assert set(re.findall(r"^  (\w+)[:(]", table, re.MULTILINE)) == set(get_args(Until))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD.replace("next", "fly"), "step 1, until"),
        (GOOD.replace("Look.", "x" * 161), "1 to 160"),
        (GOOD + 'classes = ["4", "9"]\n', "border"),
        (GOOD * 13, "at most 12"),
        (GOOD + "colour = 1\n", "colour"),
        ("step = [", "no TOML"),
        ("step = " + "[" * 8_000, "no TOML"),
        ("step = " + "1" * 9_000, "no TOML"),
        ("#" * 20_000, "16 KiB"),
    ],
)
def test_a_bad_tour_is_refused_in_one_sentence(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AtlasError, match=re.escape(told)) as refused:
        read_tour(path)
    assert "\n" not in str(refused.value)


def test_a_tour_may_begin_with_the_mark_of_an_editor(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert read_tour(path).step[0].say == "Look."


def test_a_pipe_is_no_tour(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(AtlasError, match="no file"):
        read_tour(tmp_path / "pipe")
