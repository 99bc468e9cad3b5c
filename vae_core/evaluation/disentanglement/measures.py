"""All measures of disentanglement at once, on codes of the same images."""

from dataclasses import dataclass

from torch import Tensor

from vae_core.data import Factors
from vae_core.evaluation.disentanglement.dci import Importances, importances
from vae_core.evaluation.disentanglement.factors import Together, together, usable
from vae_core.evaluation.disentanglement.information import Information, information
from vae_core.evaluation.disentanglement.score import Score
from vae_core.evaluation.disentanglement.separated import Separation, separation
from vae_core.evaluation.disentanglement.votes import factor_score
from vae_core.evaluation.estimates import Cancelled, Watch

_BEFORE = 0.15  # of the time: the trees take the rest


@dataclass(frozen=True)
class Disentanglement:
    """What there is to know of J dimensions and K factors.

    Attributes:
        factors: their names. K.
        levels: how many each has among the images. K.
        left_out: the names of factors that nothing can be measured by.
        together: factors that say something of each other.
        information: MIG, and the map it is taken from.
        factor_vae: the FactorVAE score.
        dci: disentanglement, completeness and informativeness.
        sap: SAP, and what it is taken from.
        images: N.
    """

    factors: tuple[str, ...]
    levels: tuple[int, ...]
    left_out: tuple[str, ...]
    together: tuple[Together, ...]
    information: Information
    factor_vae: Score
    dci: Importances
    sap: Separation
    images: int

    @property
    def scores(self) -> dict[str, Score]:
        """Every score by the name that people know it by."""
        return {
            "MIG": self.information.gap,
            "FactorVAE score": self.factor_vae,
            "DCI disentanglement": self.dci.disentanglement,
            "DCI completeness": self.dci.completeness,
            "DCI informativeness": self.dci.informativeness,
            "SAP": self.sap.score,
        }


def disentanglement(
    codes: Tensor, factors: Factors, *, seed: int = 0, watch: Watch | None = None
) -> Disentanglement:
    """All of it.

    Args:
        codes: float [N, J], say the means of q(z|x).
        factors: of the same images; those that are not ``usable`` are left out.
        seed: of all draws.
        watch: how far it is.

    Raises:
        AtlasError: there are too few images, or no factor is usable.
        Cancelled: ``watch`` said so.
    """
    watch = watch or Watch()
    used, left = usable(factors)
    found = information(codes, used, seed=seed)
    votes = factor_score(codes, used, seed=seed)
    watch.progress(_BEFORE / 2)
    if watch.cancelled():
        raise Cancelled
    sap = separation(codes, used, seed=seed, watch=watch)
    rest = Watch(lambda done: watch.progress(_BEFORE + (1 - _BEFORE) * done), watch.cancelled)
    rest.progress(0.0)
    return Disentanglement(
        factors=used.names,
        levels=used.sizes,
        left_out=left,
        together=together(used),
        information=found,
        factor_vae=votes,
        dci=importances(codes, used, seed=seed, watch=rest),
        sap=sap,
        images=len(codes),
    )
