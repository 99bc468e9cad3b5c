"""DIP-VAE: the codes of all images together are to have no covariances (Kumar et al. 2018)."""

from typing import Annotated, ClassVar

from pydantic import Field
from torch import Generator, Tensor

from vae_core.algorithms.base import Batch
from vae_core.algorithms.penalised import PenalisedLearner, PenalisedSettings
from vae_core.algorithms.schedules import Progress
from vae_core.models import VAE, Posterior
from vae_core.models.posteriors import diagonal
from vae_core.options import Choice


class DIPVAESettings(PenalisedSettings):
    """What DIP-VAE may be told.

    Attributes:
        covariance: of what: the means (``means``, DIP-VAE-I) or z itself (``codes``, DIP-VAE-II).
        off_diagonal: weight of squared covariances.
        on_diagonal: weight of how far variances are from 1, squared.
    """

    name: ClassVar[str] = "dip-vae"
    label: ClassVar[str] = "DIP-VAE, covariances punished"
    look_for: ClassVar[str] = (
        "Dimensions lose their covariances without a dearer rate: more of them stay in use than "
        "with a large beta."
    )
    order: ClassVar[int] = 10
    needs_diagonal: ClassVar[bool] = True

    covariance: Annotated[
        str,
        Choice({"means": "of the means (DIP-VAE-I)", "codes": "of z itself (DIP-VAE-II)"}),
        Field(title="Covariance"),
    ] = "codes"
    off_diagonal: Annotated[
        float,
        Field(
            ge=0,
            le=10_000,
            allow_inf_nan=False,
            title="Weight of covariances",
            json_schema_extra={"symbol": "X", "changeable": True},
        ),
    ] = 10.0
    on_diagonal: Annotated[
        float,
        Field(
            ge=0,
            le=10_000,
            allow_inf_nan=False,
            title="Weight of variances",
            description="Of how far they are from 1. Of the means ten times that of covariances "
            "is usual.",
            json_schema_extra={"symbol": "X", "changeable": True},
        ),
    ] = 10.0

    def at(self, progress: Progress) -> dict[str, float]:
        """As of all, and the weights of its own."""
        return super().at(progress) | {
            "off_diagonal": self.off_diagonal,
            "on_diagonal": self.on_diagonal,
        }

    def make(self, vae: VAE, generator: Generator) -> "DIPVAE":
        """DIP-VAE itself."""
        return DIPVAE(vae, self, generator)


class DIPVAE(PenalisedLearner):
    """Joint gradient steps on the bound less λ Σ_{i≠j} C_ij² + λ' Σ_i (C_ii − 1)².

        means:  C = Cov_x(mu)                            (DIP-VAE-I)
        codes:  C = Cov_x(mu) + E_x[diag s²], that of z  (DIP-VAE-II)

    over the images of the batch. Both are at home where q(z) = N(0, I), which the rate asks for
    too.
    """

    def __init__(self, vae: VAE, settings: DIPVAESettings, generator: Generator) -> None:
        super().__init__(vae, settings, generator)
        self.off_diagonal, self.on_diagonal = settings.off_diagonal, settings.on_diagonal
        self._of_codes = settings.covariance == "codes"

    def _penalty(self, posterior: Posterior, z: Tensor, batch: Batch) -> Tensor:
        q = diagonal(posterior)
        centred = q.mu - q.mu.mean(0)
        covariance = centred.T @ centred / len(centred)
        variances = covariance.diagonal()
        squares = covariance.square().sum() - variances.square().sum()
        if self._of_codes:
            variances = variances + q.logvar.exp().mean(0)
        return self.off_diagonal * squares + self.on_diagonal * (variances - 1).square().sum()
