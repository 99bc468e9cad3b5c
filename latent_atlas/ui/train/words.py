"""What the Train page says: titles that tell what to see, and what happened to a run."""

import math
from collections.abc import Sequence

import numpy as np

from latent_atlas.ui.train.history import PARTS, LogContent
from vae_core.runs import RESUMABLE, Run, RunStatus


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with a true minus sign, or a dash when there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:,.{digits}f}".replace("-", "−")


def duration(seconds: float | None) -> str:
    """Return "4 s", "1 m 20 s" or "2 h 05 m"."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    whole = math.ceil(max(seconds, 0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} m"


def epochs_done(status: RunStatus) -> str:
    """Return "012 / 040": never wider or narrower while a run lasts."""
    total = math.ceil(status.epochs - 1e-9)
    width = max(3, len(str(total)))
    return f"{int(status.epoch + 1e-6):0{width}d} / {total:0{width}d}"


def bound_title(log: LogContent) -> str:
    """Say what the bound is doing, judged by its gain over the later half of the run so far."""
    bound = PARTS.index("elbo")
    finite = np.flatnonzero(np.isfinite(log.test.values[:, bound]))
    if len(finite) < 4:
        return "The bound on test images: higher is better"
    end = finite[-1]
    half = finite[np.searchsorted(log.test.samples[finite], log.test.samples[end] / 2)]
    now, then = float(log.test.values[end, bound]), float(log.test.values[half, bound])
    gain = now - then
    best = log.test.tops[bound]
    on_train = log.test.values[:, len(PARTS) + bound]
    climbs = on_train[end] > on_train[half]
    if now < best - 0.01 * abs(best) and climbs:
        return "Test has turned down while train climbs: the model is memorising"
    if gain > 0.02 * abs(now):
        return f"The bound is rising fast: {number(gain)} nats since halfway"
    if gain > 0.004 * abs(now):
        return f"The bound still creeps up: {number(gain)} nats since halfway"
    return "The bound has levelled off"


def rate_title(log: LogContent) -> str:
    """Say how much the code carries."""
    rate = _latest(log, "rate")
    if rate is None:
        return "What the code costs"
    if rate < 0.1:
        return f"The code carries nothing: {number(rate, 2)} nats"
    return f"The code carries {number(rate)} nats"


def distortion_title(log: LogContent) -> str:
    """Say what an image costs once its code is known."""
    distortion = _latest(log, "distortion")
    if distortion is None:
        return "What the picture costs, given its code"
    return f"The picture costs {number(distortion)} nats"


def message(run: Run, status: RunStatus, others: Sequence[tuple[Run, RunStatus]]) -> str:
    """Return one or two sentences: what happened to `run`, and what to do."""
    where = f"epoch {int(status.epoch + 1e-6)} of {math.ceil(status.epochs - 1e-9)}"
    told = sentence(status.reason)
    starting = "Starting: the first point is a second or two away."
    match status.state:
        case "queued":
            before = next((r for r, s in others if s.state == "running" and r.id != run.id), None)
            if before is None:
                return starting
            return f"Waiting for “{before.title}” to end; this run then starts by itself."
        case "running":
            return "" if status.samples else starting
        case "finished":
            best = number(status.test.elbo, 2) if status.test else "–"
            return f"Finished in {duration(status.seconds)}: test ELBO {best} nats per image."
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
    """Return `text` with a full stop at its end, or nothing."""
    told = (text or "").strip()
    return told if not told or told[-1] in ".!?" else f"{told}."


def _latest(log: LogContent, part: str) -> float | None:
    return None if log.latest_test is None else log.latest_test[PARTS.index(part)]
