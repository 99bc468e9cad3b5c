"""The experiments that there are: a file each."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from latent_atlas.reproduce.experiments import experiment_names
from latent_atlas.reproduce.figure import read_figure
from latent_atlas.reproduce.registry import EXPERIMENTS, chosen
from tests.toys import searched_too
from vae_core.errors import AtlasError

TOY = '''
"""A toy: how far a small model comes."""

from latent_atlas.reproduce.cells import TrainingCell
from latent_atlas.reproduce.experiment import Experiment, build_figure, points
from latent_atlas.reproduce.figure import Bar, BarsPanel, Claim
from latent_atlas.reproduce.questions import Question
from latent_atlas.reproduce.verdict import Comparison, Rule
from vae_core.runs import RunConfig


def _cell(options):
    config = RunConfig(dataset="digits", hidden=(4,), samples=1_000, seed=options.seeds[0])
    return TrainingCell(Question(name="small-model", config=config, marks=(1_000,)))


def _figure(options, answers):
    bound = points(answers, _cell(options))[-1].test.value
    bar = Bar(label="the model", method="aevb", values=(bound,))
    rule = Rule(
        quantity="the bound",
        tolerance="1,000 nats",
        comparisons=(
            Comparison(label="bound", values=(bound, bound), limit=-1000.0, paired=False),
        ),
    )
    claim = Claim(key="toy-runs", sentence="It runs.", paper="None.", ours="It ran.", rule=rule)
    return build_figure(
        name="small-model", title="A small model", caption="Made by a test.", columns=1,
        panels=[BarsPanel(key="bound", title="The bound", y_label="nats", bars=(bar,))],
        claims=[claim], options=options, samples=1_000, left_out=[], answers=answers,
    )


EXPERIMENT = Experiment(
    "small-model", "how far it comes", lambda options: [_cell(options)], _figure, order=25
)
'''


@pytest.fixture
def small_model(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "small_model.py").write_text(TOY, encoding="utf-8")
    with searched_too("latent_atlas.reproduce.experiments", tmp_path):
        yield


def test_an_experiment_is_called_as_its_file() -> None:
    assert sorted(EXPERIMENTS) == experiment_names()


def test_all_experiments_come_in_the_order_of_the_paper() -> None:
    names = [each.name for each in chosen("all", ())]
    assert names[:4] == ["figure2", "figure3", "figure4", "figure5"]


def test_a_panel_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(
        AtlasError, match="Any to choose are those of figure2, gap and rivals alone"
    ):
        chosen("figure3", ("mnist-3",))
    with pytest.raises(AtlasError, match="Its panels are: mnist-3"):
        chosen("figure2", ("frey",))


@pytest.mark.usefixtures("small_model")
def test_an_experiment_is_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(EXPERIMENTS)[:4] == ["figure2", "figure3", "small-model", "figure4"]
    assert "small-model" in experiment_names()
    out = tmp_path / "out"
    assert main(["reproduce", "small-model", "--out", str(out), "--jobs", "1", "--quick"]) == 0
    assert "HOLDS: It runs." in capsys.readouterr().out
    assert read_figure(out / "small-model.json").panels[0].key == "bound"


def test_the_help_of_reproduce_names_them_without_torch() -> None:
    code = (
        "import sys\nfrom latent_atlas.cli.commands import build_parser\nbuild_parser()\n"
        "from latent_atlas.reproduce.experiments import experiment_names\n"
        "print('figure2' in experiment_names(), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
