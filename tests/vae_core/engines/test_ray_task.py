"""What a task of a Ray cluster does, which needs no Ray."""

from pathlib import Path

import pytest

from vae_core.engines import ray_engine
from vae_core.runs import create_run, make_config
from vae_core.runs.lock import FileLock


def test_a_task_waits_until_the_last_process_of_a_lost_machine_lets_go_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config(dataset="digits", latent_dim=2, hidden=(8,), epochs=1)
    run = create_run(config, tmp_path)
    lost = FileLock(run.lock_path)
    assert lost.acquire()
    monkeypatch.setattr(ray_engine.time, "sleep", lambda seconds: lost.release())
    assert ray_engine.train_alone(str(run.path)) == "finished"
