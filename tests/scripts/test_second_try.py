"""A browser test that fails is tried once more where CI=true, and only there."""

import subprocess
import sys
from pathlib import Path

from tests.browser.server import REPOSITORY

FILE = """
from pathlib import Path
from tests.browser.conftest import browser_marks

pytestmark = browser_marks({environment})
TRIES = Path(__file__).with_suffix(".tries")

def test_{number}_fails_the_first_time():
    tries = len(TRIES.read_text()) if TRIES.exists() else 0
    TRIES.write_text("x" * (tries + 1))
    assert tries == 1

def test_{number}_always_fails():
    assert False
"""


def test_a_second_try_is_for_ci_and_is_listed(tmp_path: Path) -> None:
    """One process runs a file for each environment, for most of its time goes into its imports."""
    files = []
    for number, environment in enumerate(({"CI": "true"}, {"CI": "1"}, {})):
        files.append(tmp_path / f"test_{number}.py")
        content = FILE.format(environment=environment, number=number)
        files[-1].write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no"]
    command += ["--rootdir", str(REPOSITORY), "-c", str(REPOSITORY / "pyproject.toml")]
    command += [str(file) for file in files]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert "5 failed, 1 passed, 2 rerun" in done.stdout
    told = {word: listed(done.stdout, word) for word in ("RERUN", "PASSED", "FAILED")}
    tried = [{f"{k}_fails_the_first_time", f"{k}_always_fails"} for k in range(3)]
    assert told["RERUN"] == tried[0]
    assert told["PASSED"] == {"0_fails_the_first_time"}
    assert told["FAILED"] == tried[0] - told["PASSED"] | tried[1] | tried[2]


def listed(output: str, word: str) -> set[str]:
    """The tests of the lines that begin so."""
    lines = [line for line in output.splitlines() if line.startswith(word)]
    return {line.partition("::test_")[2].split()[0] for line in lines}
