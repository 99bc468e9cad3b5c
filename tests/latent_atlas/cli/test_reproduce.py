"""``reproduce`` as people call it, on an experiment of seconds."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from latent_atlas.reproduce import registry
from latent_atlas.reproduce.cells import Cell, TrainingCell
from latent_atlas.reproduce.experiment import Answers, Experiment, Options, build_figure, points
from latent_atlas.reproduce.figure import Claim, Curve, CurvesPanel, FigureData, read_figure
from latent_atlas.reproduce.numbers import PLUS_MINUS
from latent_atlas.reproduce.questions import Question
from latent_atlas.reproduce.verdict import Comparison, Rule
from vae_core.runs import RunConfig


def _cell(seed: int, samples: int) -> TrainingCell:
    config = RunConfig(dataset="digits", hidden=(8,), samples=samples, seed=seed)
    return TrainingCell(
        Question(name=f"tiny-{seed}", config=config, marks=(samples,), measured_images=50)
    )


def _cells(options: Options) -> Sequence[Cell]:
    return [_cell(seed, options.length(2000, 1000)) for seed in options.seeds]


def _figure(options: Options, answers: Answers) -> FigureData:
    length = options.length(2000, 1000)
    ends = [points(answers, _cell(seed, length))[-1].test.value for seed in options.seeds]
    return build_figure(
        name="figure2",
        title="Tiny",
        caption="A test.",
        columns=1,
        panels=[
            CurvesPanel(
                key="tiny",
                title="Tiny",
                x_label="samples",
                y_label="nats",
                x_scale="linear",
                curves=(
                    Curve(
                        label="AEVB (test)",
                        method="aevb",
                        split="test",
                        x=(float(length),),
                        y=tuple((end,) for end in ends),
                    ),
                ),
            )
        ],
        claims=[
            Claim(
                key="tiny",
                sentence="It runs.",
                paper="None.",
                ours="Ran.",
                rule=Rule(
                    quantity="the bound",
                    tolerance="1,000 nats",
                    comparisons=(Comparison(label="bound", values=tuple(2 * ends), limit=-1000.0),),
                ),
            )
        ],
        options=options,
        samples=length,
        left_out=["All the rest."] if options.quick else [],
        answers=answers,
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = Experiment("figure2", "tiny", _cells, _figure, panels=("tiny",))
    monkeypatch.setattr(registry, "EXPERIMENTS", {**registry.EXPERIMENTS, "figure2": tiny})


def _reproduce(out: Path, *words: str) -> int:
    return main(["reproduce", "figure2", "--out", str(out), "--jobs", "1", *words])


def test_it_writes_the_numbers_two_pictures_and_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _reproduce(tmp_path, "--quick", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    [figure] = printed["figures"]
    assert all(Path(path).stat().st_size > 500 for path in figure["files"])
    assert "holds" in Path(printed["report"]).read_text(encoding="utf-8")
    stored = read_figure(tmp_path / "figure2.json")
    assert stored.provenance.samples == 1000
    assert stored.provenance.seeds == (0,)
    assert stored.provenance.left_out == ("All the rest.",) == tuple(figure["left_out"])
    assert stored.provenance.command.endswith("figure2 --quick --seeds 0 --out DIR")

    # What is there is never overwritten unasked, and what is finished is not computed again.
    assert _reproduce(tmp_path, "--quick") == 2
    assert "--resume" in capsys.readouterr().err
    before = (tmp_path / "cells" / "tiny-0.json").stat().st_mtime_ns
    assert _reproduce(tmp_path, "--quick", "--resume") == 0
    assert (tmp_path / "cells" / "tiny-0.json").stat().st_mtime_ns == before
    printed_text = capsys.readouterr().out
    assert "HOLDS: It runs." in printed_text
    assert "Rule: Compared: the bound. Test: Student's t over 2 seeds" in printed_text
    assert printed_text.index(PLUS_MINUS) < printed_text.index("HOLDS")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--seeds", "1,1"], "different whole numbers"),
        (["--seeds", "-1"], "different whole numbers"),
        (["--samples", "3"], "give 1,000 to"),
        (["--panel", "mnist-4"], "no panel “mnist-4”"),
        (["--jobs", "0"], "--jobs is 0"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _reproduce(tmp_path, *words) == 2
    assert sentence in capsys.readouterr().err


def test_a_file_in_the_place_of_the_folder_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert _reproduce(tmp_path / "file") == 2
    assert "is a file" in capsys.readouterr().err


def test_a_second_seed_is_of_no_use_to_pictures_of_one_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["reproduce", "figure4", "--seeds", "0,1", "--out", str(tmp_path / "out")]
    assert main(words) == 2
    assert "A second seed belongs to experiments of several trainings" in capsys.readouterr().err
