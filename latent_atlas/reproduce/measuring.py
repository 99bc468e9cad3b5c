"""What is measured of a model along its training."""

from torch import Tensor

from latent_atlas.reproduce.questions import Measured, Question
from vae_core.evaluation import evaluate
from vae_core.evaluation.likelihood import by_importance
from vae_core.inference import PerImageInference
from vae_core.latent import encode_images
from vae_core.models import VAE

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
        seed=0,
    )
    return Measured(
        value=found.mean, rate=bound.rate, active_units=active, error=found.standard_error
    )
