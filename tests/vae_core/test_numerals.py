"""One way to write numbers: no negative zero, and no digit that an error does not support."""

import ast
import math
import re
from pathlib import Path

import pytest

from vae_core.numerals import decimal, duration, places_for, size, with_error

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("vae_core", "latent_atlas", "pages", "scripts")
    for path in (ROOT / folder).rglob("*.py")
)


@pytest.mark.parametrize("value", [0.0, -0.0, -0.004, 0.004])
def test_zero_has_no_sign(value: float) -> None:
    assert decimal(value, 2) == "0.00"


def test_a_minus_is_a_minus() -> None:
    assert decimal(-1234.567, 1) == "−1,234.6"


def _specs(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        str(part.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr)
        for part in node.format_spec.values
        if isinstance(part, ast.Constant)
    ]


def test_no_format_with_fixed_decimals_can_write_a_negative_zero() -> None:
    fixed = re.compile(r"\.\d+[fe%]$")
    found = {
        f"{path.relative_to(ROOT)}: {spec}"
        for path in SOURCES
        for spec in _specs(path)
        if fixed.search(spec) and "z" not in spec
    }
    assert not found


def test_no_script_of_the_plane_writes_decimals_but_through_the_one_formatter() -> None:
    allowed = re.compile(r"Number\([^()]*\.toFixed\(|base\(\)\?")  # in addresses
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted((ROOT / "latent_atlas" / "ui").rglob("*.js"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if ".toFixed(" in line
        and path.name != "words.js"
        and not allowed.search(line)
        and "zoom.toFixed" not in line  # a magnification is positive
    ]
    assert not found


def test_sizes_are_height_by_width_with_or_without_channels() -> None:
    assert size((28, 20)) == size((1, 28, 20)) == size((3, 28, 20)) == "28 × 20"


@pytest.mark.parametrize(
    ("value", "half", "text"),
    [
        (-139.268, 0.672, "−139.3 ± 0.7"),
        (-139.268, 0.0612, "−139.27 ± 0.06"),
        (-139.268, 0.126, "−139.27 ± 0.13"),
        (-139.268, 0.96, "−139.3 ± 1.0"),
        (594.51, 31.2, "590 ± 30"),
        (5951.2, 2885.0, "6,000 ± 2,900"),
        (-79922.1, 24872.7, "−80,000 ± 25,000"),
        (5951.2, 2960.0, "6,000 ± 3,000"),
        (-41.0, 13.0, "−41 ± 13"),
        (-0.4, 12.0, "0 ± 12"),
        (-0.0004, 0.02, "0.000 ± 0.020"),
        (-139.268, math.nan, "−139"),
        (-139.268, None, "−139"),
        (7814.3, None, "7,814"),
        (43.08, None, "43"),
        (-2.71, None, "−2.7"),
        (0.4451, math.nan, "0.45"),
        (0.0, None, "0"),
        (1.23456, 1e-9, "1.2346 ± <0.0001"),
        (0.0001, 0.00002, "0.0001 ± <0.0001"),
        (1.23456, 0.0, "1.2346 ± 0.0000"),
    ],
)
def test_a_mean_has_as_many_digits_as_its_error_supports(
    value: float, half: float | None, text: str
) -> None:
    assert with_error(value, half) == text
    assert places_for(half) <= 4


def test_rounding_changes_no_error_by_more_than_a_sixth_of_it() -> None:
    for hundredths in range(100, 100_000):
        half = hundredths / 100
        shown = float(decimal(half, places_for(half)).replace(",", ""))
        assert abs(shown - half) <= half / 6


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.0 s"),
        (1.3, "1.3 s"),
        (9.94, "9.9 s"),
        (9.97, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 m 00 s"),
        (80, "1 m 20 s"),
        (7500, "2 h 05 m"),
    ],
)
def test_a_duration_is_told_as_a_person_would(seconds: float, text: str) -> None:
    assert duration(seconds) == text
