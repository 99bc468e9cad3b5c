"""“Newer methods improve sample quality”: of all rivals together, and of each by itself."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.numbers import factor_spread, spread
from latent_atlas.reproduce.rivals_answers import BEGUN, Away, Begun, Sampled, Share, Trained
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule
from vae_core.evaluation import Treatment
from vae_core.evaluation.intervals import Z_95
from vae_core.evaluation.sample_measures import LEAST, Verdict
from vae_core.sentences import counted, listed

REVIEW = "The review"
SAID = "Newer generative methods improve on the quality of the VAE's samples, which are blurred."
BEGINNING = f"after the first {BEGUN:,} images"
TOLERANCE = "a factor of 1: any less is nearer to real images"


@dataclass(frozen=True)
class Rival:
    """A model of one recipe: what its trainings gave, a seed each, and what their samples are."""

    name: str
    title: str
    treatment: Treatment
    vae: bool
    trained: tuple[Trained, ...]
    sampled: tuple[Sampled, ...]
    begun: tuple[Begun, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of picture that it makes."""
        return list(self.sampled[0].of)

    def called(self, kind: str) -> str:
        """What people call pictures of this kind: where it makes two, it is said which they are."""
        return f"{self.title}, {kind}" if len(self.kinds) > 1 else self.title

    @property
    def nearest_kind(self) -> str:
        """The kind of its pictures that is better, of one or of two (``rank``)."""
        return min(self.kinds, key=self.rank)

    def rank(self, kind: str) -> tuple[bool, float]:
        """The less, the better: what fails comes last, and then what is farther from real ones."""
        return self.verdict(kind) == "failing", sum(self.distances(kind))

    def distances(self, kind: str) -> tuple[float, ...]:
        """Fréchet, by seed."""
        return tuple(each.of[kind].frechet.value for each in self.sampled)

    def verdict(self, kind: str) -> Verdict:
        """Failing where any seed fails, passing where all pass."""
        verdicts = {each.of[kind].verdict for each in self.sampled}
        if "failing" in verdicts:
            return "failing"
        return "passing" if verdicts == {"passing"} else "cannot be said"


def claims(found: Sequence[Rival]) -> Iterator[Claim]:
    """One of all rivals that have a VAE of their treatment beside them, and one of each."""
    newer = [(each, best) for each in found if not each.vae and (best := best_vae(found, each))]
    ratios = [_nearer(rival, *best) for rival, best in newer]
    nearer = sum(ratio.outcome() == "holds" for ratio in ratios)
    yield Claim(
        key="rivals-newer",
        sentence="Newer methods improve sample quality.",
        source=REVIEW,
        paper=SAID,
        ours=(
            "Fréchet distance of their better pictures to real digits, by that of the VAE's better "
            "pictures on images treated alike: "
            + "; ".join(
                f"{rival.title} {factor_spread(ratio.values)}"
                for (rival, _), ratio in zip(newer, ratios, strict=True)
            )
            + f". Of {counted(len(newer), 'rival')} {nearer} {'is' if nearer == 1 else 'are'} "
            f"nearer, each by itself. {_failing(found)}"
            if newer
            else "No rival was measured."
        ),
        rule=Rule(
            quantity="Fréchet distance of each rival's better pictures, by that of the VAE's",
            tolerance=TOLERANCE,
            # One training of each says nothing of the methods, however many images there are.
            comparisons=tuple(ratio.model_copy(update={"error": None}) for ratio in ratios),
            needed="" if newer else "a rival that is trained and measured",
        ),
    )
    for (rival, (vae, kind)), ratio in zip(newer, ratios, strict=True):
        yield _of_one(rival, vae, kind, ratio)


def best_vae(found: Sequence[Rival], rival: Rival) -> tuple[Rival, str] | None:
    """The VAE of the same treatment, and its kind of picture, that are best (``Rival.rank``)."""
    nearest = [
        (each, each.nearest_kind)
        for each in found
        if each.vae and each.treatment == rival.treatment
    ]
    return min(nearest, key=lambda each: each[0].rank(each[1]), default=None)


def _of_one(rival: Rival, vae: Rival, kind: str, ratio: Comparison) -> Claim:
    own = rival.nearest_kind
    seeds = [each.of[own] for each in rival.sampled]
    covered = _share("real digits covered", [each.coverage for each in seeds])
    recognised = _share(
        "pictures recognised with a confidence of 0.9", [each.recognised for each in seeds]
    )
    return Claim(
        key=f"rivals-{rival.name}",
        sentence=f"{rival.title}: its pictures are nearer to real digits than the VAE's, and do "
        "not fail.",
        source=REVIEW,
        paper=SAID,
        ours=f"Fréchet distance {spread(rival.distances(own))} of its {own} against "
        f"{spread(vae.distances(kind))} of {vae.called(kind)}: {ratio.told} times as far. Of real "
        f"digits they cover {covered.told} %, and {recognised.told} % of them are recognised."
        f"{' Each ± is a standard error over images.' if ratio.over_images else ''}",
        rule=Rule(
            quantity="Fréchet distance of its better pictures, by that of the VAE's; the share of "
            "real digits covered, and of pictures recognised",
            tolerance=f"{TOLERANCE}; {100 * LEAST:g} % of either share",
            comparisons=(ratio, covered, recognised),
        ),
        evidence=(
            Evidence(label="Fréchet distance", values=rival.distances(own), unit=""),
            Evidence(
                label=f"Fréchet distance of {vae.called(kind)}",
                values=vae.distances(kind),
                unit="",
            ),
            Evidence(
                label="seconds of training",
                values=tuple(each.seconds for each in rival.trained),
                unit="s",
            ),
            *_begun(rival),
        ),
    )


def _begun(rival: Rival) -> Iterator[Evidence]:
    """What the beginnings of its trainings gave, called what it is: some rivals know a bound."""
    what = "bound on log p(x)" if rival.trained[0].bound else "log p(x)"
    nats = tuple(each.nats for each in rival.begun if each.nats is not None)
    if nats:
        yield Evidence(label=f"{what} {BEGINNING}", values=nats, unit="nats per image")


def _nearer(rival: Rival, vae: Rival, kind: str) -> Comparison:
    own = rival.nearest_kind
    pairs = zip(rival.distances(own), vae.distances(kind), strict=True)
    return Comparison(
        label=f"Fréchet distance of {rival.called(own)} by that of {vae.called(kind)}",
        values=tuple(one / other for one, other in pairs),
        unit="×",
        limit=1.0,
        side="below",
        ratio=True,
        paired=False,
        error=_log_ratio_error(rival.sampled[0].of[own].frechet, vae.sampled[0].of[kind].frechet),
    )


def _log_ratio_error(one: Away, other: Away) -> float | None:
    """The standard error over images of log(one / other), as if they had no real images in common.

    They have, which moves both the same way: it is less in truth.
    """
    if not one.half_width or not other.half_width:
        return None
    return math.hypot(one.half_width / one.value, other.half_width / other.value) / Z_95


def _share(label: str, seeds: Sequence[Share]) -> Comparison:
    """In percent; its error over images is that of a normal distribution of its interval."""
    width = 100 * (seeds[0].high - seeds[0].low)
    return Comparison(
        label=label,
        values=tuple(100 * each.value for each in seeds),
        unit="%",
        limit=100 * LEAST,
        paired=False,
        error=width / (2 * Z_95) or None,
    )


def _failing(found: Sequence[Rival]) -> str:
    failing = {
        each.title: [kind for kind in each.kinds if each.verdict(kind) == "failing"]
        for each in found
    }
    told = [f"{title} ({listed(kinds)})" for title, kinds in failing.items() if kinds]
    if not told:
        return "None of those in the table fails."
    return f"Failing: {'; '.join(told)}."
