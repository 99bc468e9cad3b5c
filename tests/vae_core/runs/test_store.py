"""Making, finding and removing runs; what cannot be is said in a sentence."""

from pathlib import Path

import pytest

from vae_core.data import available_datasets
from vae_core.errors import AtlasError
from vae_core.runs import (
    create_run,
    damaged_runs,
    list_runs,
    make_config,
    open_run,
    remove_run,
)
from vae_core.runs.config import BINARY_DATASETS
from vae_core.runs.lock import FileLock, is_locked


def test_a_new_run_is_queued_and_knows_its_length(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits", epochs=3, batch_size=100), tmp_path / "new")
    status = run.status()
    assert (status.state, status.step, status.total_steps) == ("queued", 0, 45)
    assert (status.total_samples, status.epochs) == (3 * 1497, 3.0)
    assert run.config.threads is not None
    assert run.document.environment.torch.startswith("2.")
    assert run.model_path() is None
    assert run.metrics() == []


def test_runs_are_listed_newest_first_and_opened_by_name(tmp_path: Path) -> None:
    made = [create_run(make_config(dataset="digits"), tmp_path) for _ in range(3)]
    assert {run.id for run in list_runs(tmp_path)} == {run.id for run in made}
    assert [run.id for run in list_runs(tmp_path)] == sorted((r.id for r in made), reverse=True)
    assert open_run(tmp_path, made[0].id).config == made[0].config
    assert list_runs(tmp_path / "absent") == []


def test_runs_of_one_second_that_draw_the_same_name_get_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["aaaa", "aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(drawn))
    monkeypatch.setattr("time.time", lambda: 1.8e9)
    runs = [create_run(make_config(dataset="digits"), tmp_path) for _ in range(2)]
    assert [run.id[-4:] for run in runs] == ["aaaa", "bbbb"]
    assert len(list_runs(tmp_path)) == 2


@pytest.mark.parametrize("name", ["", "..", "../x", "nope", "/etc", ".hidden", "a" * 500, "a\0b"])
def test_a_name_that_is_no_run_gets_a_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="no run"):
        open_run(tmp_path, name)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"latent_dim": 0}, "Latent dimensions cannot be 0"),
        ({"latent_dim": 513}, "Latent dimensions cannot be 513"),
        ({"hidden": (0,)}, "Hidden widths"),
        ({"hidden": (99999,)}, "Hidden widths cannot hold 99999"),
        ({"learning_rate": 0}, "Learning rate"),
        ({"learning_rate": float("nan")}, "Learning rate"),
        ({"learning_rate": "fast"}, "Learning rate"),
        ({"epochs": -1}, "Epochs cannot be −1"),
        ({"epochs": 1, "samples": 1}, "not both"),
        ({"batch_size": 0}, "Batch size"),
        ({"activation": "gelu"}, "Activation"),
        ({"seed": -1}, "Seed"),
        ({"threads": 0}, "Threads"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_config_that_cannot_be_names_the_value(fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(AtlasError, match=sentence) as caught:
        make_config(dataset="digits", **fields)
    assert "\n" not in str(caught.value)


def test_absent_data_and_unknown_splits_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="There is no dataset “nope”"):
        create_run(make_config(dataset="nope"), tmp_path)
    with pytest.raises(AtlasError, match="no split “dev”"):
        create_run(make_config(dataset="digits", split="dev"), tmp_path)
    absent = make_config(dataset="mnist", data_dir=str(tmp_path))
    with pytest.raises(AtlasError, match="mnist"):
        create_run(absent, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AtlasError, match="cannot be kept"):
        create_run(make_config(dataset="digits"), tmp_path / "file")


def test_a_damaged_run_is_reported_and_does_not_hide_the_others(tmp_path: Path) -> None:
    good, bad = (create_run(make_config(dataset="digits"), tmp_path) for _ in range(2))
    (bad.path / "config.json").write_text('{"version": 1, "config": {"datas')
    assert [run.id for run in list_runs(tmp_path)] == [good.id]
    [(path, sentence)] = damaged_runs(tmp_path)
    assert path == bad.path
    assert "damaged" in sentence
    with pytest.raises(AtlasError, match="damaged"):
        open_run(tmp_path, bad.id)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('"version": 3', '"version": 4', "a format that this version does not read"),
        ('"bernoulli"', '"laplace"', "the likelihood 'laplace'"),
        ('"mlp"', '"transformer"', "the network 'transformer'"),
        ('"name": "aevb"', '"name": "annealed"', "the algorithm 'annealed'"),
    ],
)
def test_a_run_of_another_version_is_not_called_damaged(
    tmp_path: Path, before: str, after: str, named: str
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    file = run.path / "config.json"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(AtlasError, match=f"names {named}.*update Latent Atlas") as told:
        open_run(tmp_path, run.id)
    assert "damaged" not in str(told.value)
    assert "remove" not in str(told.value)


def test_a_run_that_claims_to_run_while_nobody_holds_its_lock_is_interrupted(
    tmp_path: Path,
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    run.write_status(run.stored_status().model_copy(update={"state": "running"}))
    lock = FileLock(run.lock_path)
    assert lock.acquire()
    assert run.status().state == "running"
    lock.release()
    status = run.status()
    assert status.state == "interrupted"
    assert status.reason is not None
    assert "Resume" in status.reason


def test_a_run_that_trains_is_not_removed(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    lock = FileLock(run.lock_path)
    assert lock.acquire()
    with pytest.raises(AtlasError, match="training"):
        remove_run(run)
    lock.release()
    remove_run(run)
    assert list_runs(tmp_path) == []
    assert not run.path.exists()


def test_a_lock_is_exclusive_and_looking_at_it_does_not_take_it(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert not is_locked(tmp_path / "lock")
    assert first.acquire()
    assert is_locked(tmp_path / "lock")
    assert not second.acquire(patience=0)
    first.release()
    assert second.acquire(patience=0)
    second.release()
    assert not is_locked(tmp_path / "lock")


def test_the_binary_datasets_are_told_apart_by_name_and_by_the_data_themselves() -> None:
    assert {info.name for info in available_datasets() if info.binary} == BINARY_DATASETS
    assert make_config(dataset="binarized-mnist").treatment == "static"
    assert make_config(dataset="mnist", binarize="dynamic").treatment == "dynamic"
    assert make_config(dataset="mnist").treatment == "grey"
