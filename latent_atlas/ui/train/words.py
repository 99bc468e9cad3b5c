"""What the Train page says: titles that tell what to see, and what happened to a run."""

import math
from collections.abc import Sequence

import numpy as np

from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.train.history import LogContent
from vae_core.numerals import with_error
from vae_core.quantities import Quantity
from vae_core.runs import RESUMABLE, Run, RunStatus


def number(value: float | None, digits: int = 1) -> str:
    """A number with a true minus sign, or a dash when there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:z,.{digits}f}".replace("-", "−")


def duration(seconds: float | None) -> str:
    """Such as "4 s", "1 m 20 s" or "2 h 05 m"."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    whole = math.ceil(max(seconds, 0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} m"


def epochs_done(status: RunStatus) -> str:
    """Such as "012 / 040": never wider or narrower while a run lasts."""
    total = math.ceil(status.epochs - 1e-9)
    width = max(3, len(str(total)))
    return f"{int(status.epoch + 1e-6):0{width}d} / {total:0{width}d}"


def trend_title(quantity: Quantity, log: LogContent) -> str:
    """Say what a run's first quantity is doing, judged by its gain over the later half so far."""
    column = log.column(quantity)
    if column is None:
        return quantity.question
    tested = quantity.sign * log.test.values[:, column]
    finite = np.flatnonzero(np.isfinite(tested))
    if len(finite) < 4:
        return quantity.question
    end = finite[-1]
    half = finite[np.searchsorted(log.test.samples[finite], log.test.samples[end] / 2)]
    now, then = float(tested[end]), float(tested[half])
    gain = now - then
    best = log.test.tops[column] if quantity.sign > 0 else -log.test.lows[column]
    on_train = quantity.sign * log.test.values[:, len(log.quantities) + column]
    noun, unit = quantity.noun, quantity.unit.removesuffix(" per image")
    up, down, climbs, rising = (
        ("up", "down", "climbs", "rising")
        if quantity.better == "higher"
        else ("down", "up", "falls", "falling")
    )
    if now < best - 0.01 * abs(best) and on_train[end] > on_train[half]:
        return f"Test has turned {down} while train {climbs}: the model is memorising"
    if gain > 0.02 * abs(now):
        return f"The {noun} is {rising} fast: {number(gain)} {unit} since halfway"
    if gain > 0.004 * abs(now):
        return f"The {noun} still creeps {up}: {number(gain)} {unit} since halfway"
    return f"The {noun} has levelled off"


def value_title(quantity: Quantity, log: LogContent) -> str:
    """Say how large one of the other quantities is on test images."""
    column = log.column(quantity)
    if column is None or log.latest_test is None or math.isnan(log.latest_test[column]):
        return quantity.question
    value = log.latest_test[column]
    if quantity.silence is not None and value < quantity.least:
        return quantity.silence.format(value=number(value, 2))
    half_width = log.latest_half_widths.get(log.quantities[column].name)
    told = number(value) if half_width is None else with_error(value, half_width)
    return quantity.answer.format(value=told)


def message(run: Run, status: RunStatus, others: Sequence[tuple[Run, RunStatus]]) -> str:
    """One or two sentences, in Markdown: what happened to `run`, and what to do."""
    where = f"epoch {int(status.epoch + 1e-6)} of {math.ceil(status.epochs - 1e-9)}"
    told = escaped_message(sentence(status.reason))
    starting = "Starting: the first point is a second or two away."
    match status.state:
        case "queued":
            before = next((r for r, s in others if s.state == "running" and r.id != run.id), None)
            if before is None:
                return starting
            return f"Waiting for “{escaped(before.title)}” to end; this run then starts by itself."
        case "running":
            return "" if status.samples else starting
        case "finished":
            first = run.config.algorithm.reports[0]
            value = (status.test or {}).get(first.name)
            half_width = (status.test_half_widths or {}).get(first.name)
            best = "–" if value is None else with_error(value, half_width)
            sure = "± not recorded" if half_width is None else "± in 95 of 100 cases, over images"
            return (
                f"Finished in {duration(status.seconds)}: test {first.label} {best} "
                f"{first.unit} ({sure})."
            )
        case "paused":
            told = told or f"Paused at {where}. Nothing is lost: resume whenever you like."
        case "stopped":
            told = told or f"Stopped at {where}."
        case "interrupted":
            told = told or f"The training process ended before its time, at {where}."
        case "failed":
            told = told or f"Training failed at {where}."
    if status.state in RESUMABLE and "resume" not in told.lower():
        told += " Resume goes on from the last checkpoint."
    return told


def sentence(text: str | None) -> str:
    """`text` with a full stop at its end, or nothing."""
    told = (text or "").strip()
    return told if not told or told[-1] in ".!?" else f"{told}."
