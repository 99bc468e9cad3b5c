"""Disentanglement, completeness, informativeness (Eastwood & Williams 2018).

A forest of trees learns each factor from the whole code, and R_jk is the part of what it learns
that it learns from z_j:

    disentanglement  Σ_j ρ_j (1 − H_K(R_j· / Σ_k R_jk)),  ρ_j = Σ_k R_jk / ΣR:
                     whether a dimension is of use for one factor alone
    completeness     Σ_k (1 − H_J(R_·k)) / K:  whether a factor is told by one dimension alone
    informativeness  the share of held-out images whose level is told

with entropies to the base of K and of J. The forest is one of the two kinds that the authors take;
its trees may ask any dimension at every branch, so that one that says nothing is of no use at all.
"""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from vae_core.data import Factors
from vae_core.evaluation.disentanglement.score import Score, refuse_unfit
from vae_core.evaluation.estimates import Cancelled, Watch
from vae_core.evaluation.intervals import student_95

MOST = 5_000  # images to learn from: seconds a forest
RESAMPLES = 5
_TREES = 10
_LEAF = 5  # images at least: trees that part single images learn noise


@dataclass(frozen=True)
class Importances:
    """The three scores, and where they come from.

    Attributes:
        disentanglement: of the code.
        completeness: of the code.
        informativeness: of the code; its chance is not 0 but what guessing tells.
        told: informativeness by factor. K.
        guessed: what knowing nothing tells of each factor. K.
        matrix: R, J rows of K, columns summing to 1.

    Each ± is over images: of a bootstrap, whose images left out are those held out.
    """

    disentanglement: Score
    completeness: Score
    informativeness: Score
    told: tuple[float, ...]
    guessed: tuple[float, ...]
    matrix: tuple[tuple[float, ...], ...]


def importances(
    codes: Tensor, factors: Factors, *, seed: int = 0, watch: Watch | None = None
) -> Importances:
    """All three of codes; arguments and errors as for ``information``.

    Raises:
        Cancelled: ``watch`` said so.
    """
    refuse_unfit(codes, factors)
    watch, generator = watch or Watch(), Generator().manual_seed(seed)
    rows = torch.randperm(len(codes), generator=generator)[:MOST]
    codes, values = codes[rows], factors.values[rows]
    found = []
    for number in range(RESAMPLES + 1):
        if watch.cancelled():
            raise Cancelled
        # The last one is of codes that were dealt to other images.
        last = number == RESAMPLES
        asked = codes[torch.randperm(len(codes), generator=generator)] if last else codes
        drawn = torch.randint(len(codes), (len(codes),), generator=generator)
        found.append(_fitted(asked, values, drawn, seed + number))
        watch.progress((number + 1) / (RESAMPLES + 1))
    matrices = torch.stack([matrix for matrix, _ in found])
    told = torch.stack([shares for _, shares in found])
    scores = [
        _score(torch.tensor(list(map(measure, matrices)), dtype=torch.float64))
        for measure in (disentanglement, completeness)
    ]
    return Importances(
        disentanglement=scores[0],
        completeness=scores[1],
        informativeness=_score(told.mean(1)),
        told=tuple(told[:-1].mean(0).tolist()),
        guessed=tuple(told[-1].tolist()),
        matrix=tuple(tuple(row) for row in matrices[:-1].mean(0).tolist()),
    )


def disentanglement(matrix: Tensor) -> float:
    """Of importances [J, K], none below 0; 0 where there are none. Of one factor it is 1."""
    total = matrix.sum()
    if not total > 0:
        return 0.0
    return float((_pure(matrix) * matrix.sum(1)).sum() / total)


def completeness(matrix: Tensor) -> float:
    """Of importances [J, K], none below 0; 0 where there are none. Of one dimension it is 1."""
    total = matrix.sum()
    if not total > 0:
        return 0.0
    return float((_pure(matrix.T) * matrix.sum(0)).sum() / total)


def _pure(rows: Tensor) -> Tensor:
    """1 less the entropy of each row, to the base of how many it has. [n, m] → [n]."""
    if rows.shape[1] < 2:
        return torch.ones(len(rows), dtype=rows.dtype)
    p = rows / rows.sum(1, keepdim=True).clamp_min(torch.finfo(rows.dtype).tiny)
    entropy = -torch.special.xlogy(p, p).sum(1)
    return 1 - entropy / torch.log(torch.tensor(float(rows.shape[1])))


def _fitted(codes: Tensor, values: Tensor, drawn: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """R [J, K], and what is told of each factor of the images that were not drawn [K]."""
    from sklearn.ensemble import RandomForestClassifier

    held_out = torch.ones(len(codes), dtype=torch.bool)
    held_out[drawn] = False
    columns, told = [], []
    for levels in values.unbind(1):
        learned, asked = drawn[levels[drawn] >= 0], held_out & (levels >= 0)
        forest = RandomForestClassifier(
            _TREES, max_features=None, min_samples_leaf=_LEAF, random_state=seed
        )
        forest.fit(codes[learned].numpy(), levels[learned].numpy())
        columns.append(torch.from_numpy(forest.feature_importances_))
        said = torch.from_numpy(forest.predict(codes[asked].numpy()))
        told.append((said == levels[asked]).double().mean().nan_to_num())
    return torch.stack(columns, 1), torch.stack(told)


def _score(values: Tensor) -> Score:
    """Of a value for each resample, and last that of codes dealt anew."""
    resampled, chance = values[:-1], values[-1]
    freedom = torch.tensor([len(resampled) - 1.0])
    width = student_95(freedom) * resampled.std()
    return Score(float(resampled.mean()), float(width), float(chance))
