"""What `make lint` refuses in JavaScript, and that its tools come from nobody's own registry."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
NODE = Path(sys.executable).with_name("node")

# Each line, and whether the linter takes it.
LINES = [
    ("/** @type {number} */ export const a1 = 1;", True),
    ("/** @type {any} */ export const a2 = 1;", False),
    ("/** @type {Record<string, any>} */ export const a3 = {};", False),
    ("/** @type {any[]} */ export const a4 = [];", False),
    ("/** @type {*} */ export const a5 = 1;", False),
    ("/** @type {Map<string, *>} */ export const a6 = new Map();", False),
    ("/** @type {?} */ export const a7 = 1;", False),
    ("/** @type {Function} */ export const a8 = () => 1;", False),
    ("/** @type {unknown} as any other */ export const a9 = 1;", True),
    ("/** @type {{a?: string, any: number}|null} */ export const b1 = null;", True),
    ('/** @type {"any"|"none"} */ export const b2 = "any";', True),
    ("/** @type {?string} */ export const b3 = null;", True),
    ("/** @param {(a: any) => void} f @returns {void} */ export const b4 = (f) => f(1);", False),
    ("export const b5 = /** @type {any} */ (1);", False),
    ("// @ts-ignore", False),
    ("// @ts-expect-error", False),
    ("/* @ts-nocheck */", False),
    ("export const b6 = 1; // eslint-disable-line", True),
    ("export const b7 = 1 // eslint-disable-line semi", False),
    ("export const b8 = 'single';", False),
    ("export const b9 = [1, 2].map(async (each) => each == 1);", False),
    ("export const c1 = (/** @type {HTMLElement} */ place) => { place.innerHTML = a1; };", False),
]


def run(*arguments: str, source: str | None = None) -> subprocess.CompletedProcess[str]:
    """Node on one of the tools in node_modules, in this repository."""
    if not (NODE.exists() and (REPOSITORY / "node_modules" / ".made").exists()):
        reason = "Node and its packages are not there: `make lint` installs them"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and with CI=true its checks must run", pytrace=False)
        pytest.skip(reason)
    command = [str(NODE), *arguments]
    return subprocess.run(
        command, cwd=REPOSITORY, input=source, capture_output=True, text=True, check=False
    )


def test_the_linter_refuses_types_that_take_everything_and_comments_that_silence_a_check() -> None:
    source = "\n".join(line for line, _ in LINES) + "\n"
    eslint = ["node_modules/eslint/bin/eslint.js", "--format", "json", "--stdin"]
    answer = run(*eslint, "--stdin-filename", "latent_atlas/ui/draw/new.js", source=source)
    [file] = json.loads(answer.stdout)
    refused = {message["line"] for message in file["messages"] if message["severity"] == 2}
    assert refused == {n for n, (_, fine) in enumerate(LINES, 1) if not fine}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("export function twice(x) { return 2 * x; }", "TS7006"),
        ("/** @type {number} */\nexport const one = 'one';", "TS2322"),
        ("export const width = document.querySelector('canvas').width;", "TS2531"),
        ("export const gone = notThere;", "TS2304"),
    ],
)
def test_the_type_checker_refuses_what_is_wrong_or_has_no_type(
    tmp_path: Path, source: str, code: str
) -> None:
    (tmp_path / "new.js").write_text(source)
    settings = {"extends": str(REPOSITORY / "tsconfig.json"), "include": ["*.js"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings))
    answer = run("node_modules/typescript/bin/tsc", "--project", str(tmp_path))
    assert answer.returncode != 0
    assert f"error {code}" in answer.stdout


def test_all_modules_are_type_checked() -> None:
    listed = run("node_modules/typescript/bin/tsc", "--listFilesOnly").stdout.splitlines()
    checked = {Path(name).resolve() for name in listed}
    modules = set((REPOSITORY / "latent_atlas").rglob("*.js"))
    assert modules
    assert modules <= checked
    # A declaration is believed, not checked.
    assert not list((REPOSITORY / "latent_atlas").rglob("*.ts"))


def test_the_lock_file_names_exact_versions_and_no_registry() -> None:
    lock = json.loads((REPOSITORY / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((REPOSITORY / "package.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    for name, version in wanted["devDependencies"].items():
        assert packages[f"node_modules/{name}"]["version"] == version
