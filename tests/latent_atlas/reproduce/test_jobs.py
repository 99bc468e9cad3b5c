"""Many cells, several processes: the same answers, in the order that their needs ask for."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from latent_atlas.reproduce.cells import JSON, Cell, Place, TrainingCell, answered, points_of
from latent_atlas.reproduce.jobs import Standing, answer_all, with_needs
from latent_atlas.reproduce.questions import Question
from vae_core.errors import AtlasError
from vae_core.evaluation import Watch
from vae_core.runs import RunConfig

ROOT = Path(__file__).parents[3]


def _training(seed: int, dataset: str = "digits") -> TrainingCell:
    config = RunConfig(dataset=dataset, hidden=(8,), samples=300, seed=seed)
    name = f"{dataset}-{seed}"
    return TrainingCell(Question(name=name, config=config, marks=(300,), measured_images=50))


@dataclass(frozen=True)
class Reader:
    """A cell that reads what the one it needs has left."""

    read: TrainingCell

    @property
    def name(self) -> str:
        return f"reader-of-{self.read.name}"

    @property
    def needs(self) -> tuple[Cell, ...]:
        return (self.read,)

    @property
    def cost(self) -> float:
        return 1.0

    def question(self) -> dict[str, Any]:
        return {"read": self.read.question()}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        return Place(place.folder, self.read.name).model.stat().st_size


def test_two_processes_find_what_one_finds_and_needs_come_first(tmp_path: Path) -> None:
    cells: list[Cell] = [Reader(_training(0)), _training(1)]
    standings: list[Standing] = []
    found = answer_all(cells, tmp_path / "two", 2, standings.append)
    assert set(found) == {"digits-0", "digits-1", "reader-of-digits-0"}
    assert found["reader-of-digits-0"].result > 0
    for seed in (0, 1):
        here = points_of(answered(_training(seed), tmp_path / "one"))[-1]
        assert points_of(found[f"digits-{seed}"])[-1].test == here.test
    assert {s.newest for s in standings if s.newest} == set(found)
    assert standings[-1].part == 1
    # Asked again, nothing is computed.
    standings.clear()
    assert answer_all(cells, tmp_path / "two", 2, standings.append) == found
    assert standings == []


def test_a_model_that_is_gone_is_trained_again_only_if_somebody_is_to_read_it(
    tmp_path: Path,
) -> None:
    trained = _training(0)
    place = Place(tmp_path, trained.name)
    first = answer_all([trained], tmp_path, 1)[trained.name]
    place.model.unlink()
    assert answer_all([trained], tmp_path, 1)[trained.name] == first
    assert not place.model.exists()
    read = answer_all([Reader(trained)], tmp_path, 1)
    assert read["reader-of-digits-0"].result == place.model.stat().st_size
    assert [p.test for p in points_of(read[trained.name])] == [p.test for p in points_of(first)]
    place.model.unlink()
    assert answer_all([Reader(trained)], tmp_path, 1) == read
    assert not place.model.exists()


def test_a_cell_that_cannot_be_answered_ends_the_work_with_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_ATLAS_DATA", str(tmp_path))
    with pytest.raises(AtlasError, match="MNIST"):
        answer_all([_training(0, dataset="mnist")], tmp_path, 1)


@dataclass(frozen=True)
class Killed:
    """A cell whose process is killed, as by a system that is out of memory."""

    name: str = "killed"
    needs: tuple[Cell, ...] = ()
    cost: float = 1.0

    def question(self) -> dict[str, Any]:
        return {}

    def find_out(self, place: Place, watch: Watch) -> JSON:
        os.kill(os.getpid(), signal.SIGKILL)
        return None


def test_a_process_that_is_killed_ends_the_work_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="ended from outside, perhaps for want of memory"):
        answer_all([Killed()], tmp_path, 1)


@dataclass(frozen=True)
class Orphan(Killed):
    """A cell during which the process that asked is killed; it leaves its own number."""

    name: str = "orphan"

    def find_out(self, place: Place, watch: Watch) -> JSON:
        (place.folder / "pid").write_text(str(os.getpid()))
        os.kill(os.getppid(), signal.SIGKILL)
        while not watch.cancelled():
            time.sleep(0.01)
        (place.folder / "saved").touch()


def test_a_process_whose_parent_is_killed_saves_and_ends(tmp_path: Path) -> None:
    words = f"from {__name__} import Orphan, answer_all; from pathlib import Path; "
    words += f"answer_all([Orphan()], Path({str(tmp_path)!r}), 1)"
    killed = subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    pid = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 60
    while _lives(pid):
        assert time.monotonic() < deadline, "it waits for a parent that is gone"
        time.sleep(0.05)
    assert (tmp_path / "saved").exists()


def _lives(pid: int) -> bool:
    """Whether it runs; one that has ended may stay listed until somebody asks for its status."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_what_is_needed_twice_is_done_once() -> None:
    shared = _training(0)
    names = [cell.name for cell in with_needs([Reader(shared), shared, Reader(shared)])]
    assert names == ["digits-0", "reader-of-digits-0"]
