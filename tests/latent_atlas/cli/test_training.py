"""What ``train`` says when it is interrupted."""

import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from latent_atlas.cli import training
from vae_core.runs import RunStatus, list_runs, runs_folder
from vae_core.runs.collapse import collapse
from vae_core.runs.foreground import train_here


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_collapsed_code_is_told_by_train_and_by_runs(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "digits", "--beta", "100", "--epochs", "3", "--hidden", "8", "--threads", "1"]
    assert main(words) == 0
    told = capsys.readouterr()
    assert "The code has collapsed: it says less than" in told.err
    assert "± 0.0000" not in told.out
    assert main(["runs"]) == 0
    assert "The code has collapsed" in capsys.readouterr().out
    [run] = list_runs(runs_folder())
    healthy = run.status().model_copy(update={"test": {"elbo": -30.0, "rate": 5.0}})
    assert collapse(run.config, healthy) is None


def test_the_command_that_an_interrupted_run_names_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*args: object, **options: object) -> RunStatus:
        signal.raise_signal(signal.SIGINT)
        return train_here(*args, **options)  # type: ignore[arg-type]

    runs_dir = tmp_path / "my runs"
    with monkeypatch.context() as patch:
        patch.setattr(training, "train_here", interrupted)
        words = ["train", "digits", "--epochs", "30", "--runs-dir", str(runs_dir)]
        assert main(words) == 130
    hint = capsys.readouterr().err.rpartition("Go on with: ")[2].strip()
    assert hint.startswith("latent-atlas resume ")
    assert main(shlex.split(hint)[1:]) == 0
    assert [run.status().state for run in list_runs(runs_dir)] == ["finished"]
