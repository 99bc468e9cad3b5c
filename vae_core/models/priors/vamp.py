"""The VampPrior (Tomczak & Welling 2018): the posteriors of images that nobody has seen."""

import torch
from torch import Generator, Tensor, nn

from vae_core.models.initialisation import Initialisation
from vae_core.models.priors.base import Encode, Prior, PriorSizes, codes_at_once


class VampPrior(Prior):
    """p(z) = (1/K) Σ_k q(z|u_k), with learned pseudo-inputs u_k in [0, 1].

    They begin as training images, those of the first steps. A step that leads out of [0, 1] ends at
    the edge, where the gradient can lead back; cut off in the forward pass, as by the authors, a
    pixel beyond it would have none.

    Attributes:
        begun: how many pseudo-inputs have had their image.
    """

    name = "vamp"
    label = "VampPrior: posteriors of pseudo-inputs"
    order = 3

    begun: Tensor

    def __init__(self, sizes: PriorSizes) -> None:
        super().__init__(sizes)
        self.inputs = nn.Parameter(torch.zeros(sizes.pseudo_inputs, *sizes.image_shape))
        self.register_buffer("begun", torch.zeros(()))

    def initialise(self, scheme: Initialisation, generator: Generator) -> None:
        """None has had its image."""
        with torch.no_grad():
            self.inputs.zero_()
            self.begun.zero_()

    @torch.no_grad()
    def begin(self, x: Tensor) -> None:
        """Give the next pseudo-inputs these images; at first all, so that none stands for none."""
        begun, count = int(self.begun), len(self.inputs)
        if begun == count:
            return
        if begun == 0:
            self.inputs.copy_(x[torch.arange(count) % len(x)])
        new = min(len(x), count - begun)
        self.inputs[begun : begun + new] = x[:new]
        self.begun += new

    def log_prob(self, z: Tensor, encode: Encode) -> Tensor:
        """log p(z) in nats. [B, J] → [B]."""
        posterior, count = encode(self.inputs), len(self.inputs)
        parts = [
            posterior.repeat(len(some)).log_prob(some.repeat_interleave(count, 0)).view(-1, count)
            for some in z.split(codes_at_once(count * z.shape[1]))
        ]
        return torch.cat(parts).logsumexp(1) - torch.tensor(float(count)).log()

    def sample(self, count: int, generator: Generator, encode: Encode) -> Tensor:
        """A pseudo-input, then a draw of its posterior. [count, J]."""
        k = torch.randint(len(self.inputs), (count,), generator=generator)
        posterior = encode(self.inputs)
        chosen = posterior.with_parameters(tuple(each[k] for each in posterior.parameters))
        return chosen.rsample(generator)

    @torch.no_grad()
    def settle(self) -> None:
        """To [0, 1]."""
        self.inputs.clamp_(0, 1)
