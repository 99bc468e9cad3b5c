"""Which distances survive retraining: along geodesics, or straight through the latent space.

Trained again from another seed, a model lays the same images out anew, and the straight distance of
two encodings changes with it. The length of the geodesic between them is measured in what is
decoded on the way, and does not change if the map is only bent: it belongs to the model of the
images, not to its coordinates. How far that holds of models at hand is seen from the coefficient of
variation, standard deviation / mean, of one pair's distance over the models (arXiv 2502.13757;
ensembles of decoders: arXiv 2408.07507). Neither depends on a unit, and a model whose distances are
all longer counts as varying.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.latent.geodesic import geodesic
from vae_core.latent.metric import Decodes
from vae_core.latent.paths import length
from vae_core.models import Posterior
from vae_core.sentences import counted

FEWEST_MODELS = 3
FEWEST_PAIRS = 5
PAIRS = 24
_STEPS = 16  # of a geodesic
_DRAWS = 2000  # of the bootstrap
_Z = 1.959964  # what a normal variable exceeds, either way, in 5 of 100 cases

Verdict = Literal["geodesic", "euclidean", "undecided"]
# Told the part that is done, 0 to 1; raises to stop.
OnPart = Callable[[float], None]


class EncodesAndDecodes(Decodes, Protocol):
    """What of a VAE is used here."""

    def encode(self, x: Tensor) -> Posterior:
        """q(z|x) for images x in [0, 1], [B, C, H, W]."""


@dataclass(frozen=True)
class Median:
    """A median over pairs, and its ± from a bootstrap over pairs: 1.96 standard deviations."""

    value: float
    half_width: float


@dataclass(frozen=True, eq=False)
class Survival:
    """Distances of P pairs of images under M models.

    Attributes:
        pairs: int64 [P, 2], into the images; no image is in two pairs.
        geodesic, euclidean: the distances, float64 [M, P]; in pixel values, and in units of z.
    """

    pairs: Tensor
    geodesic: Tensor
    euclidean: Tensor

    @property
    def geodesic_variation(self) -> Tensor:
        """Of each pair, over models. [P]."""
        return variation(self.geodesic)

    @property
    def euclidean_variation(self) -> Tensor:
        """Of each pair, over models. [P]."""
        return variation(self.euclidean)

    @property
    def geodesic_median(self) -> Median:
        """Of the pairs' variation, geodesic."""
        return _median(self.geodesic_variation, torch.zeros_like(self.geodesic_variation))

    @property
    def euclidean_median(self) -> Median:
        """Of the pairs' variation, Euclidean."""
        return _median(self.euclidean_variation, torch.zeros_like(self.euclidean_variation))

    @property
    def difference(self) -> Median:
        """Euclidean median − geodesic median; each bootstrap draw takes the same pairs of both."""
        return _median(self.euclidean_variation, self.geodesic_variation)

    @property
    def verdict(self) -> Verdict:
        """Which distances vary less: that of the smaller median, if they differ by more than ±."""
        found = self.difference
        if abs(found.value) <= found.half_width:
            return "undecided"
        return "geodesic" if found.value > 0 else "euclidean"


def distances_survive(
    models: Sequence[EncodesAndDecodes],
    images: Tensor,
    *,
    pairs: int = PAIRS,
    seed: int = 0,
    on_part: OnPart = lambda done: None,
) -> Survival:
    """Measure the distances of pairs of images under models that differ by chance alone.

    A geodesic takes a tenth of a second to seconds; ``on_part`` is told after each.

    Args:
        models: at least three, of one architecture, trained on the same images.
        images: uint8 [N, C, H, W].
        pairs: how many, at most N / 2; drawn without an image in two of them, so that they are
            independent.
        seed: of that draw.
        on_part: raises what it likes to stop the work.

    Raises:
        AtlasError: too few models or images.
    """
    pairs = min(pairs, len(images) // 2)
    if len(models) < FEWEST_MODELS:
        raise AtlasError(
            f"What survives retraining is seen from {FEWEST_MODELS} models or more: "
            "choose models that differ in their seed alone."
        )
    if pairs < FEWEST_PAIRS:
        raise AtlasError(
            f"That takes {counted(2 * FEWEST_PAIRS, 'image')} or more: choose a larger split."
        )
    order = torch.randperm(len(images), generator=Generator().manual_seed(seed))
    chosen = order[: 2 * pairs].view(pairs, 2)
    x = images[chosen.flatten()].float() / 255
    shape = len(models), pairs
    curved, straight = torch.zeros(shape).double(), torch.zeros(shape).double()
    for m, model in enumerate(models):
        with torch.no_grad():
            ends = model.encode(x).mu.view(pairs, 2, -1)
        straight[m] = (ends[:, 0] - ends[:, 1]).norm(dim=1).double()
        for p in range(pairs):
            curved[m, p] = length(model, geodesic(model, ends[p], _STEPS))
            on_part((m * pairs + p + 1) / (len(models) * pairs))
    return Survival(chosen, curved, straight)


def variation(distances: Tensor) -> Tensor:
    """Standard deviation (M − 1) / mean over models, of each pair; 0 of a distance that is 0.

    [M, P] → [P].
    """
    means = distances.mean(0)
    return torch.where(means > 0, distances.std(0) / means.clamp(min=1e-300), 0.0)


def _median(values: Tensor, others: Tensor) -> Median:
    """Median of values − median of others, over pairs [P], with its ±."""
    generator = Generator().manual_seed(0)
    drawn = torch.randint(len(values), (_DRAWS, len(values)), generator=generator)
    medians = _middle(values[drawn]) - _middle(others[drawn])
    found = float(_middle(values) - _middle(others))
    half_width = _Z * float(medians.std())
    return Median(found, half_width if math.isfinite(half_width) else 0.0)


def _middle(values: Tensor) -> Tensor:
    """The median along the last dimension; of an even number, the mean of the middle two."""
    return values.quantile(0.5, dim=-1)
