"""Classifiers for tests that want one quickly: one that has learned nothing, or not for long."""

import pytest
import torch

from latent_atlas.ui.judges import kept_classifiers
from vae_core.data import load_dataset
from vae_core.evaluation import Classifier, Material, classifier_training, material
from vae_core.evaluation.classifier import Lessons, network_for


def learn_briefly(patch: pytest.MonkeyPatch, looks: int = 10) -> None:
    """Have classifiers look at each image so often: enough to be trusted with the digits."""
    patch.setattr(classifier_training, "_MOST_TIMES", looks)


def quick_classifier(given: Material) -> Classifier:
    """Its features are random ones of the images, and it is never sure of anything."""
    channels, height, width = given.images.shape[1:]
    network = network_for((channels, height, width), len(given.classes))
    generator = torch.Generator().manual_seed(0)
    for each in network.parameters():
        torch.nn.init.normal_(each, std=0.1, generator=generator)
    for name, buffer in network.named_buffers():
        buffer.fill_(1.0 if "deviation" in name else 0.0)
    lessons = Lessons(
        dataset=given.dataset,
        column=given.column,
        classes=given.classes,
        split=given.split,
        images=len(given.images),
        digest=given.digest,
        image_shape=(channels, height, width),
        seed=0,
        held_out_split=given.held_split,
        held_out=len(given.held_images),
        right=0,
        commonest=1,
    )
    return Classifier(network.eval().requires_grad_(False), lessons)


def keep_quick_classifier(dataset: str) -> None:
    """Have the program take it for the one that it has trained on this data set."""
    given = material(load_dataset(dataset))
    kept_classifiers.keep(given.digest, quick_classifier(given))
