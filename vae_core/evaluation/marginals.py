"""Each dimension of q(z|x) by itself: a Gaussian of its mean and its variance.

Of a diagonal posterior that is q itself, and of one with covariances its marginals. What a flow
makes of a Gaussian has marginals of other shapes: of these it is the Gaussian of the same mean and
variance, whose KL from N(0, 1) is never larger than theirs (no density of that variance has more
entropy). By either, Σ_j KL(q(z_j|x) || p(z_j)) ≤ KL(q(z|x) || p(z)): what is missing is said by
several dimensions together.
"""

import torch
from torch import Generator, Tensor

from vae_core.evaluation.bounds import Treatment, image_batches
from vae_core.models import VAE, DiagonalGaussian, Posterior

_PAIRS = 128  # of draws of z and their opposites, where moments are not known
_VALUES_AT_ONCE = 2**24  # of parameters, for all draws of a batch of images


@torch.inference_mode()
def posteriors(
    vae: VAE, images: Tensor, *, treatment: Treatment = "grey", seed: int = 0
) -> DiagonalGaussian:
    """The marginals of q(z|x) of each image; arguments as for ``evaluate_images``. [N, J]."""
    generator = Generator().manual_seed(seed)
    batches = image_batches(images, treatment, generator, 1000)
    found = [marginals(vae.encode(x), seed) for x in batches]
    return DiagonalGaussian(
        torch.cat([each.mu for each in found]), torch.cat([each.logvar for each in found])
    )


@torch.inference_mode()
def marginals(q: Posterior, seed: int = 0) -> DiagonalGaussian:
    """N(m_j, v_j) with mean and variance of z_j under each q(z|x). [B, J].

    In closed form where the rate is known, for such families are Gaussian; else by 256 draws
    of eps or more, the same for all images, whose mean is 0 and whose covariance is I exactly: of a
    flow that bends nothing both come without chance.
    """
    if q.closed_rate:
        return DiagonalGaussian(q.mu, q.marginal_logvar)
    noise = _even_noise(q.mu, Generator().manual_seed(seed))
    images = max(1, _VALUES_AT_ONCE // (len(noise) * parameter_count(q)))
    parts = []
    for start in range(0, len(q.mu), images):
        some = q.slice(start, start + images)
        count = len(some.mu)
        z = some.repeat(len(noise)).at(noise.repeat_interleave(count, 0))
        parts.append(z.view(len(noise), count, -1))
    mean = torch.cat([z.mean(0) for z in parts])
    variance = torch.cat([z.var(0, correction=0) for z in parts])
    return DiagonalGaussian(mean, variance.log())


def parameter_count(q: Posterior) -> int:
    """How many numbers tell one image's q(z|x)."""
    return sum(each[0].numel() for each in q.parameters)


def _even_noise(like: Tensor, generator: Generator) -> Tensor:
    """Draws of N(0, I) turned and stretched, so that their moments are its own. [K, J]."""
    dims = like.shape[1]
    drawn = torch.randn(max(_PAIRS, 2 * dims), dims, generator=generator, dtype=torch.float64)
    both = torch.cat([drawn, -drawn])
    cholesky = torch.linalg.cholesky(both.T @ both / len(both))
    return torch.linalg.solve_triangular(cholesky, both.T, upper=False).T.to(like.dtype)
