"""Answering a question: the training of one cell, measured at its marks, and resumable."""

import time
from pathlib import Path

from torch import Tensor

from latent_atlas.reproduce.bench import Bench, Progress
from latent_atlas.reproduce.questions import Measured, Point, Question
from vae_core.evaluation import Cancelled, Watch, evaluate
from vae_core.evaluation.likelihood import by_importance
from vae_core.inference import PerImageInference
from vae_core.latent import encode_images
from vae_core.models import VAE, save_model
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


ACTIVE = 0.01  # variance of a posterior mean over images, above which its dimension is in use


def measured(question: Question, vae: VAE, images: Tensor) -> Measured:
    """The question's measure on the first of these images, uint8 [N, C, H, W].

    Evaluation has a stream of its own: training goes on as if nobody had looked.
    """
    images = images[: question.measured_images]
    treatment = question.config.treatment
    active = int((encode_images(vae, images).mu.var(0) > ACTIVE).sum())
    bound = evaluate(vae, images, treatment=treatment, seed=0)
    if question.measure == "bound":
        return Measured(value=bound.elbo, rate=bound.rate, active_units=active)
    found = by_importance(
        vae if question.encoder else PerImageInference(vae),
        images,
        treatment=treatment,
        k=question.importance_samples,
        proposal="encoder",
        compared=False,
        seed=0,
    )
    return Measured(
        value=found.mean, rate=bound.rate, active_units=active, error=found.standard_error
    )
