"""Three ways from one image to another under a model, and the sum a − b + c."""

from dataclasses import dataclass

import torch
from torch import Tensor

from latent_atlas.ui.reconstruct.comparison import Column
from latent_atlas.ui.reconstruct.waited_for import kept
from vae_core.evaluation import (
    Cancelled,
    Watch,
    draw_variance,
    evaluate_images,
    over_draws,
)
from vae_core.latent import (
    Encodings,
    SupportMeter,
    constant_speed,
    encode_images,
    geodesic,
    length,
    line,
    nearest_images,
)
from vae_core.models import VAE

FRAMES = 9
# Encodings that the support of a frame is judged by.
_MOST_ENCODINGS = 4000
# Latent samples behind the bound of a frame: enough for whole nats.
_SAMPLES = 16


@dataclass(frozen=True, eq=False)
class Strip:
    """Frames from one image to the other, equally different from each other where they are decoded.

    Attributes:
        name: which way.
        frames: [T, C, H, W] in [0, 1].
        costs: −ELBO of each as an image of grey levels, under the model, in nats [T].
        half_width: ± of each cost over draws of z.
        support: the share of unseen images that lie in emptier spots of the latent space, 0 to 1
            [T]; None of a blend of pixels, which is not in it.
        travelled: how far the picture goes in all, in pixel values: Σ |x_{t+1} − x_t|.
    """

    name: str
    frames: Tensor
    costs: Tensor
    half_width: float
    support: Tensor | None
    travelled: float


@dataclass(frozen=True, eq=False)
class Ways:
    """All three under one model; ``apart`` is how far the encodings are from each other."""

    strips: tuple[Strip, Strip, Strip]
    apart: float


@dataclass(frozen=True, eq=False)
class Sum:
    """a − b + c: the picture [C, H, W], the nearest real image, and how far that is.

    ``distance`` is a root mean square over pixel values, and ``support`` as in ``Strip``.
    """

    picture: Tensor
    nearest: int
    distance: float
    support: float | None


def ways_between(
    column: Column, where: tuple[str, str], images: Tensor, a: int, b: int, watch: Watch
) -> Ways:
    """From image a to image b of a split, uint8 [N, C, H, W]; ``where`` names data set and split.

    Raises Cancelled.
    """
    vae = column.vae
    x = images[[a, b]].float() / 255
    with torch.inference_mode():
        ends = vae.encode(x).mu
    ends = ends.clone()
    meter = support_meter(column, where, images)
    if watch.cancelled():
        raise Cancelled
    watch.progress(0.5)
    t = torch.linspace(0, 1, FRAMES).view(-1, 1, 1, 1)
    blend = (1 - t) * x[0] + t * x[1]
    straight = line(ends)
    strips = (
        Strip("pixel blend", blend, *_costs(vae, blend), None, float((x[1] - x[0]).norm())),
        _latent("straight line", vae, meter, straight),
        _latent("geodesic", vae, meter, geodesic(vae, ends)),
    )
    return Ways(strips, float((ends[1] - ends[0]).norm()))


def support_meter(column: Column, where: tuple[str, str], images: Tensor) -> SupportMeter:
    """How well the encodings of a split back a place under a model; made once and kept."""

    def make() -> SupportMeter:
        step = -(-len(images) // _MOST_ENCODINGS)
        found = encode_images(column.vae, images[::step])
        return SupportMeter(Encodings(found.mu.clone(), found.logvar.clone()))

    return kept(("support", column.entry.digest, *where), make)


@torch.no_grad()
def latent_sum(
    column: Column, where: tuple[str, str], images: Tensor, three: tuple[int, int, int]
) -> Sum:
    """What μ_a − μ_b + μ_c decodes to."""
    mu = column.vae.encode(images[list(three)].float() / 255).mu
    z = (mu[0] - mu[1] + mu[2]).unsqueeze(0)
    picture = column.vae.decode(z).mean
    support = float(support_meter(column, where, images).measure(z).percentile[0])
    return _sum(picture, images, support)


def pixel_sum(images: Tensor, three: tuple[int, int, int]) -> Sum:
    """The same of the pixels themselves, cut to what can be shown."""
    a, b, c = images[list(three)].float() / 255
    return _sum((a - b + c).clamp(0, 1).unsqueeze(0), images, None)


def _sum(picture: Tensor, images: Tensor, support: float | None) -> Sum:
    found = nearest_images(images, picture)
    distance = float(found.distance[0, 0]) / picture[0].numel() ** 0.5
    return Sum(picture[0], int(found.index[0, 0]), distance, support)


@torch.no_grad()
def _latent(name: str, vae: VAE, meter: SupportMeter, path: Tensor) -> Strip:
    places = constant_speed(vae, path, FRAMES)
    frames = vae.decode(places).mean
    support = meter.measure(places).percentile
    return Strip(name, frames, *_costs(vae, frames), support, length(vae, path))


def _costs(vae: VAE, frames: Tensor) -> tuple[Tensor, float]:
    """−ELBO of each frame [T], and its ± over draws of z."""
    costs = -evaluate_images(vae, frames, samples=_SAMPLES, seed=0).elbo
    return costs, over_draws(draw_variance(vae, frames, samples=_SAMPLES, seed=0), 1)
