"""The squared errors of every image under one model: measured once, and kept as its bounds are."""

from collections.abc import Callable

import torch

from latent_atlas.ui.reconstruct import measured_files, measuring
from latent_atlas.ui.reconstruct.measure import Subject
from latent_atlas.ui.reconstruct.measured_files import Tensors
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.shown_images import is_brought
from vae_core.evaluation import Watch
from vae_core.evaluation.rate_distortion import SquaredErrors, squared_errors

_FORMAT = 1  # of what is kept, and of how it is measured: part of its name


def errors_key(subject: Subject) -> str:
    """A hexadecimal name of the errors of a subject."""
    return subject.key(f"squared errors {_FORMAT}")


def errors_asked(subject: Subject, who: str) -> Job[SquaredErrors]:
    """The errors of this subject, begun if need be, as `measure.asked` does with bounds."""
    key, count = errors_key(subject), len(subject.images)
    kept = measured_files.read(key, lambda tensors: _is_sound(tensors, count))
    if kept is not None:
        return Job("finished", 1.0, result=SquaredErrors(**kept))

    def work(watch: Watch, publish: Callable[[SquaredErrors], None]) -> SquaredErrors:
        found = squared_errors(
            subject.vae, subject.images, treatment=subject.treatment, watch=watch
        )
        if not is_brought(subject.dataset):
            measured_files.write(key, {"drawn": found.drawn, "copied": found.copied})
        return found

    return measuring.ask(key, work, who, remembered=False)


def _is_sound(tensors: Tensors, images: int) -> bool:
    return set(tensors) == {"drawn", "copied"} and all(
        tuple(each.shape) == (images,) and each.dtype == torch.float64 for each in tensors.values()
    )
