"""The same sweep on a Ray cluster of two nodes on this machine; the last test loses one."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ray = pytest.importorskip("ray", reason="the extra is not installed: pip install ray")

from vae_core.engines import engine  # noqa: E402
from vae_core.runs import Run  # noqa: E402
from vae_core.sweeps import create_sweep, make_runs, plan_sweep, tables  # noqa: E402

pytestmark = [pytest.mark.timeout(400), pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")  # a minute to start where the machine is busy
def cluster() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    found.add_node(num_cpus=1)
    ray.init(address=found.address, log_to_driver=False)
    yield found
    ray.shutdown()
    found.shutdown()


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


def test_a_sweep_on_two_nodes_survives_the_loss_of_one_and_trains_nothing_twice(
    cluster: Any,
    tmp_path: Path,
) -> None:
    runs = _sweep(tmp_path, epochs=150)
    lost = threading.Event()

    def lose() -> None:
        while sum(run.status().state == "running" for run in runs) < 2:
            time.sleep(0.1)
        cluster.remove_node(cluster.worker_nodes.copy().pop(), allow_graceful=False)
        lost.set()

    threading.Thread(target=lose, daemon=True).start()
    engine("ray")(runs, lambda found: None, lambda: False)
    assert lost.is_set()
    assert _states(runs) == ["finished"] * 4
    [table] = tables(runs)
    assert table.groups()[0].finished == 4
    for run in runs:
        steps = [event.step for event in run.metrics()]
        assert steps == sorted(set(steps))
        assert not (run.path / "owner.json").exists()
