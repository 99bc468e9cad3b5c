"""log p(x) of each image: by integration where that can be done, and by three estimators.

Functions of the model, the images and a seed, like the rest of the evaluation. The seed decides the
draws of ``dynamic`` images on its own, so that all estimators are asked about the same pixels.
"""

from collections.abc import Iterator

from torch import Generator, Tensor

from vae_core.errors import AtlasError
from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.evaluation.estimates import LogLikelihood, Watch, measure, second_look
from vae_core.inference import LatentVariableModel
from vae_core.inference.annealing import Start, annealed_importance_sampling
from vae_core.inference.appendix_d import appendix_d, chains_for
from vae_core.inference.decoding import rows_at_once
from vae_core.inference.density_fit import MOST_KDE_DIMENSIONS, Fit
from vae_core.inference.grid import MOST_DIMENSIONS, grid_integration
from vae_core.inference.importance import ProposalName, importance_sampling
from vae_core.inference.weights import Estimate, OnStep
from vae_core.sentences import counted

# What the estimators are called, here and wherever people choose one.
GRID, IMPORTANCE, APPENDIX_D, AIS = "grid", "importance", "appendix-d", "ais"

_AT_ONCE = 16  # draws of r for each image
_GLANCE = 500  # samples an image of the second look

# Images that share a coarse grid, by latent dimensions: some 40 MB of it.
_IMAGES_ON_A_GRID = {1: 256, 2: 64, 3: 16}


def by_grid(
    model: LatentVariableModel,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    seed: int = 0,
    watch: Watch | None = None,
) -> LogLikelihood:
    """Integration over a grid of z: exact to 0.01 nats an image, for up to three dimensions.

    Draws nothing but ``dynamic`` images; the other arguments as in ``by_importance``.

    Raises:
        AtlasError: the model has more latent dimensions.
    """
    dimensions = latent_dimensions(model, images)
    if dimensions > MOST_DIMENSIONS:
        raise AtlasError(
            f"A grid covers up to {MOST_DIMENSIONS} latent dimensions and this model has "
            f"{dimensions}: take {IMPORTANCE} or {AIS}."
        )

    def estimate(x: Tensor, generator: Generator, on_step: OnStep) -> Estimate:
        return grid_integration(model, x, on_step=on_step)

    count = _IMAGES_ON_A_GRID[dimensions]
    batches = image_batches(images, treatment, Generator().manual_seed(seed), count)
    return measure(GRID, estimate, batches, len(images), seed, watch)


def by_importance(
    model: LatentVariableModel,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    k: int = 5000,
    proposal: ProposalName = "mixture",
    compared: bool = True,
    seed: int = 0,
    watch: Watch | None = None,
) -> LogLikelihood:
    """Importance sampling; with q(z|x) it is L_k, the field's standard measure at k = 5000.

    Args:
        model: a VAE, or anything with its ``encode`` and ``decode``.
        images: uint8 [N, C, H, W].
        treatment: as in ``evaluate``.
        k: samples per image; memory does not grow with it.
        proposal: ``encoder`` draws from q(z|x) alone, ``mixture`` from modes that were sought from
            the prior too.
        compared: hold what the encoder's draws give against a few of the mixture's, and where those
            are higher, warn and widen the error.
        seed: of all draws.
        watch: to follow or stop the work.
    """

    def estimate(x: Tensor, generator: Generator, on_step: OnStep) -> Estimate:
        return importance_sampling(model, x, k, generator, proposal=proposal, on_step=on_step)

    # Of a mixture many draws an image at once: its parts are then read once for all of them.
    batches = _chunks(images, treatment, seed, chains=1 if proposal == "encoder" else _AT_ONCE)
    found = measure(IMPORTANCE, estimate, batches, len(images), seed, watch)
    if proposal == "mixture" or not compared:
        return found
    return second_look(found, "q(z|x)", _glance(model, images, treatment, seed, watch))


def by_appendix_d(
    model: LatentVariableModel,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    samples: int = 50,
    leapfrog_steps: int = 4,
    fit: Fit | None = None,
    seed: int = 0,
    watch: Watch | None = None,
) -> LogLikelihood:
    """The paper's appendix D: HMC samples from the posterior and a density fitted to them.

    Warns above 5 latent dimensions. Arguments as in ``by_importance``, and:

    Args:
        samples: HMC samples per image to fit a density, and as many again to average over.
        leapfrog_steps: of each HMC move.
        fit: the kind of density; by default the finest that samples and dimensions allow.
    """

    def estimate(x: Tensor, generator: Generator, on_step: OnStep) -> Estimate:
        return appendix_d(
            model,
            x,
            generator,
            samples=samples,
            leapfrog_steps=leapfrog_steps,
            fit=fit,
            on_step=on_step,
        )

    batches = _chunks(images, treatment, seed, chains=chains_for(samples))
    found = measure(APPENDIX_D, estimate, batches, len(images), seed, watch)
    found = second_look(found, "q(z|x)", _glance(model, images, treatment, seed, watch))
    dimensions = latent_dimensions(model, images)
    if dimensions <= MOST_KDE_DIMENSIONS:
        return found
    return found.doubted_altogether(
        f"The model has {counted(dimensions, 'latent dimension')}, and appendix D holds for up to "
        f"{MOST_KDE_DIMENSIONS}: take importance sampling or AIS instead."
    )


def by_annealing(
    model: LatentVariableModel,
    images: Tensor,
    *,
    treatment: Treatment = "grey",
    chains: int = 16,
    temperatures: int = 100,
    leapfrog_steps: int = 5,
    start: Start = "both",
    compared: bool = True,
    seed: int = 0,
    watch: Watch | None = None,
) -> LogLikelihood:
    """AIS: chains that walk to the posterior, from q(z|x), from the prior, or from both.

    Arguments as in ``by_importance``, and those of ``annealed_importance_sampling``.
    """

    def estimate(x: Tensor, generator: Generator, on_step: OnStep) -> Estimate:
        return annealed_importance_sampling(
            model,
            x,
            generator,
            chains=chains,
            temperatures=temperatures,
            leapfrog_steps=leapfrog_steps,
            start=start,
            on_step=on_step,
        )

    batches = _chunks(images, treatment, seed, chains=chains)
    found = measure(AIS, estimate, batches, len(images), seed, watch)
    if start == "both" or not compared:
        return found
    name = "the prior" if start == "prior" else "q(z|x)"
    return second_look(found, name, _glance(model, images, treatment, seed, watch))


def _glance(
    model: LatentVariableModel, images: Tensor, treatment: Treatment, seed: int, watch: Watch | None
) -> LogLikelihood:
    """A cheap estimate that owes the encoder nothing, of the same pixels."""
    cancelled = Watch(cancelled=watch.cancelled) if watch else None
    return by_importance(model, images, treatment=treatment, k=_GLANCE, seed=seed, watch=cancelled)


def latent_dimensions(model: LatentVariableModel, images: Tensor) -> int:
    """J, as the encoder tells it of the first image."""
    (x,) = image_batches(images[:1], "grey", Generator(), 1)
    return model.encode(x).mu.shape[1]


def _chunks(images: Tensor, treatment: Treatment, seed: int, chains: int) -> Iterator[Tensor]:
    """Images in [0, 1], as many at once as fit in memory with so many chains each."""
    count = max(1, rows_at_once(images) // chains)
    yield from image_batches(images, treatment, Generator().manual_seed(seed), count)
