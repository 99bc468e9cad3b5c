"""Training runs on disk: made, queued, trained by a worker process, and read by anybody."""

from vae_core.folders import runs_folder
from vae_core.runs.annotations import (
    Annotations,
    annotate,
    annotations_of,
    annotations_problem,
)
from vae_core.runs.archive import ImportedRuns, export_runs, exported_bytes, import_runs
from vae_core.runs.bin import (
    RemovedRun,
    delete_removed,
    empty_bin,
    put_back,
    remove_to_bin,
    removed_runs,
)
from vae_core.runs.clone import clone_run, cloned_config
from vae_core.runs.config import RunConfig
from vae_core.runs.course import (
    Course,
    MeanCourse,
    Smoothed,
    Smoothing,
    course_of,
    mean_course,
    smoothed,
)
from vae_core.runs.environment import Environment, default_threads
from vae_core.runs.flat import changeable, make_config
from vae_core.runs.log_reader import LogReader
from vae_core.runs.metrics import ChangeEvent, MetricEvent, RefusalEvent, ResumeEvent
from vae_core.runs.metrics_csv import metrics_csv
from vae_core.runs.queue import (
    answer,
    ensure_worker,
    request_change,
    request_pause,
    request_resume,
    request_stop,
    submit,
)
from vae_core.runs.rows import BestPoint, Query, Row, filtered, parse_query, row_of, sorted_rows
from vae_core.runs.run import Run
from vae_core.runs.run_document import Parent
from vae_core.runs.settings_table import Difference, Setting, all_but, difference, settings_of
from vae_core.runs.snapshots import (
    Snapshot,
    SnapshotContent,
    SnapshotRecord,
    list_snapshots,
    read_snapshot,
    snapshot_model,
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
    "Annotations",
    "Best",
    "BestPoint",
    "ChangeEvent",
    "Course",
    "Difference",
    "Environment",
    "ImportedRuns",
    "LogReader",
    "MeanCourse",
    "MetricEvent",
    "Parent",
    "Query",
    "RefusalEvent",
    "RemovedRun",
    "ResumeEvent",
    "Row",
    "Run",
    "RunConfig",
    "RunStatus",
    "Setting",
    "Smoothed",
    "Smoothing",
    "Snapshot",
    "SnapshotContent",
    "SnapshotRecord",
    "State",
    "all_but",
    "all_runs",
    "annotate",
    "annotations_of",
    "annotations_problem",
    "answer",
    "changeable",
    "clone_run",
    "cloned_config",
    "course_of",
    "create_run",
    "damaged_runs",
    "default_threads",
    "delete_removed",
    "difference",
    "empty_bin",
    "ensure_worker",
    "export_runs",
    "exported_bytes",
    "filtered",
    "import_runs",
    "list_runs",
    "list_snapshots",
    "make_config",
    "mean_course",
    "metrics_csv",
    "open_run",
    "parse_query",
    "put_back",
    "read_snapshot",
    "remove_run",
    "remove_to_bin",
    "removed_runs",
    "request_change",
    "request_pause",
    "request_resume",
    "request_stop",
    "row_of",
    "runs_folder",
    "settings_of",
    "smoothed",
    "snapshot_model",
    "snapshot_record",
    "sorted_rows",
    "submit",
]
