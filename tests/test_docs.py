"""What the documentation shows works as it stands there: its Python, its notebook, its commands."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest

from latent_atlas.cli.commands import build_parser
from latent_atlas.cli.main import main

REPOSITORY = Path(__file__).parents[1]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in a language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[str]:
    """The command lines that a page shows, without what is only a placeholder's name."""
    text = page.read_text(encoding="utf-8")
    lines = re.findall(r"^(?:    |)(?:\.venv/bin/)?latent-atlas (.*)$", text, re.MULTILINE)
    return [line.partition("  #")[0].strip() for line in lines]


def of(pages: list[Path]) -> list[str]:
    return [page.relative_to(REPOSITORY).as_posix() for page in pages]


WITH_PYTHON = [page for page in PAGES if blocks(page, "python") and page.name != "export.md"]
WITH_SHELL = [page for page in PAGES if blocks(page, "sh")]
WITH_COMMANDS = [page for page in PAGES if commands(page)]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=of(WITH_PYTHON))
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), known)


@pytest.mark.parametrize("page", WITH_SHELL, ids=of(WITH_SHELL))
def test_the_commands_that_a_page_says_to_type_all_work(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            program, *words = shlex.split(line)
            assert program == "latent-atlas"
            assert main(words) == 0, line


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=of(WITH_COMMANDS))
def test_every_command_that_a_page_shows_is_one_that_the_program_knows(page: Path) -> None:
    for line in commands(page):
        build_parser().parse_args(shlex.split(line))


def test_the_notebook_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mpl.use("agg")  # a notebook draws into itself; here is no window either
    notebook = json.loads((REPOSITORY / "docs" / "first-look.ipynb").read_text(encoding="utf-8"))
    known: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), known)
    assert (tmp_path / "digits.safetensors").exists()


def test_the_site_is_built_without_a_warning_and_asks_no_other_host(tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    for folder in ("docs", "vae_core"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) >= 15
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="https?://', text), page
    api = (tmp_path / "site" / "api" / "models.html").read_text(encoding="utf-8")
    assert "vae_core.models.vae.VAE.decode" in api
