"""A run that was removed can be put back whole; the bin stays within its bounds."""

import time
from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import Run, create_run, list_runs, make_config
from vae_core.runs import bin as removed_bin
from vae_core.runs.bin import empty_bin, put_back, remove_to_bin, removed_runs
from vae_core.runs.lock import FileLock


def _runs(folder: Path, count: int) -> list[Run]:
    return [create_run(make_config(dataset="digits", name=f"{k}"), folder) for k in range(count)]


def _content(run: Run) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in run.path.iterdir() if path.name != "lock"}


def test_many_are_removed_and_put_back_as_they_were(tmp_path: Path) -> None:
    runs = _runs(tmp_path, 3)
    before = [_content(run) for run in runs]
    removed, refused = remove_to_bin(runs)
    assert (len(removed), refused, list_runs(tmp_path)) == (3, [], [])
    assert {each.id for each in removed_runs(tmp_path)} == {run.id for run in runs}
    assert [_content(put_back(each)) for each in removed] == before
    assert len(list_runs(tmp_path)) == 3
    assert removed_runs(tmp_path) == []


def test_one_that_trains_is_refused_and_keeps_no_other(tmp_path: Path) -> None:
    training, other = _runs(tmp_path, 2)
    lock = FileLock(training.lock_path)
    assert lock.acquire()
    removed, [(run, sentence)] = remove_to_bin([training, other])
    lock.release()
    assert [each.id for each in removed] == [other.id]
    assert run == training
    assert "is training" in sentence
    assert list_runs(tmp_path) == [training]


def test_a_name_that_is_taken_by_now_gets_a_number(tmp_path: Path) -> None:
    [run] = _runs(tmp_path, 1)
    [removed], _ = remove_to_bin([run])
    run.path.mkdir()
    assert put_back(removed).id == f"{run.id}-2"
    with pytest.raises(AtlasError, match="no more"):
        put_back(removed)


def test_what_is_old_or_too_much_goes_for_good_and_the_newest_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_to_bin(_runs(tmp_path, 3))
    now = time.time()
    assert empty_bin(tmp_path, now + 7 * 86_400 - 60) == 0
    monkeypatch.setattr(removed_bin, "MOST_RUNS", 1)
    assert empty_bin(tmp_path, now + 60) == 0  # just removed: that can be undone
    assert empty_bin(tmp_path, now + 7_200) == 2
    assert len(removed_runs(tmp_path)) == 1
    assert empty_bin(tmp_path, now + 8 * 86_400) == 1
    assert list((tmp_path / ".removed").iterdir()) == []


def test_a_deletion_that_was_killed_is_finished_later_and_never_seen(tmp_path: Path) -> None:
    half = tmp_path / ".removed" / ".gone-1-00000000.x"
    half.mkdir(parents=True)
    assert removed_runs(tmp_path) == []
    empty_bin(tmp_path)
    assert not half.exists()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_the_rename_leaves_the_run_or_the_removed_run_whole(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [run] = _runs(tmp_path, 1)
    before, rename = _content(run), Path.rename

    def killed(path: Path, target: Path) -> Path:
        if moment == "after":
            rename(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        remove_to_bin([run])
    monkeypatch.undo()
    found = [*list_runs(tmp_path), *(Run(each.path) for each in removed_runs(tmp_path))]
    assert [_content(each) for each in found] == [before]
