"""Training runs on disk: made, queued, trained by a worker process, and read by anybody."""

from vae_core.folders import runs_folder
from vae_core.runs.clone import clone_run, cloned_config
from vae_core.runs.config import Parent, RunConfig
from vae_core.runs.environment import Environment, default_threads
from vae_core.runs.flat import changeable, make_config
from vae_core.runs.log_reader import LogReader
from vae_core.runs.metrics import ChangeEvent, MetricEvent, RefusalEvent, ResumeEvent
from vae_core.runs.queue import (
    answer,
    ensure_worker,
    request_change,
    request_pause,
    request_resume,
    request_stop,
    submit,
)
from vae_core.runs.run import Run
from vae_core.runs.snapshots import (
    Snapshot,
    SnapshotContent,
    SnapshotRecord,
    list_snapshots,
    read_snapshot,
    snapshot_record,
)
from vae_core.runs.status import RESUMABLE, Best, RunStatus, State
from vae_core.runs.store import (
    all_runs,
    create_run,
    damaged_runs,
    list_runs,
    open_run,
    remove_run,
)

__all__ = [
    "RESUMABLE",
    "Best",
    "ChangeEvent",
    "Environment",
    "LogReader",
    "MetricEvent",
    "Parent",
    "RefusalEvent",
    "ResumeEvent",
    "Run",
    "RunConfig",
    "RunStatus",
    "Snapshot",
    "SnapshotContent",
    "SnapshotRecord",
    "State",
    "all_runs",
    "answer",
    "changeable",
    "clone_run",
    "cloned_config",
    "create_run",
    "damaged_runs",
    "default_threads",
    "ensure_worker",
    "list_runs",
    "list_snapshots",
    "make_config",
    "open_run",
    "read_snapshot",
    "remove_run",
    "request_change",
    "request_pause",
    "request_resume",
    "request_stop",
    "runs_folder",
    "snapshot_record",
    "submit",
]
