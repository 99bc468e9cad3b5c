"""Runs leave as a ZIP and come back the same; what is wrong with one costs no other."""

import io
import json
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import (
    Run,
    annotate,
    create_run,
    export_runs,
    import_runs,
    list_runs,
    make_config,
    request_pause,
)
from vae_core.runs.archive import unpack
from vae_core.runs.foreground import train_here

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs")
    config = make_config(dataset="digits", hidden=(4,), epochs=1, threads=1)
    run = create_run(config.model_copy(update={"data_dir": f"{folder}/data"}), folder, run_id="one")
    train_here(run, lambda _: None, lambda: False, lambda _: None)
    annotate(run.path, title="Mine", note="=1", add_tags=["thesis"], starred=True)
    for private in ("owners.json", "owner.json", "worker.log", "commands/1.json"):
        (run.path / private).parent.mkdir(exist_ok=True)
        (run.path / private).write_text("private")
    return run


@pytest.fixture(scope="module")
def sound(trained: Run) -> Files:
    target = io.BytesIO()
    export_runs([trained], target)
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def _content(folder: Path) -> Files:
    return {f"{p.relative_to(folder)}": p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".import.lock"}


def test_a_run_comes_back_as_it_was_and_nothing_private_leaves(
    trained: Run, sound: Files, tmp_path: Path
) -> None:
    result = import_runs(_packed(sound), tmp_path)
    [run] = result.runs
    assert (result.problems, result.renamed, run.id) == ([], {}, "one")
    before, after = _content(trained.path), _content(run.path)
    left_behind = {"lock", "annotations.lock", "owners.json", "owner.json", "worker.log"}
    assert before.keys() - after.keys() == {*left_behind, "commands/1.json"}
    same = after.keys() - {"config.json", "status.json"}
    assert {name: before[name] for name in same} == {name: after[name] for name in same}
    assert run.config == trained.config.model_copy(update={"data_dir": None})
    assert run.status() == trained.status()
    assert run.title == "Mine"
    assert str(trained.path.parent).encode() not in b"".join(sound.values())


def test_what_failed_here_names_no_folder_of_this_machine(trained: Run, tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    told = {"state": "failed", "reason": f"The disk is full ({run.path}): free some space."}
    run.write_status(run.stored_status().model_copy(update=told))
    target = io.BytesIO()
    export_runs([run], target)
    [back] = import_runs(target, tmp_path / "there").runs
    assert back.status().reason == "The disk is full (the folder of the run): free some space."


def test_a_taken_name_gives_way_to_a_new_one_and_says_so(sound: Files, tmp_path: Path) -> None:
    import_runs(_packed(sound), tmp_path)
    first = _content(tmp_path / "one")
    result = import_runs(_packed(sound), tmp_path)
    assert result.renamed == {"one": result.runs[0].id}
    assert _content(tmp_path / "one") == first
    assert len(list_runs(tmp_path)) == 2


@pytest.mark.parametrize("name", ["datasets", "-rf", ".hidden", "a b", "x" * 200, "…"])
def test_a_name_that_no_run_may_have_becomes_another(
    sound: Files, tmp_path: Path, name: str
) -> None:
    files = {each.replace("one/", f"{name}/", 1): content for each, content in sound.items()}
    result = import_runs(_packed(files), tmp_path)
    assert _there(tmp_path) == {result.runs[0].id}
    assert len(result.renamed) == 1


@pytest.mark.parametrize("before", ["runs/of/mine/", ""])
def test_folders_that_people_packed_themselves_are_found(
    sound: Files, tmp_path: Path, before: str
) -> None:
    files = {f"{before}{name}": content for name, content in sound.items()}
    files |= {"__MACOSX/one/._config.json": b"?", f"{before}one/lock": b"", "README.txt": b"hello"}
    result = import_runs(_packed(files), tmp_path)
    assert [run.id for run in result.runs] == ["one"]
    assert not (tmp_path / "one" / "lock").exists()


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_waited_or_trained_is_paused(sound: Files, tmp_path: Path, state: str) -> None:
    status = json.loads(sound["one/status.json"]) | {"state": state, "step": 1}
    files = sound | {"one/status.json": json.dumps(status).encode()}
    [run] = import_runs(_packed(files), tmp_path).runs
    assert run.status().state == "paused"


def test_a_run_that_is_training_may_be_exported(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits", hidden=(4,), epochs=2, threads=1), tmp_path)
    target = io.BytesIO()

    def look(_: object) -> None:
        if run.model_path() is not None and not target.getvalue():
            export_runs([run], target)
            request_pause(run)

    train_here(run, look, lambda: False, lambda _: None)
    [there] = import_runs(target, tmp_path / "there").runs
    assert there.status().state == "paused"
    status = train_here(there, lambda _: None, lambda: False, lambda _: None)
    assert status.state == "finished"


def _with(name: str, content: bytes) -> Callable[[Files], Files]:
    return lambda files: files | {name: content}


def _config(**told: object) -> Callable[[Files], Files]:
    def changed(files: Files) -> Files:
        document: dict[str, Any] = json.loads(files["one/config.json"])
        document["config"] |= told
        return files | {"one/config.json": json.dumps(document).encode()}

    return changed


PICKLE = b"\x80\x04cos\nsystem\n(S'touch /tmp/x'\ntR."
BAD = {
    "no status": (lambda files: {n: c for n, c in files.items() if "status" not in n}, "missing"),
    "torn status": (_with("one/status.json", b'{"state":'), "cannot be read"),
    "no such state": (_with("one/status.json", b'{"state": "winning"}'), "cannot be read"),
    "a setting": (_config(latent_dim=-4), "asks for what cannot be"),
    "another model": (_config(latent_dim=9), "another model than config.json asks for"),
    "half a checkpoint": (_with("one/checkpoints/step-2/state.safetensors", b""), "is missing"),
    "a pickle to begin with": (_with("one/start.safetensors", PICKLE), "pickle"),
    "no snapshot": (_with("one/snapshots/epoch-1.safetensors", b"{}"), "not a safetensors file"),
    "a large config": (_with("one/config.json", b" " * (2 << 20)), "more than 1 MB"),
    "an endless line": (_with("one/metrics.jsonl", b"x" * (9 << 20)), "a line of more than 8 MB"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_run_is_left_out_with_a_sentence_and_costs_no_other(
    sound: Files, tmp_path: Path, case: str
) -> None:
    change, said = BAD[case]
    other = {name.replace("one/", "two/", 1): content for name, content in sound.items()}
    result = import_runs(_packed(change(dict(sound)) | other), tmp_path)
    assert _there(tmp_path) == {"two"}
    [problem] = result.problems
    assert said in problem
    assert problem.startswith("one was not imported: ")
    assert ".import" not in problem


def test_a_pickle_in_the_place_of_a_model_is_refused(sound: Files, tmp_path: Path) -> None:
    models = {name: PICKLE for name in sound if name.endswith("model.safetensors")}
    result = import_runs(_packed(sound | models), tmp_path)
    assert "is a PyTorch pickle" in result.problems[0]
    assert _there(tmp_path) == set()


def test_annotations_that_cannot_be_read_are_left_out_of_the_run(
    sound: Files, tmp_path: Path
) -> None:
    result = import_runs(_packed(sound | {"one/annotations.json": b'{"title": 3}'}), tmp_path)
    assert [run.title for run in result.runs] == ["digits · 2-D"]
    assert len(result.problems) == 1


@pytest.mark.parametrize(
    "name", ["../one/status.json", "/etc/passwd", "C:/x", "one/../../x", "..\\x"]
)
def test_a_path_that_leads_out_is_refused_as_a_whole(
    sound: Files, tmp_path: Path, name: str
) -> None:
    with pytest.raises(AtlasError, match="leads out of it"):
        import_runs(_packed({**sound, name: b"x"}), tmp_path / "runs")
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_refused(sound: Files, tmp_path: Path) -> None:
    target = _packed(sound)
    link = zipfile.ZipInfo("one/checkpoints/step-9/model.safetensors")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(AtlasError, match="holds the link"):
        import_runs(target, tmp_path)
    assert list_runs(tmp_path) == []


def test_a_file_that_is_there_twice_is_refused(sound: Files, tmp_path: Path) -> None:
    target = _packed(sound)
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("one/status.json", b"{}")
    assert "status.json is in the ZIP twice" in import_runs(target, tmp_path).problems[0]


def test_a_bomb_is_stopped_while_it_unpacks(
    sound: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "RATIO_FLOOR", 1 << 20)
    log = b"\n" * (30 << 20)
    packed = _packed(dict.fromkeys(sound, b"") | {"one/metrics.jsonl": log})
    with pytest.raises(AtlasError, match=r"unpacks to more than \d+ MB"):
        import_runs(packed, tmp_path)
    assert _there(tmp_path) == set()


def test_too_many_entries_and_runs_are_refused(
    sound: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(unpack, "MOST_FILES", 5)
        with pytest.raises(AtlasError, match="more than 5 files"):
            import_runs(_packed(sound), tmp_path)
    monkeypatch.setattr(unpack, "MOST_RUNS", 1)
    with pytest.raises(AtlasError, match="holds 2 runs"):
        import_runs(_packed(sound | {"two/config.json": b""}), tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"x" * 99])
def test_what_is_no_zip_of_runs_is_told_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match=r"is no ZIP|holds no run"):
        import_runs(io.BytesIO(content), tmp_path)


def test_what_a_killed_import_left_is_swept_by_the_next(sound: Files, tmp_path: Path) -> None:
    (tmp_path / ".import-dead" / "0" / "one").mkdir(parents=True)
    import_runs(_packed(sound), tmp_path)
    assert _there(tmp_path) == {"one"}
    assert len(list_runs(tmp_path)) == 1


def test_whoever_is_asked_may_keep_a_run_out(sound: Files, tmp_path: Path) -> None:
    def refuse(run: Run) -> None:
        assert run.config.data_dir is None
        raise AtlasError("You have enough.")

    result = import_runs(_packed(sound), tmp_path, admit=refuse)
    assert result.problems == ["one was not imported: You have enough."]
    assert _there(tmp_path) == set()
