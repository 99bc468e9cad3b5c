"""The same sweep on a Ray cluster of two nodes on this machine; the last test loses one."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ray = pytest.importorskip("ray", reason="the extra is not installed: pip install ray")

from vae_core.engines import engine, ray_engine  # noqa: E402
from vae_core.errors import AtlasError  # noqa: E402
from vae_core.runs import Run, checkpoints  # noqa: E402
from vae_core.runs.metrics import ResumeEvent  # noqa: E402
from vae_core.sweeps import create_sweep, make_runs, plan_sweep, tables  # noqa: E402

pytestmark = [pytest.mark.timeout(400), pytest.mark.filterwarnings("ignore")]

STARTS = 3  # Ray gives a node half a minute to start, which a busy machine may exceed


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    found = _started()
    ray.init(address=found.address, log_to_driver=False)
    yield found
    ray.shutdown()
    found.shutdown()


def _started() -> Any:
    from ray.cluster_utils import Cluster

    for start in range(1, STARTS + 1):
        found = Cluster()
        try:
            found.add_node(num_cpus=1)
            found.add_node(num_cpus=1)
            found.wait_for_nodes(timeout=60)
        except Exception:  # Ray raises a bare one where a node takes too long
            found.shutdown()
            if start == STARTS:
                raise
        else:
            break
    return found


def _sweep(folder: Path, epochs: int) -> list[Run]:
    values: dict[str, list[object]] = {
        "dataset": ["digits"],
        "hidden": [(8,)],
        "threads": [1],
        "epochs": [epochs],
        "seed": [0, 1, 2, 3],
    }
    return make_runs(create_sweep(plan_sweep(values), folder, "mine"))


def _states(runs: list[Run]) -> list[str]:
    return [run.status().state for run in runs]


def test_it_rests_when_told_to_end_and_goes_on_from_there(
    cluster: Any,
    tmp_path: Path,
) -> None:
    runs = _sweep(tmp_path, epochs=60)
    engine("ray")(runs, lambda found: None, lambda: "running" in _states(runs))
    assert "paused" in _states(runs)
    assert "running" not in _states(runs)
    done = [run for run in runs if run.status().state == "finished"]
    before = [run.metrics_path.read_bytes() for run in done]
    engine("ray")(runs, lambda found: None, lambda: False)
    assert _states(runs) == ["finished"] * 4
    assert [run.metrics_path.read_bytes() for run in done] == before


def _out_of_reach(folder: str) -> str:
    raise ModuleNotFoundError("No module named 'vae_core'")


def test_a_cluster_that_cannot_do_the_task_says_so_and_the_trials_wait_for_another_try(
    cluster: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = _sweep(tmp_path, epochs=1)
    monkeypatch.setattr(ray_engine, "train_alone", _out_of_reach)
    with pytest.raises(AtlasError, match=r"4 trials \(ModuleNotFoundError: .* 'vae_core'\)"):
        engine("ray")(runs, lambda found: None, lambda: False)
    assert _states(runs) == ["queued"] * 4


def test_a_sweep_on_two_nodes_survives_the_loss_of_one_and_trains_nothing_twice(
    cluster: Any,
    tmp_path: Path,
) -> None:
    runs = _sweep(tmp_path, epochs=150)
    kept: dict[str, int] = {}  # the last checkpoint of what trained when the node was lost

    def lose() -> None:
        while len(found := _with_checkpoints(runs)) < 2:
            time.sleep(0.05)
        kept.update(found)
        cluster.remove_node(cluster.worker_nodes.copy().pop(), allow_graceful=False)

    threading.Thread(target=lose, daemon=True).start()
    engine("ray")(runs, lambda found: None, lambda: False)
    assert len(kept) == 2
    assert _states(runs) == ["finished"] * 4
    [table] = tables(runs)
    assert table.groups()[0].finished == 4
    resumes = {
        run.id: [event.step for event in run.events() if isinstance(event, ResumeEvent)]
        for run in runs
    }
    [lost] = [name for name, steps in resumes.items() if steps]
    assert min(resumes[lost]) >= kept[lost]
    for run in runs:
        assert not (run.path / "owner.json").exists()


def _with_checkpoints(runs: list[Run]) -> dict[str, int]:
    """What trains now and could go on from a checkpoint: the step of the last, by run."""
    training = [run for run in runs if run.status().state == "running"]
    return {
        run.id: steps[-1] for run in training if (steps := checkpoints.steps(run.checkpoints_path))
    }
