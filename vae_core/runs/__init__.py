"""Training runs on disk: made, queued, trained by a worker process, and read by anybody."""

from vae_core.folders import runs_folder
from vae_core.runs.annotations import (
    Annotations,
    annotate,
    annotations_of,
    annotations_problem,
)
from vae_core.runs.config import RunConfig
from vae_core.runs.environment import Environment, default_threads
from vae_core.runs.flat import make_config
from vae_core.runs.log_reader import LogReader
from vae_core.runs.metrics import ChangeEvent, MetricEvent, ResumeEvent
from vae_core.runs.queue import (
    ensure_worker,
    request_change,
    request_pause,
    request_resume,
    request_stop,
    submit,
)
from vae_core.runs.run import Run
from vae_core.runs.settings_table import Difference, Setting, all_but, difference, settings_of
from vae_core.runs.snapshots import (
    Snapshot,
    SnapshotContent,
    SnapshotRecord,
    list_snapshots,
    read_snapshot,
    snapshot_record,
)
from vae_core.runs.status import RESUMABLE, RunStatus, State
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
    "Annotations",
    "ChangeEvent",
    "Difference",
    "Environment",
    "LogReader",
    "MetricEvent",
    "ResumeEvent",
    "Run",
    "RunConfig",
    "RunStatus",
    "Setting",
    "Snapshot",
    "SnapshotContent",
    "SnapshotRecord",
    "State",
    "all_but",
    "all_runs",
    "annotate",
    "annotations_of",
    "annotations_problem",
    "create_run",
    "damaged_runs",
    "default_threads",
    "difference",
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
    "settings_of",
    "snapshot_record",
    "submit",
]
