"""A new run that begins where another one stands, with something else asked for.

What is trained on other numbers (another binarisation, say) gets a chart of its own, from its own
zero on; its record names the run that it comes from, and the step.
"""

from pathlib import Path
from typing import Any, Literal

from vae_core.errors import AtlasError
from vae_core.models import Model, load_model
from vae_core.options import options_of
from vae_core.runs.config import RunConfig
from vae_core.runs.flat import make_config
from vae_core.runs.gone import check_here
from vae_core.runs.metrics import MetricEvent
from vae_core.runs.run import Run
from vae_core.runs.run_document import Parent
from vae_core.runs.store import create_run

Start = Literal["last", "best", "fresh"]


def cloned_config(run: Run, *, start: Start = "last", **changes: object) -> RunConfig:
    """What a clone is asked for: what the run was, as it was changed by hand, and the changes.

    Args:
        run: the one that is cloned.
        start: as for ``clone_run``; what was changed by hand counts if the weights do.
        changes: flat, as ``make_config`` takes them; None puts a setting back to as usual.

    Raises:
        AtlasError: as ``make_config``; or the weights are to be kept, and would not fit.
    """
    values = run.config.given() | {"data_dir": run.config.data_dir}
    if start != "fresh":
        for asked in [*(change.values() for change in run.changes()), run.pending()]:
            for name, value in asked.items():
                values[name] = value  # by hand, and so off its schedule
                values.pop(f"{name}_schedule", None)
    if {"epochs", "samples"} & changes.keys():  # one length takes the other's place
        values = {name: v for name, v in values.items() if name not in ("epochs", "samples")}
    told = {name: v for name, v in (values | changes).items() if v is not None}
    values = {name: v for name, v in told.items() if name in changes or _needed(run, name, told)}
    if "name" not in changes:
        values["name"] = f"{run.title[:70]} · clone"
    return make_config(**values)


def clone_run(
    run: Run, runs_dir: Path | None = None, *, start: Start = "last", **changes: object
) -> Run:
    """Make a new run, in state ``queued``, from another one's weights. Nothing starts yet.

    Its optimiser begins anew, and so do its steps, its schedules and its curves.

    Args:
        run: the one that is cloned; it stays as it is.
        runs_dir: where to put the new one; beside it by default.
        start: whose weights: of the ``last`` checkpoint, of the ``best`` on validation images, or
            ``fresh`` ones, as of a new run.
        changes: as for ``cloned_config``.

    Raises:
        AtlasError: as ``cloned_config`` and ``create_run``; or there is no such checkpoint.
    """
    if start != "fresh":
        check_here(run.path, run.title)
    config = cloned_config(run, start=start, **changes)
    folder = runs_dir or run.path.parent
    if start == "fresh":
        return create_run(config, folder)
    path = run.best_model_path() if start == "best" else run.model_path()
    if path is None:
        lacks = "no checkpoint that is known to be best on validation images"
        raise AtlasError(
            f"{run.title} has {lacks if start == 'best' else 'no checkpoint yet'}: "
            "begin its clone with fresh weights instead."
        )
    if not fits(load_model(path).model, config):
        raise AtlasError(
            f"The weights of {run.title} do not fit another model: leave its architecture as it "
            "is, or begin the clone with fresh weights."
        )
    step = int(path.parent.name.removeprefix("step-"))
    title, samples = run.title[:200], _samples_at(run.metrics(), step, run)
    parent = Parent(run=run.id, title=title, step=step, samples=samples)
    return create_run(config, folder, start=path.read_bytes(), parent=parent)


def fits(model: Model, config: RunConfig) -> bool:
    """Whether a model is what a configuration trains, on images of some shape."""
    kind = config.algorithm.trains
    shape = getattr(model.architecture, "image_shape", None)
    wanted: Any = kind.describe(shape, config.settings()) if shape is not None else None
    return isinstance(model, kind) and wanted == model.architecture


def _needed(run: Run, name: str, told: dict[str, Any]) -> bool:
    """Whether a setting has still a use, and did not belong to a schedule that is no more."""
    option = (options_of(RunConfig) | options_of(type(run.config.algorithm))).get(name)
    if option is None or option.needs is None:
        return True
    owner, wanted = option.needs
    return owner in told if wanted is None else told.get(owner) == wanted


def _samples_at(metrics: list[MetricEvent], step: int, run: Run) -> int:
    """The images that a checkpoint has seen."""
    status = run.stored_status()
    if status.step == step:
        return status.samples
    known = [event.samples for event in metrics if event.step <= step]
    return known[-1] if known else 0
