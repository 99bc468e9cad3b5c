"""A browser test that fails is tried once more where CI=true, and only there."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.server import REPOSITORY

FILE = """
from pathlib import Path
from tests.browser.conftest import browser_marks

pytestmark = browser_marks({environment})
TRIES = Path(__file__).with_name("tries")

def test_that_fails_the_first_time():
    tries = len(TRIES.read_text()) if TRIES.exists() else 0
    TRIES.write_text("x" * (tries + 1))
    assert tries == 1

def test_that_always_fails():
    assert False
"""


@pytest.mark.parametrize(
    ("environment", "outcome"),
    [({"CI": "true"}, "1 failed, 1 passed, 2 rerun"), ({"CI": "1"}, "2 failed"), ({}, "2 failed")],
)
def test_a_second_try_is_for_ci_and_is_listed(
    tmp_path: Path, environment: dict[str, str], outcome: str
) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(FILE.format(environment=environment), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no"]
    command += ["--rootdir", str(REPOSITORY), "-c", str(REPOSITORY / "pyproject.toml"), str(file)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert outcome in done.stdout
    listed = [line for line in done.stdout.splitlines() if line.startswith("RERUN")]
    assert len(listed) == (2 if "rerun" in outcome else 0)
    assert all("::test_that_" in line for line in listed)
