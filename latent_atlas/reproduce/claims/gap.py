"""That the bound falls short of log p(x), whose fault it is, and what narrows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from latent_atlas.reproduce.experiment import RESOLUTION, RESOLUTION_WORDS
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.gap_cells import Part, Shortfall
from latent_atlas.reproduce.numbers import number_text, spread
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule

REVIEW = "The review"
SOURCE = "Cremer et al. 2018"


@dataclass(frozen=True)
class Way:
    """A way to train, with what was found of each seed.

    Attributes:
        name, title: what files and people call it.
        found: the gaps, a seed each.
        seconds: of one core that the trainings took.
    """

    name: str
    title: str
    found: tuple[Shortfall, ...]
    seconds: tuple[float, ...]

    def means(self, quantity: str) -> tuple[float, ...]:
        """A number of ``Shortfall`` by seed, in nats per image."""
        parts: list[Part] = [getattr(each, quantity) for each in self.found]
        return tuple(part.mean for part in parts)

    @property
    def largest_error(self) -> float:
        """Of the gap, over draws, in any seed: how well each of its dots is known."""
        return max(each.inference.error for each in self.found)


def claims(usual: Way, cures: Sequence[Way], images: int) -> Iterator[Claim]:
    """One of the gap itself, then one of each cure, paired with the usual way by seed."""
    yield _is_there(usual, images)
    for cure in cures:
        yield _narrowed(usual, cure)


def _is_there(usual: Way, images: int) -> Claim:
    whole, family, encoder = (
        usual.means(name) for name in ("inference", "approximation", "amortisation")
    )
    return Claim(
        key="gap-both-parts",
        sentence="The bound falls short of log p(x), by the family's fault and by the encoder's.",
        source=REVIEW,
        paper="The bound is not log p(x): the gap is KL(q(z|x) || p(z|x)), which the paper leaves "
        "unmeasured.",
        ours=f"On {images} test images it falls short by {spread(whole, 2)} nats: "
        f"{spread(family, 2)} by the family and {spread(encoder, 2)} by the encoder, which add up.",
        rule=Rule(
            quantity="log p(x) less the best bound of the family, and that less the encoder's",
            tolerance=RESOLUTION_WORDS,
            comparisons=(
                _beyond("the family's part", family),
                _beyond("the encoder's part", encoder),
            ),
        ),
        evidence=(
            Evidence(label="log p(x) − ELBO", values=whole),
            Evidence(label="log p(x)", values=usual.means("log_p")),
        ),
    )


def _beyond(label: str, values: tuple[float, ...]) -> Comparison:
    return Comparison(label=label, values=values, limit=RESOLUTION, paired=False)


def _narrowed(usual: Way, cure: Way) -> Claim:
    before, after = usual.means("inference"), cure.means("inference")
    less = tuple(one - other for one, other in zip(before, after, strict=True))
    log_p = tuple(
        one - other for one, other in zip(cure.means("log_p"), usual.means("log_p"), strict=True)
    )
    return Claim(
        key=f"gap-{cure.name}",
        sentence=f"The gap is narrower: {cure.title}.",
        source=SOURCE,
        paper="A richer family, or a better inferred code, brings the bound nearer to log p(x).",
        ours=f"log p(x) − ELBO is {spread(after, 2)} nats against {spread(before, 2)}: "
        f"{_difference(less, 'less', 'more')}, seed by seed. log p(x) itself is "
        f"{_difference(log_p, 'nats higher', 'nats lower')}.",
        rule=Rule(
            quantity="log p(x) − ELBO of the usual way less that of this one, on the same images",
            tolerance="none: any narrower is narrower; each seed's gap is known to "
            f"{number_text(max(usual.largest_error, cure.largest_error))} nats (a standard error, "
            "over draws)",
            comparisons=(Comparison(label="nats by which it is narrower", values=less),),
        ),
        evidence=(
            Evidence(label="the family's part", values=cure.means("approximation")),
            Evidence(label="the encoder's part", values=cure.means("amortisation")),
            Evidence(label="training", values=cure.seconds, unit="s of one core"),
        ),
    )


def _difference(values: tuple[float, ...], above: str, below: str) -> str:
    """How much, and which way: “0.43 ± 0.07 less”."""
    negative = fmean(values) < 0
    sizes = [-each for each in values] if negative else values
    return f"{spread(sizes, 2)} {below if negative else above}"
