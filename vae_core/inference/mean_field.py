"""The best q(z|x) of each image by itself: variational inference without an encoder.

An encoder answers for all images at once (it amortises). Here mu and logvar of each image are free
parameters that climb the image's own bound, theta being fixed:

    mu*, logvar* = argmax  E_q[log p(x|z)] − beta KL(q(z) || p(z)),   q = N(mu, diag exp(logvar))
"""

import torch
from torch import Generator, Tensor, nn

from vae_core.inference.elbo import LatentVariableModel
from vae_core.models import VAE, DiagonalGaussian

_BETAS, _EPSILON = (0.9, 0.999), 1e-8  # of Adam
_LOGVAR_RANGE = (-10.0, 10.0)


def fit_mean_field(
    model: LatentVariableModel,
    x: Tensor,
    start: DiagonalGaussian,
    *,
    steps: int,
    step_size: float,
    generator: Generator,
    beta: float = 1.0,
) -> DiagonalGaussian:
    """``steps`` reparameterised steps of Adam for each image, its step size falling to zero.

    Images do not touch one another: Adam goes by component. Each step costs one pass of the
    decoder and back to z.

    Args:
        model: only ``decode`` is used.
        x: images [B, …].
        start: where to begin. [B, J].
        steps: T.
        step_size: of the first step.
        generator: of eps, one draw per image and step.
        beta: weight of the rate.
    """
    # Evaluation computes without gradients, this needs some all the same.
    with torch.inference_mode(False), torch.enable_grad():
        x = x.detach().clone()
        mu, logvar = start.mu.detach().clone(), start.logvar.detach().clone()
        first = [torch.zeros_like(mu), torch.zeros_like(mu)]
        second = [torch.zeros_like(mu), torch.zeros_like(mu)]
        for step in range(1, steps + 1):
            q = DiagonalGaussian(mu.requires_grad_(), logvar.requires_grad_())
            z = q.rsample(generator)
            loss = beta * q.kl().sum() - model.decode(z).log_prob(x).sum()
            gradients = torch.autograd.grad(loss, [mu, logvar])
            rate = step_size * (1 - (step - 1) / steps)
            moved = []
            for value, g, m, v in zip((mu, logvar), gradients, first, second, strict=True):
                m.lerp_(g, 1 - _BETAS[0])
                v.lerp_(g**2, 1 - _BETAS[1])
                root = (v / (1 - _BETAS[1] ** step)).sqrt() + _EPSILON
                moved.append(value.detach() - rate * m / (1 - _BETAS[0] ** step) / root)
            mu, logvar = moved[0], moved[1].clamp(*_LOGVAR_RANGE)
        return DiagonalGaussian(mu, logvar)


class PerImageInference(VAE):
    """A model whose ``encode`` improves each image's q(z|x) by optimisation, from the encoder's.

    Shares its networks with the model given. Stands wherever a model is evaluated: bounds are then
    those of the best q found, which no encoder enters but as a start.
    """

    def __init__(self, vae: VAE, steps: int = 50, step_size: float = 0.1) -> None:
        nn.Module.__init__(self)
        self.architecture = vae.architecture
        self.encoder, self.decoder = vae.encoder, vae.decoder
        self._steps, self._step_size = steps, step_size

    def encode(self, x: Tensor) -> DiagonalGaussian:
        """q*(z|x) for images x, without covariances whatever the encoder's family. [B, …] → [B, J].

        The same each time: eps comes from a seed.
        """
        start = super().encode(x)
        return fit_mean_field(
            self,
            x,
            DiagonalGaussian(start.mu, start.marginal_logvar),
            steps=self._steps,
            step_size=self._step_size,
            generator=Generator().manual_seed(0),
        )
