"""What a run measured, as a table for any other program."""

import csv
import io

from vae_core.export.csv_file import cell
from vae_core.quantities import scalars
from vae_core.runs.metrics import MetricEvent
from vae_core.runs.run import Run

_WHERE = ("step", "samples", "epoch", "seconds")


def metrics_csv(run: Run) -> str:
    """Every measurement that holds, a line for each part of the data that was measured.

    Columns: ``step``, ``samples``, ``epoch``, ``seconds`` of training; ``part``, which is ``train``
    (images trained on since the line before), ``valid``, ``test``, or ``test probe`` where only
    the first test images were measured; of each quantity its mean ``NAME`` and its
    ``NAME_half_width``; ``learning_rate`` and ``gradient_norm`` of training. What is not known is
    empty.

    Raises:
        AtlasError: the run is damaged.
    """
    measured = run.metrics()
    names = _names(run, measured)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    quantities = [f"{name}{more}" for name in names for more in ("", "_half_width")]
    lines.writerow([*_WHERE, "part", *map(cell, quantities), "learning_rate", "gradient_norm"])
    for event in measured:
        where = [getattr(event, each) for each in _WHERE]
        for part, means, half_widths in event.parts():
            trained = part == "train"
            numbers = [known.get(name, "") for name in names for known in (means, half_widths)]
            more = [event.learning_rate, event.gradient_norm] if trained else ["", ""]
            lines.writerow([*where, part, *numbers, *more])
    return text.getvalue()


def _names(run: Run, measured: list[MetricEvent]) -> list[str]:
    """Of the quantities: those that the algorithm reports in its order, then what else there is."""
    declared = [quantity.name for quantity in scalars(run.config.algorithm.reports)]
    found = [name for event in measured for _, means, _ in event.parts() for name in means]
    return list(dict.fromkeys([*declared, *sorted(set(found))]))
