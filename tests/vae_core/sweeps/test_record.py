"""A sweep's record, and making its runs in spite of kills."""

import json
from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import RunConfig, list_runs, remove_run
from vae_core.sweeps import (
    SweepPlan,
    create_sweep,
    list_sweeps,
    make_runs,
    open_sweep,
    plan_sweep,
    record,
)

SMALL: dict[str, list[object]] = {"dataset": ["digits"], "hidden": [(8,)], "threads": [1]}


def _plan(**more: list[object]) -> SweepPlan:
    return plan_sweep({**SMALL, "latent_dim": [2, 10], "seed": [0, 1], **more})


def test_trials_are_the_product_with_the_seed_outermost() -> None:
    plan = _plan()
    assert [(each["seed"], each["latent_dim"]) for each in plan.trials] == [
        (0, 2),
        (0, 10),
        (1, 2),
        (1, 10),
    ]
    assert [config.latent_dim for config in plan.configs] == [2, 10, 2, 10]
    assert plan.given == {"dataset": "digits", "hidden": (8,), "threads": 1}


def test_too_many_trials_and_a_trial_that_cannot_be_are_refused_before_anything() -> None:
    with pytest.raises(AtlasError, match="1,000 trials, and a sweep has at most 500"):
        _plan(seed=list(range(500)))
    with pytest.raises(AtlasError, match="belongs to"):
        _plan(importance_samples=[1, 5])
    with pytest.raises(AtlasError, match="from 1 to 512"):
        _plan(latent_dim=[2, 0])


def test_making_that_was_killed_goes_on_with_the_same_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = create_sweep(_plan(), tmp_path, "mine")
    real, made = record.create_run, []

    def dies(config: RunConfig, runs_dir: Path, *, run_id: str) -> None:
        made.append(run_id)
        if len(made) == 3:
            (runs_dir / run_id).mkdir()  # what a kill in between leaves
            raise KeyboardInterrupt
        real(config, runs_dir, run_id=run_id)

    with monkeypatch.context() as patch:
        patch.setattr(record, "create_run", dies)
        with pytest.raises(KeyboardInterrupt):
            make_runs(sweep)
    assert len(list_runs(tmp_path)) == 2
    runs = make_runs(open_sweep(tmp_path, "mine"))
    assert [run.id for run in runs] == [trial.run for trial in sweep.document.trials]
    assert [run.id for run in runs][:3] == made
    assert [(run.config.latent_dim, run.config.seed) for run in runs] == [
        (2, 0),
        (10, 0),
        (2, 1),
        (10, 1),
    ]
    assert runs[1].title == "mine · latent-dim 10 · seed 0"


def test_a_run_that_was_removed_is_not_made_again(tmp_path: Path) -> None:
    sweep = create_sweep(_plan(), tmp_path, "mine")
    remove_run(make_runs(sweep)[0])
    assert len(make_runs(sweep)) == 3


def test_names_are_unique_plain_and_told_when_mistyped(tmp_path: Path) -> None:
    create_sweep(_plan(), tmp_path, "mine")
    with pytest.raises(AtlasError, match="--resume mine"):
        create_sweep(_plan(), tmp_path, "mine")
    with pytest.raises(AtlasError, match="cannot be called"):
        create_sweep(_plan(), tmp_path, "../mine")
    with pytest.raises(AtlasError, match="did you mean mine"):
        open_sweep(tmp_path, "mien")
    assert [sweep.name for sweep in list_sweeps(tmp_path)] == ["mine"]


@pytest.mark.parametrize("change", [{"version": 2}, {"trials": []}, {"more": 1}])
def test_a_damaged_record_is_refused_in_a_sentence(
    tmp_path: Path, change: dict[str, object]
) -> None:
    sweep = create_sweep(_plan(), tmp_path, "mine")
    told = json.loads(sweep.path.read_text()) | change
    sweep.path.write_text(json.dumps(told))
    with pytest.raises(AtlasError, match="cannot be read"):
        open_sweep(tmp_path, "mine")


def test_a_record_cannot_name_a_folder_elsewhere(tmp_path: Path) -> None:
    sweep = create_sweep(_plan(), tmp_path, "mine")
    told = json.loads(sweep.path.read_text())
    told["trials"][0]["run"] = "../elsewhere"
    sweep.path.write_text(json.dumps(told))
    with pytest.raises(AtlasError, match="cannot be read"):
        open_sweep(tmp_path, "mine")
