"""The bounds of a split in parts are those of the whole, and say how sure they are."""

import pytest
import torch

from vae_core.data import load_dataset
from vae_core.evaluation import Cancelled, Watch, evaluate, evaluate_images
from vae_core.evaluation.bounds import Treatment, mean_bound
from vae_core.evaluation.parts import bounds_in_parts, joined
from vae_core.models import VAE, Architecture

IMAGES = load_dataset("digits").split("test").images[:290]


def _vae() -> VAE:
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=3, hidden=(20,)))
    return vae.initialise("paper", torch.Generator().manual_seed(0))


@pytest.mark.parametrize("treatment", ["grey", "dynamic"])
def test_all_parts_together_are_what_the_whole_gives(treatment: Treatment) -> None:
    parts = list(bounds_in_parts(_vae(), IMAGES, treatment=treatment, samples=4, batch_size=100))
    assert [part.start for part in parts] == [0, 100, 200]
    found = joined(parts)
    whole = evaluate_images(_vae(), IMAGES, treatment=treatment, samples=4, batch_size=100)
    for name in ("elbo", "rate", "distortion", "rate_per_dim"):
        torch.testing.assert_close(getattr(found, name), getattr(whole, name), rtol=1e-6, atol=1e-4)
    mean = evaluate(_vae(), IMAGES, treatment=treatment, samples=4, batch_size=100)
    assert mean_bound(found).elbo == pytest.approx(mean.elbo, rel=1e-6, abs=1e-4)


def test_an_images_own_samples_tell_what_other_draws_would_change() -> None:
    seeds = [evaluate_images(_vae(), IMAGES, samples=4, seed=seed).elbo for seed in range(1, 60)]
    others = torch.stack(seeds).double().var(0).mean().item()
    (part,) = bounds_in_parts(_vae(), IMAGES, samples=4)
    assert part.draw_variance.mean().item() == pytest.approx(others, rel=0.15)
    (part,) = bounds_in_parts(_vae(), IMAGES[:1])
    assert bool(part.draw_variance.isnan().all())


def test_parts_come_one_by_one_and_none_after_it_was_cancelled() -> None:
    told: list[float] = []
    watch = Watch(progress=told.append, cancelled=lambda: len(told) == 2)
    parts = bounds_in_parts(_vae(), IMAGES, batch_size=100, watch=watch)
    next(parts), next(parts)
    assert told == pytest.approx([100 / 290, 200 / 290])
    assert not torch.is_inference_mode_enabled()
    with pytest.raises(Cancelled):
        next(parts)
