"""The bound of every image of a split under one model: computed once, and kept.

Shuffling, sorting, brushing and filtering only pick from these numbers. They are kept in memory and
on disk, by the digest of the model's file, the images and their treatment; the work is done in the
background (`measuring`), some images at a time.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from latent_atlas.ui.reconstruct import measured_files, measuring
from latent_atlas.ui.reconstruct.ledger import level_floor
from latent_atlas.ui.reconstruct.measured_files import Tensors
from latent_atlas.ui.reconstruct.measuring import Job
from latent_atlas.ui.reconstruct.shown_images import is_brought
from vae_core.errors import AtlasError
from vae_core.evaluation import ImageBounds, Treatment, Watch, draw_variance
from vae_core.evaluation.draws import Stream
from vae_core.evaluation.parts import Part, bounds_in_parts, joined
from vae_core.models import VAE

# Posterior samples per image: the mean over a test set hardly moves beyond one, a single image's
# number does, and the list is sorted by single images.
SAMPLES = 4
_FORMAT = 1  # of what is kept, and of how it is measured: part of its name
_MOST_BYTES = 256 * 2**20  # of what is kept in memory
_LOOKED_AT = 1000  # images that make up a data set's fingerprint
_FEW = 200  # images that are measured again sooner than they are read


@dataclass(frozen=True, eq=False)
class Measurement:
    """The bounds of images of a split: of all, or of its first ones while it is being measured.

    `draw_variance` is how much an image's bound varies with the draws, in nats², a mean over
    images, and `draw_variances` [N] that of each. `places` [N, 2] are their posterior means along
    the latent dimensions `axes`, the two that vary most; of one dimension the second is the rate.
    Shared between sessions: treat the tensors as read-only.
    """

    bounds: ImageBounds
    draw_variance: float
    draw_variances: Tensor
    places: Tensor
    axes: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.bounds.elbo)


@dataclass(frozen=True, eq=False)
class Subject:
    """What is measured: a model of this digest on the images (uint8 [N, C, H, W]) of a split."""

    digest: str
    dataset: str
    split: str
    treatment: Treatment
    vae: VAE
    images: Tensor

    def key(self, kind: str) -> str:
        """A hexadecimal name of what is measured of it."""
        told = (self.digest, self.dataset, self.split, self.treatment, kind)
        return name_of(told, self.images)

    @property
    def stream(self) -> Stream:
        """The draws that its bounds are made of."""
        latent_dim = self.vae.architecture.latent_dim
        return Stream(len(self.images), latent_dim, self.treatment, SAMPLES)

    def bounds_key(self) -> str:
        """That of its bounds."""
        return self.key(f"bounds {_FORMAT} {SAMPLES}")


def name_of(told: Sequence[str], images: Tensor) -> str:
    """A hexadecimal name of what is measured, as `told`, of these images."""
    return hashlib.sha256("\0".join(told).encode() + fingerprint(images)).hexdigest()[:40]


def measured(
    digest: str, dataset: str, split: str, treatment: Treatment, vae: VAE, images: Tensor
) -> Measurement:
    """Bounds in nats of each image of a split, uint8 [N, C, H, W]; waits until all are there.

    Raises AtlasError where they cannot be measured.
    """
    subject = Subject(digest, dataset, split, treatment, vae, images)
    who = f"thread {threading.get_ident()}"
    while True:
        job = asked(subject, who)
        while job.active:
            job.look(who)
            job.wait(1.0)
        if job.result is not None:
            return job.result
        measuring.forget(subject.bounds_key())
        if job.state == "failed":
            raise AtlasError(job.message)


def asked(subject: Subject, who: str) -> Job[Measurement]:
    """The measurement of this subject, begun if need be: finished, or under way.

    `who` asks has to ask again every few seconds, or `look` at it, as long as it is active.
    """
    key = subject.bounds_key()
    if (kept := _kept(key, subject)) is not None:
        return Job("finished", 1.0, result=kept)

    def work(watch: Watch, publish: Callable[[Measurement], None]) -> Measurement:
        found = _measure(subject, watch, publish)
        _remember(key, found)
        if len(found) > _FEW and not is_brought(subject.dataset):
            measured_files.write(key, _as_tensors(found))
        return found

    return measuring.ask(key, work, who, remembered=False)


def _measure(subject: Subject, watch: Watch, publish: Callable[[Measurement], None]) -> Measurement:
    vae, images, treatment = subject.vae, subject.images, subject.treatment
    parts: list[Part] = []
    told = 0
    for part in bounds_in_parts(vae, images, treatment=treatment, samples=SAMPLES, watch=watch):
        parts.append(part)
        # Joined ever more rarely: what is there is copied then.
        if len(parts) >= told + max(1, told // 4):
            told = len(parts)
            publish(_joined(parts))
    found = _joined(parts)
    if treatment != "dynamic":
        return found
    # Of binarised images other draws have other pixels as well.
    variance = draw_variance(vae, images, treatment=treatment, samples=SAMPLES)
    each = torch.full_like(found.draw_variances, variance)
    return Measurement(found.bounds, variance, each, found.places, found.axes)


def _joined(parts: Sequence[Part]) -> Measurement:
    bounds = joined(parts)
    variances = torch.cat([part.draw_variance for part in parts])
    mu = torch.cat([part.mu for part in parts])
    if mu.shape[1] == 1:
        axes: tuple[int, ...] = (0,)
        places = torch.stack([mu[:, 0], bounds.rate], 1)
    else:
        spread = mu.var(0) if len(mu) > 1 else mu.square()[0]
        axes = tuple(sorted(spread.argsort(descending=True, stable=True)[:2].tolist()))
        places = mu[:, list(axes)]
    return Measurement(bounds, variances.double().mean().item(), variances, places, axes)


_NAMES = ("elbo", "rate", "distortion")
_memory: OrderedDict[str, Measurement] = OrderedDict()
_lock = threading.Lock()


def _kept(key: str, subject: Subject) -> Measurement | None:
    with _lock:
        if key in _memory:
            _memory.move_to_end(key)
            return _memory[key]
    count, latent_dim = len(subject.images), subject.vae.architecture.latent_dim
    if count <= _FEW:
        return None
    found = measured_files.read(key, lambda tensors: _is_sound(tensors, count, latent_dim))
    if found is None:
        return None
    measurement = Measurement(
        ImageBounds(**{name: found[name] for name in (*_NAMES, "rate_per_dim")}),
        found["draw_variances"].double().mean().item(),
        found["draw_variances"],
        found["places"],
        tuple(found["axes"].tolist()),
    )
    _remember(key, measurement)
    return measurement


def _remember(key: str, found: Measurement) -> None:
    with _lock:
        _memory[key] = found
        _memory.move_to_end(key)
        while len(_memory) > 1 and sum(map(_bytes, _memory.values())) > _MOST_BYTES:
            _memory.popitem(last=False)


def _bytes(found: Measurement) -> int:
    return sum(each.nbytes for each in _as_tensors(found).values())


def _as_tensors(found: Measurement) -> Tensors:
    bounds = found.bounds
    return {
        **{name: getattr(bounds, name) for name in (*_NAMES, "rate_per_dim")},
        "draw_variances": found.draw_variances,
        "places": found.places,
        "axes": torch.tensor(found.axes),
    }


def _is_sound(tensors: Tensors, images: int, latent_dim: int) -> bool:
    shapes = {
        **dict.fromkeys((*_NAMES, "draw_variances"), (images,)),
        "rate_per_dim": (images, latent_dim),
        "places": (images, 2),
        "axes": (min(2, latent_dim),),
    }
    if set(tensors) != set(shapes):
        return False
    whole = tensors["axes"]
    return (
        all(tuple(tensors[name].shape) == shape for name, shape in shapes.items())
        and all(tensors[name].dtype == torch.float32 for name in shapes if name != "axes")
        and whole.dtype == torch.int64
        and bool(((whole >= 0) & (whole < latent_dim)).all())
    )


# Of tensors that are in use, which nobody writes to: a page asks twice a model for the same one.
_fingerprints: MutableMapping[Tensor, bytes] = WeakTensorKeyDictionary()


def fingerprint(images: Tensor) -> bytes:
    """Of the images, without reading all of them: a data set may be brought anew under its name."""
    if images not in _fingerprints:
        _fingerprints[images] = _fingerprint(images)
    return _fingerprints[images]


def _fingerprint(images: Tensor) -> bytes:
    some = images[:: -(-len(images) // _LOOKED_AT)] if len(images) else images
    digest = hashlib.sha256(str(tuple(images.shape)).encode())
    digest.update(some.contiguous().numpy().tobytes())
    return digest.digest()


@st.cache_data(max_entries=8, show_spinner=False)
def mean_floor(dataset: str, split: str, _images: Tensor) -> float:
    """What even perfect copies of a split's images pay on average, in nats (`level_floor`).

    Kept by the names; `_images` is uint8 [N, C, H, W].
    """
    return level_floor(_images) / len(_images)
