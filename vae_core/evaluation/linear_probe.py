"""Whether a straight cut through the latent space tells the classes apart, beside two others.

A logistic regression on the posterior means is fitted to labelled images and asked about images
that it has not seen; beside it the same on the raw pixels, and always saying the commonest class.
A collapsed code does no better than the last.
"""

import warnings
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.bounds import Treatment
from vae_core.evaluation.linear_codes import evenly
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.proportions import (
    PairedDifference,
    Proportion,
    paired_difference,
    proportion,
)
from vae_core.models import VAE

_MOST = 10_000  # images to learn from: a few seconds on pixels
_STEPS = 300  # of the fit
_STRENGTH = 1.0  # scikit-learn's C, of standardised numbers


@dataclass(frozen=True)
class LinearProbe:
    """Held-out images that are told right, with Wilson's interval (``Proportion``).

    Attributes:
        means: from the posterior means.
        pixels: from the pixels as they are.
        chance: by the class that is commonest among the images learned from.
        above_chance: means less chance, on the same images.
        classes: how many.
        learned_from: images.
    """

    means: Proportion
    pixels: Proportion
    chance: Proportion
    above_chance: PairedDifference
    classes: int
    learned_from: int


def linear_probe(
    vae: VAE,
    train: Tensor,
    train_labels: Tensor,
    test: Tensor,
    test_labels: Tensor,
    *,
    treatment: Treatment = "grey",
    seed: int = 0,
) -> LinearProbe:
    """How well the means tell classes apart on the test images.

    Args:
        vae: the model.
        train, test: uint8 [N, C, H, W], or floats in [0, 1]; of more than 10,000 training images so
            many are learned from, evenly chosen.
        train_labels, test_labels: int64 [N].
        treatment, seed: as for ``evaluate_images``.

    Raises:
        AtlasError: the training labels are not of two classes at least, or there are no test
            images.
    """
    if len(test) == 0 or len(train_labels.unique()) < 2:
        raise AtlasError("A linear probe needs images of two classes, and others to test it on.")
    train, train_labels = evenly(train, _MOST), evenly(train_labels, _MOST)
    codes, asked = (
        posteriors(vae, images, treatment=treatment, seed=seed + k).mu
        for k, images in enumerate((train, test))
    )
    right = _told(codes, asked, train_labels) == test_labels
    pixels, shown = (images.flatten(1).float() for images in (train, test))
    by_pixels = _told(pixels, shown, train_labels) == test_labels
    commonest = test_labels == train_labels.mode().values
    return LinearProbe(
        means=proportion(right),
        pixels=proportion(by_pixels),
        chance=proportion(commonest),
        above_chance=paired_difference(right, commonest),
        classes=len(train_labels.unique()),
        learned_from=len(train),
    )


def _told(train: Tensor, test: Tensor, labels: Tensor) -> Tensor:
    """The class of each test row by a logistic regression on training rows; [N, K] → [N]."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    centre, width = train.mean(0), train.std(0)
    # What does not vary says nothing; that its deviation is rounding must not blow it up.
    used = width > 1e-6 * (1 + centre.abs())
    if not bool(used.any()):
        return labels.mode().values.expand(len(test))
    before, after = ((rows[:, used] - centre[used]) / width[used] for rows in (train, test))
    with warnings.catch_warnings():
        # So many steps are enough to judge by: it need not settle to the last digit.
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = LogisticRegression(C=_STRENGTH, max_iter=_STEPS).fit(before.numpy(), labels)
    return torch.from_numpy(fitted.predict(after.numpy()))
