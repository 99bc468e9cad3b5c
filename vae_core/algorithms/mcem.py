"""Monte Carlo EM with Hamiltonian Monte Carlo: appendix E of the paper."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch, StepResult, bound_seen
from vae_core.algorithms.learner import Learner, LearnerSettings
from vae_core.algorithms.settings import Limit
from vae_core.inference import rate_at
from vae_core.inference.hmc import adapt_step_size, jittered, transition
from vae_core.inference.tempered import TemperedPosterior, standard_normal
from vae_core.models import VAE, sample_standard_normal

FIRST_STEP_SIZE = 0.1
_NOT_MOVED = -1.0  # instead of an acceptance; a checkpoint holds no NaN


class MCEMSettings(LearnerSettings):
    """What Monte Carlo EM may be told.

    Attributes:
        leapfrog_steps: gradients in z of each visited datapoint's move.
        updates: of theta with each sample of z.
    """

    name: ClassVar[str] = "mcem"
    label: ClassVar[str] = "MCEM, sampling by HMC"
    look_for: ClassVar[str] = (
        "A Markov chain for each image samples the true posterior. It has no bound: the one drawn "
        "belongs to an encoder that imitates the chains and lags behind. Judge the model by "
        "log p(x) (`likelihood` on the command line). A visit counts 16 images; the paper's way is "
        "a batch of the whole set."
    )
    order: ClassVar[int] = 6
    amortised: ClassVar[bool] = False
    limit: ClassVar[Limit | None] = Limit(
        10_000,
        "MCEM is not on-line: it keeps a chain for every image and moves each many times",
    )

    leapfrog_steps: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            title="Leapfrog steps",
            description="Of each move of a chain. Each counts as an image evaluated; the paper "
            "takes 10.",
            json_schema_extra={"symbol": "N"},
        ),
    ] = 10
    updates: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            title="Updates",
            description="Of the decoder after each move. Each counts as an image evaluated; the "
            "paper takes 5.",
            json_schema_extra={"symbol": "N"},
        ),
    ] = 5

    def make(self, vae: VAE, generator: Generator) -> "MCEM":
        """Monte Carlo EM itself."""
        return MCEM(vae, self, generator)

    @property
    def samples_per_visit(self) -> int:
        """One a leapfrog step, one where the move starts, one an update."""
        return self.leapfrog_steps + 1 + self.updates


class MCEM(Learner):
    """Maximum likelihood with samples of the true posterior: a Markov chain for each datapoint.

        E:  z_i moves once by HMC, leaving p_theta(z|x_i) ∝ p(z) p_theta(x_i|z) invariant
        M:  theta ascends log p_theta(x_i|z_i), z_i held fixed, ``updates`` times

    The paper's iteration is a batch of the whole training set; with smaller batches the chains of
    the images visited move and theta follows those alone. No q enters, so there is no rate to
    weigh, and no beta.

    Each chain tunes its own step size to an acceptance of 0.9, and each move shortens it by chance.
    The paper does not say so, but without it chains are drawn to step sizes whose paths come back
    to where they began, and the samples are not the posterior's: on a linear-Gaussian model their
    variance is a fifth too large.

    Every datapoint gradient counts as a sample evaluated. The move takes one a leapfrog step and
    one where it starts, since theta has changed there; the updates take one each. With 10 steps
    and 5 updates a visit counts 16.

    There is **no bound** either: the honest measure of the model is log p(x). A model file has to
    have an encoder, if only to draw a map by, and charts want a bound: so the encoder imitates the
    chains, ascending log q_phi(z_i|x_i) once a visit, and reported is the bound of that pair. It
    lags behind log p(x) by what the imitation lacks. Nothing else depends on it, and its gradients
    are not counted.
    """

    # Without it: 100 updates of a whole-set gradient, most of them repeats, would waste more of
    # the data than other algorithms see, and there is little noise for them to take the measure of.
    warm_up = 0

    def __init__(self, vae: VAE, settings: MCEMSettings, generator: Generator) -> None:
        groups = {"theta": list(vae.decoder.parameters()), "phi": list(vae.encoder.parameters())}
        super().__init__(vae, settings, generator, groups)
        self._settings = settings
        self._leapfrog_steps = settings.leapfrog_steps
        self._updates = settings.updates
        # One row a datapoint; N is known with the first batch.
        self._chains: Mapping[str, Tensor] = _chains(torch.empty(0, vae.architecture.latent_dim))

    @property
    def acceptance(self) -> float:
        """Mean probability that an image's last move was accepted; NaN before the first."""
        moved = self._chains["acceptance"]
        return float(moved[moved >= 0].mean())

    def step(self, batch: Batch) -> StepResult:
        """Move the chains of these images once, then update theta with where they are."""
        result = super().step(batch)
        for _ in range(self._updates - 1):
            self._vae.zero_grad(set_to_none=True)
            (self._distortion(batch) / len(batch.x)).backward()
            self._update(batch, ["theta"])
        return result

    def _objective(self, batch: Batch) -> tuple[Tensor, StepResult]:
        self._move(batch)
        q, size = self._vae.encode(batch.x), len(batch.x)
        imitation = -q.log_prob(self._chains["z"][batch.index]).sum()
        with torch.no_grad():
            z = q.rsample(self._generator)
            distortion = -self._vae.decode(z).total_log_prob(batch.x)
        evaluated = self._settings.samples_per_visit * size
        # Theta is not in the one and phi not in the other: the gradient of the sum is each one's.
        loss = (self._distortion(batch) + imitation) / size
        return loss, bound_seen(rate_at(q, z).sum(0).detach(), distortion, evaluated)

    def _distortion(self, batch: Batch) -> Tensor:
        """−log p_theta(x|z) at the chains, summed over the batch; log p(z) has no theta. []."""
        return -self._vae.decode(self._chains["z"][batch.index]).total_log_prob(batch.x)

    def _move(self, batch: Batch) -> None:
        """The E step: one HMC transition of these datapoints' chains, all at once."""
        if not len(self._chains["z"]):
            self._settings.refuse_too_many(batch.n_total)
            latent_dim = self._vae.architecture.latent_dim
            start = sample_standard_normal(batch.n_total, latent_dim, self._generator)
            self._chains = _chains(start)
        z, step_size, accepted = (self._chains[k] for k in ("z", "step_size", "acceptance"))
        index = batch.index
        before = z[index]
        target = TemperedPosterior(self._vae, batch.x, standard_normal(before))
        steps = jittered(step_size[index], self._generator)
        state, acceptance = transition(
            target, target.state(before), steps, self._leapfrog_steps, self._generator
        )
        z[index] = state.z
        step_size[index] = adapt_step_size(step_size[index], acceptance)
        accepted[index] = acceptance.to(accepted.dtype)

    def state_dict(self) -> dict[str, Tensor]:
        """The optimisers' states and the chains: positions, step sizes, last acceptances."""
        return super().state_dict() | {f"chains.{k}": v for k, v in self._chains.items()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take both back. KeyError if something is missing."""
        super().load_state_dict(state)
        self._chains = {name: state[f"chains.{name}"].clone() for name in self._chains}


def _chains(z: Tensor) -> Mapping[str, Tensor]:
    """Chains that stand at z [N, J] and have not moved yet."""
    return MappingProxyType(
        {
            "z": z,
            "step_size": torch.full((len(z), 1), FIRST_STEP_SIZE),
            "acceptance": torch.full((len(z),), _NOT_MOVED),
        }
    )
