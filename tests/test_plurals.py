"""No count stands before a noun but by one helper, so that nothing says “1 epochs”."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vae_core.sentences import counted

ROOT = Path(__file__).parents[1]
PARTS = [ROOT / "latent_atlas", ROOT / "vae_core", ROOT / "pages", ROOT / "scripts"]
# Things that are counted one by one. Nats, seconds and bytes are measured: a decimal has no plural.
THINGS = (
    *("epochs", "images", "seeds", "dimensions", "samples", "steps", "runs", "models", "pictures"),
    *("points", "classes", "frames", "files", "cells", "claims", "numbers", "parameters", "stops"),
    *("chains", "temperatures", "draws", "gradients", "neighbours", "layers", "entries", "pixels"),
    *(
        "datasets",
        "splits",
        "lines",
        "axes",
        "letters",
        "characters",
        "minutes",
        "hours",
        "folders",
    ),
    *("batches", "comparisons", "updates", "rows", "columns", "tiles", "encodings", "labels"),
    *("words", "digits", "panels", "curves", "channels", "cores", "threads", "visits", "names"),
)
KINDS_OF = (
    "latent",
    "training",
    "test",
    "own",
    "whole",
    "importance",
    "hidden",
    "effective",
    "more",
)
BARE = re.compile(rf"^ (?:(?:{'|'.join(KINDS_OF)}) )?({'|'.join(THINGS)})\b")
TEMPLATE = re.compile(rf"\{{\w+(?::,)?\}} (?:{'|'.join(THINGS)})\b")  # to be formatted later
SIZE = re.compile(r"× ?$")  # 28 × 28 pixels
# Not counts: what somebody is called (“x names …” has a verb), sizes, bounds that are never one,
# and speeds.
OTHER = re.compile(
    r"name|title|source|label|baseline|size\(|made$|\{made\}|there\b|_text\(|limits|longest|counted\(|per_second"
    r"|^\{(?:[A-Z_]+|spans.*|most:,|fewest:g)\}$"
)


def bare_counts(source: str) -> Iterator[tuple[int, str]]:
    """Each f-string or template in which a value stands before such a noun: line and words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and (found := TEMPLATE.search(str(node.value))):
            yield node.lineno, found[0]
        if not isinstance(node, ast.JoinedStr):
            continue
        before = ""
        for value, after in zip(node.values, [*node.values[1:], None], strict=True):
            if isinstance(value, ast.Constant):
                before = str(value.value)
                continue
            follows = after.value if isinstance(after, ast.Constant) else ""
            found = BARE.match(str(follows))
            told = ast.unparse(value)
            if found and not SIZE.search(before) and not OTHER.search(told):
                yield node.lineno, told + str(follows)[: found.end()]
            before = ""


def files() -> list[Path]:
    """All but the experiments of the paper, whose counts are their recipes', and never one."""
    found = [path for part in PARTS for path in sorted(part.rglob("*.py"))]
    return [path for path in found if "reproduce" not in path.parts]


def test_every_count_before_a_noun_goes_through_the_one_helper() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in files()
        for line, words in bare_counts(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("thing", THINGS)
def test_the_rule_sees_every_kind_of_count(thing: str) -> None:
    assert list(bare_counts(f'f"{{n}} {thing}"'))
    assert list(bare_counts(f'f"after {{n:,}} more {thing}"'))
    assert not list(bare_counts(f'f"28 × {{n}} {thing}"'))
    assert not list(bare_counts(f"f\"{{counted(n, '{thing}')}} {thing[0]}\""))


def test_one_is_one_and_all_else_is_many() -> None:
    assert counted(1, "epoch") == "1 epoch"
    assert counted(0, "epoch") == "0 epochs"
    assert counted(2000, "image") == "2,000 images"
    assert counted(1, "class", "classes") == "1 class"
