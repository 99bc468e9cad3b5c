"""Disentanglement: whether each latent dimension says one thing of images whose factors are known.

No class or factor is told in training, so that nothing is given away where images of training are
looked at beside those to test on: all are, for more images make every number surer.
"""

from dataclasses import asdict, dataclass, replace
from typing import cast

import torch
from torch import Tensor

from latent_atlas.reports.diagnosis.section import Section, Subject
from vae_core.data import Factors, Split
from vae_core.evaluation import Watch
from vae_core.evaluation.disentanglement.factors import usable
from vae_core.evaluation.disentanglement.measures import Disentanglement, disentanglement
from vae_core.evaluation.disentanglement.score import Score
from vae_core.evaluation.marginals import posteriors
from vae_core.evaluation.units import Units, units
from vae_core.latent import walked_means
from vae_core.models import VAE, Bounds, ShowsMeans, inability
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted, listed

MOST_WALKS = 12  # dimensions that are walked along, the largest rate first
STEPS, EXTENT = 9, 2.0  # of a walk: pictures, and standard deviations of the prior to either side
_FEWEST_FACTORS = 2

# What the numbers cannot promise (Locatello et al. 2019).
CANDID = (
    "That factors come apart without having been told is no merit of the objective alone: for any "
    "code there is another of the same bound that mixes them, so that it takes an inductive bias, "
    "and seeds differ by as much as methods do (Locatello et al. 2019). One model says nothing of "
    "how it was trained: compare several seeds."
)


@dataclass(frozen=True)
class DisentangleFinding:
    """What was found on the images of all splits together.

    `walks`, uint8 [W, `STEPS`, C, H, W], are decoded along the dimensions of `walked`, all else as
    in the first image; None of a model that shows no means.
    """

    splits: tuple[str, ...]
    found: Disentanglement
    units: Units
    walked: tuple[int, ...]
    walks: Tensor | None

    def as_json(self) -> dict[str, object]:
        """All of it but the pictures, dimensions in the model's order."""
        return {
            "splits": list(self.splits),
            **asdict(self.found),
            "owned": list(self.found.information.owned),
            "carried": list(self.found.information.carried),
            "active": list(self.units.active),
            "rate": list(self.units.rate),
        }

    def lines(self) -> list[str]:
        """The scores, what each dimension says, and what to beware of."""
        told = [f"{self.measured_on}: {self.verdict}."]
        told += [f"{name}: {score_text(score)}." for name, score in self.found.scores.items()]
        told += [self.dimension(j) for j in self.walked]
        return [*told, *self.doubts, CANDID]

    @property
    def measured_on(self) -> str:
        """How many images, of which splits, and their factors."""
        factors = (
            f"{name} ({counted(levels, 'level')})"
            for name, levels in zip(self.found.factors, self.found.levels, strict=True)
        )
        images = counted(self.found.images, "image")
        return f"{images} ({listed(self.splits)}) by {listed(factors)}"

    @property
    def verdict(self) -> str:
        """Whether factors lie along dimensions more than chance would have them."""
        gap = self.found.information.gap
        if not gap.above_chance:
            return "that any factor has a dimension of its own cannot be said"
        owned = [
            name
            for name, own in zip(self.found.factors, self.found.information.owned, strict=True)
            if own
        ]
        if not owned:
            return "no factor has a dimension of its own"
        if len(owned) == 1:
            return f"{owned[0]} has a dimension of its own"
        return f"{listed(owned)} have dimensions of their own"

    def dimension(self, j: int) -> str:
        """What a dimension says more of than of anything else."""
        rate = with_error(self.units.rate[j], self.units.rate_half_width[j])
        return f"z{j + 1} ({rate} nats) {self.carries(j)}."

    def carries(self, j: int) -> str:
        """The factor that a dimension says the largest share of, as the end of a sentence."""
        information = self.found.information
        if not self.units.active[j]:
            return "is not in use"
        k = information.carried[j]
        share = information.shares[j][k]
        if share <= 2 * information.bias[k]:
            return "says nothing of any factor that could be told from chance"
        factor, told = self.found.factors[k], f"{decimal(100 * share, 0)} %"
        if len(self.found.factors) == 1:
            return f"says {told} of {factor}"
        return f"says more of {factor} than of the others: {told} of it"

    @property
    def doubts(self) -> list[str]:
        """Factors that could not be asked for, that go together, or that nothing tells."""
        found, dci = self.found, self.found.dci
        told = []
        idle = [j for j in self.units.order if not self.units.active[j]]
        if idle:
            told.append(
                f"Not in use: {listed(f'z{j + 1}' for j in idle)}. Where the map has something of "
                "one, its means differ, by less than the noise of z."
            )
        if found.left_out:
            told.append(
                f"Left out, with too few images a level or one level alone: "
                f"{listed(found.left_out)}."
            )
        for pair in found.together:
            told.append(
                f"Of {pair.first} and {pair.second} one says {decimal(100 * pair.share, 0)} % of "
                "the other among these images: no code can hold them wholly apart."
            )
        unseen = [
            name
            for name, share, guess in zip(found.factors, dci.told, dci.guessed, strict=True)
            if share <= guess + 2 * dci.informativeness.half_width
        ]
        if unseen:
            told.append(
                f"Nothing in the code tells {listed(unseen)} better than guessing: the model has "
                "no room for it, or the pictures do not show it."
            )
        return told


def score_text(score: Score) -> str:
    """A score with its ±, beside what knowing nothing and a perfect code have."""
    chance, best = decimal(score.chance, 2), decimal(score.best, 2)
    return f"{with_error(score.value, score.half_width)} (by chance {chance}, at best {best})"


def measure_disentanglement(subject: Subject, watch: Watch) -> DisentangleFinding:
    """On the images of all splits whose factors are known. Raises AtlasError and Cancelled."""
    vae = cast("VAE", subject.model)
    splits = _known(subject)
    images = torch.cat([split.images for split in splits])
    posterior = posteriors(vae, images, treatment=subject.treatment, seed=subject.seed)
    found = disentanglement(posterior.mu, joined(splits), seed=subject.seed, watch=watch)
    each = units(posterior)
    # Along a dimension that is not in use nothing changes; where there is no other, one says so.
    walked = tuple(j for j in each.order if each.active[j])[:MOST_WALKS] or each.order[:1]
    walks = None
    if inability(vae, ShowsMeans) is None:
        walks = walked_means(vae, posterior.mu[0], walked, STEPS, EXTENT)
    return DisentangleFinding(tuple(split.name for split in splits), found, each, walked, walks)


def first_together(subject: Subject, count: int) -> Subject:
    """So many images of all splits together, those to test on first.

    Whether an image was trained on makes no difference here, so a small test split bounds nothing.
    """
    test, *others = subject.splits
    splits = [test.first(count)]
    for split in others:
        left = count - sum(len(each) for each in splits)
        splits += [split.first(left)] if left > 0 and split.factors is not None else []
    return replace(subject, splits=tuple(splits))


def _known(subject: Subject) -> list[Split]:
    return [split for split in subject.splits if split.factors is not None and len(split)]


def _there(subject: Subject) -> int:
    """Of images of which nothing is known there is nothing to measure, and no other count."""
    return sum(map(len, _known(subject))) or len(subject.splits[0])


def joined(splits: list[Split]) -> Factors:
    """The factors of several splits of one data set, one after the other."""
    known = [split.factors for split in splits if split.factors is not None]
    return Factors(known[0].names, known[0].sizes, torch.cat([each.values for each in known]))


def _why_not(subject: Subject) -> str | None:
    if subject.splits[0].factors is None:
        return "nothing is known of its images by which a dimension could be named"
    names = usable(joined(list(subject.splits)))[0].names
    if len(names) < _FEWEST_FACTORS:
        known = f"one factor alone, {names[0]}" if names else "no factor that comes often enough"
        return f"its images have {known}: there is nothing to hold apart"
    return None


SECTION = Section(
    name="disentangle",
    label="Disentanglement",
    help="whether each latent dimension says one thing, of images whose factors are known",
    order=5,
    needs=(Bounds,),
    images=10_000,
    measure=measure_disentanglement,
    why_not=_why_not,
    cut=first_together,
    there=_there,
)
