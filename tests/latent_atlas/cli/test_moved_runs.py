"""A folder of runs that was moved has taken its own images with it."""

import shutil
from pathlib import Path

import pytest

from latent_atlas.cli.main import main
from tests.vae_core.data.own.makers import png, zipped
from vae_core.data.own import import_images
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.faults import train_run
from vae_core.runs.workbench import Workbench


@pytest.mark.parametrize("told", [True, False], ids=["named", "usual"])
def test_a_moved_run_finds_its_own_images(
    told: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    monkeypatch.setenv("LATENT_ATLAS_RUNS", str(before))
    source = ("x.zip", zipped({f"{k}.png": png(9 * k) for k in range(20)}))
    about = import_images(source).about
    config = make_config(
        dataset=about.name,
        hidden=(4,),
        epochs=1,
        threads=1,
        data_dir=str(before / "datasets") if told else None,
    )
    train_run(run := create_run(config, before))
    monkeypatch.setenv("LATENT_ATLAS_RUNS", str(tmp_path / "elsewhere"))
    shutil.move(before, after)
    moved = Run(after / run.id)
    assert main(["evaluate", str(moved.model_path()), "--split", "train"]) == 0
    assert about.name in capsys.readouterr().err
    assert len(Workbench(moved).test) == about.counts["test"]  # what it would go on with
