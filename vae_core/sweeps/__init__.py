"""Sweeps: many runs over the combinations of some settings, and what came of any set of runs."""

from vae_core.sweeps.command import sweep_command
from vae_core.sweeps.plan import MOST_TRIALS, SweepPlan, plan_sweep
from vae_core.sweeps.record import (
    Sweep,
    SweepDocument,
    create_sweep,
    list_sweeps,
    make_runs,
    open_sweep,
)
from vae_core.sweeps.table import Group, Row, Scale, Spread, Table, scale_of, table_csv, tables
from vae_core.sweeps.values import read_values
from vae_core.sweeps.varying import SEED, setting_options, settings_in_use, told_apart, varying

__all__ = [
    "MOST_TRIALS",
    "SEED",
    "Group",
    "Row",
    "Scale",
    "Spread",
    "Sweep",
    "SweepDocument",
    "SweepPlan",
    "Table",
    "create_sweep",
    "list_sweeps",
    "make_runs",
    "open_sweep",
    "plan_sweep",
    "read_values",
    "scale_of",
    "setting_options",
    "settings_in_use",
    "sweep_command",
    "table_csv",
    "tables",
    "told_apart",
    "varying",
]
