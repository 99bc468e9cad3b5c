"""Answering a question: the training of one cell, measured at its marks, and resumable."""

import time
from pathlib import Path

from latent_atlas.reproduce.bench import Bench, Progress
from latent_atlas.reproduce.measuring import measured
from latent_atlas.reproduce.questions import Point, Question
from vae_core.evaluation import Cancelled, Watch
from vae_core.models import save_model
from vae_core.version import __version__

SAVE_SECONDS = 30.0


def train_and_measure(
    question: Question,
    partial: Path,
    model: Path,
    watch: Watch,
) -> tuple[Point, ...]:
    """Train the question's model to its last mark.

    Args:
        question: what is asked.
        partial: file that holds the cell's state meanwhile; found there, it is gone on with, and
            the answer is the same to the last bit. Removed at the end.
        model: file for the trained model.
        watch: to follow or stop the work; stopped, the state is saved first.

    Returns:
        A point for each mark.

    Raises:
        Cancelled: ``watch`` said so.
        AtlasError: the data are absent, or the training diverged.
    """
    bench = Bench(question)
    progress = bench.restore(partial)
    loop, started, saved = bench.loop, time.process_time(), time.monotonic()
    for mark in question.marks[len(progress.points) :]:
        while loop.samples < mark:
            loop.step()
            watch.progress(loop.samples / question.marks[-1])
            if watch.cancelled() or time.monotonic() - saved > SAVE_SECONDS:
                seconds = progress.seconds + time.process_time() - started
                progress = Progress(progress.points, seconds)
                bench.save(partial, progress)
                if watch.cancelled():
                    raise Cancelled
                started, saved = time.process_time(), time.monotonic()
        seconds = progress.seconds + time.process_time() - started
        progress = Progress((*progress.points, _point(question, bench, seconds)), seconds)
        bench.save(partial, progress)
        started, saved = time.process_time(), time.monotonic()
    record = question.config.record(loop.epoch, loop.samples, __version__)
    save_model(model, bench.vae, record)
    partial.unlink(missing_ok=True)
    return progress.points


def _point(question: Question, bench: Bench, seconds: float) -> Point:
    return Point(
        samples=bench.loop.samples,
        seconds=seconds,
        train=measured(question, bench.vae, bench.train),
        test=measured(question, bench.vae, bench.test),
        acceptance=getattr(bench.algorithm, "acceptance", None),
    )
