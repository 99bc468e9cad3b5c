"""What is printed: on any console, and to nobody."""

import signal
import subprocess
import sys
import time
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from latent_atlas.cli.console import CLEAR_LINE, for_terminal
from latent_atlas.cli.main import main
from vae_core.runs import create_run, list_runs, make_config

ATLAS = [sys.executable, "-m", "latent_atlas"]
TRAIN = [*ATLAS, "train", "digits", "--hidden", "8", "--threads", "1"]


def test_what_a_file_says_steers_no_terminal() -> None:
    assert for_terminal("a\x1b[31mb\x07\x9b2Jc\u202ed\re") == "a�[31mb��2Jc�d e"
    assert for_terminal("two\nlines\tand é, ε, “so” – 👩‍🔬") == "two\nlines\tand é, ε, “so” – 👩‍🔬"


def test_a_line_of_progress_begins_anew() -> None:
    for line in (f"{CLEAR_LINE}▕██ ▏ 3 s", "\rreading pictures 3 / 9"):
        assert for_terminal(line) == line


def test_the_name_of_a_run_steers_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "\x1b]0;mine\x07 \u202eevil"
    create_run(make_config(dataset="digits", name=name), tmp_path)
    assert main(["runs", "--runs-dir", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "mine" in out
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("ascii", ["data"]), ("cp1252", ["data"]), ("latin-1", ["evaluate", "nope-2d"])],
)
def test_a_console_of_another_encoding_is_written_to(
    encoding: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its streams are as Python makes them: what they cannot encode is an error."""
    streams = [TextIOWrapper(BytesIO(), encoding=encoding, errors="strict") for _ in range(2)]
    for name, stream in zip(("stdout", "stderr"), streams, strict=True):
        monkeypatch.setattr(sys, name, stream)
    assert main(words) in (0, 2)
    for stream in streams:
        stream.flush()
    written = b"".join(stream.buffer.getvalue() for stream in streams)
    assert written.decode(encoding)


@pytest.mark.parametrize("words", [["data"], ["data", "--json"], ["--help"]])
def test_whoever_reads_may_have_enough(words: list[str]) -> None:
    with subprocess.Popen(
        [*ATLAS, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_closed_pipe_ends_no_training(tmp_path: Path) -> None:
    words = [*TRAIN, "--epochs", "3", "--runs-dir", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.readline()
        process.stderr.close()
        process.stdout.close()
        assert process.wait(timeout=100) == 0
    [run] = list_runs(tmp_path)
    assert run.status().state == "finished"


def test_a_hang_up_leaves_a_run_that_goes_on_where_it_was(tmp_path: Path) -> None:
    words = [*TRAIN, "--epochs", "100000", "--runs-dir", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not (runs := list_runs(tmp_path)) or runs[0].status().step == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert process.stderr is not None
        process.stderr.close()  # the terminal is gone, too
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=60) == 130
    status = runs[0].status()
    assert (status.state, status.step > 0) == ("interrupted", True)
    assert runs[0].model_path() is not None
