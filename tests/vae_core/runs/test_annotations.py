"""What people add to a run is kept beside it, bounded, and never costs the run."""

import threading
from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import create_run, make_config, open_run
from vae_core.runs.annotations import FILE, Annotations, annotate, annotations_problem


def test_a_title_stands_before_the_name_and_gives_way_to_it_again(tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits", name="First"), tmp_path)
    assert run.annotations == Annotations()
    annotate(run.path, title="  Thesis, figure 3 ", note="Looks\nright", starred=True)
    assert run.title == "Thesis, figure 3"
    assert (run.annotations.note, run.annotations.starred) == ("Looks\nright", True)
    annotate(run.path, title="")
    assert (run.title, run.annotations.starred) == ("First", True)
    annotate(run.path, title="One\n20260101-000000-another\x1b[2J")
    assert run.title == "One 20260101-000000-another�[2J"  # in a list each run has its own line


def test_two_who_write_at_once_lose_nothing_that_they_did_not_touch(tmp_path: Path) -> None:
    writers = [
        threading.Thread(target=annotate, args=(tmp_path,), kwargs={"add_tags": [f"tag{k}"]})
        for k in range(8)
    ]
    writers.append(threading.Thread(target=annotate, args=(tmp_path,), kwargs={"note": "n"}))
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = annotate(tmp_path, remove_tags=["tag0", "absent"])
    assert sorted(found.tags) == [f"tag{k}" for k in range(1, 8)]
    assert found.note == "n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": "x" * 81}, "Title cannot be"),
        ({"note": "x" * 2_001}, "Note cannot be"),
        ({"add_tags": ["two words"]}, "A tag cannot be “two words”"),
        ({"add_tags": ["x" * 41]}, "A tag cannot be"),
        ({"add_tags": ["-minus"]}, "A tag cannot be"),
        ({"add_tags": [f"t{k}" for k in range(33)]}, "at most 32 tags, not 33"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    change: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(AtlasError, match=sentence):
        annotate(tmp_path, **change)  # type: ignore[arg-type]
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("content", [b"{", b'{"tags": 3}', b'{"title": "' + b"x" * 70_000 + b'"}'])
def test_a_damaged_file_costs_the_run_nothing_and_is_kept_beside(
    content: bytes, tmp_path: Path
) -> None:
    run = create_run(make_config(dataset="digits", name="Mine"), tmp_path)
    (run.path / FILE).write_bytes(content)
    assert open_run(tmp_path, run.id).title == "Mine"
    assert "left out" in (annotations_problem(run.path) or "")
    assert annotate(run.path, starred=True) == Annotations(starred=True)
    assert (run.path / "annotations.damaged.json").read_bytes() == content
    assert annotations_problem(run.path) is None


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"version": 2, "title": "Later", "colour": "red"}')
    with pytest.raises(AtlasError, match="update Latent Atlas"):
        annotate(tmp_path, starred=True)
    assert "Later" in (tmp_path / FILE).read_text()
