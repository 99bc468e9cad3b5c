"""That it is foretold which dimensions fall silent, and that free bits keep a code."""

from collections.abc import Iterator, Mapping, Sequence

from latent_atlas.reproduce.collapse_cells import InUse
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.numbers import number_text, spread
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule
from vae_core.sentences import listed

TOLERANCE = 0.02  # of A_j
SILENT = 0.5  # nats: less is as good as no code
FREE = 8.0  # nats in all that cost nothing
_REACH = 1.0  # nats around them


def claims(
    linear: Mapping[float, Sequence[InUse]], plain: Sequence[InUse], free: Sequence[InUse]
) -> Iterator[Claim]:
    """Of linear models by β, and of a decoder that reads pixels without and with free bits."""
    yield _foretold(linear)
    yield _silent(plain)
    yield _kept(free)


def _foretold(linear: Mapping[float, Sequence[InUse]]) -> Claim:
    largest = [
        f"{number_text(max(each.distance for each in found))} at β = {beta:g}"
        for beta, found in linear.items()
    ]
    return Claim(
        key="collapse-foretold",
        sentence="Which dimensions of a linear model collapse follows from the data's spectrum, β "
        "and σ.",
        source="Lucas et al. 2019",
        paper="A direction of variance λ is kept if λ > βσ², with A = 1 − βσ²/λ.",
        ours=f"A measured A_j is away from its forecast by {listed(largest)} at most, in any seed.",
        rule=Rule(
            quantity="the largest distance of a measured A_j from max(0, 1 − βσ²/λ_j), both sorted",
            tolerance=f"{TOLERANCE:g} for every dimension",
            comparisons=tuple(
                Comparison(
                    label=f"largest distance of an A_j at β = {beta:g}",
                    values=tuple(each.distance for each in found),
                    unit="",
                    limit=TOLERANCE,
                    side="below",
                    paired=False,
                )
                for beta, found in linear.items()
            ),
        ),
        evidence=tuple(
            Evidence(
                label=f"dimensions in use at β = {beta:g}",
                values=tuple(each.active for each in found),
                unit="dimensions",
            )
            for beta, found in linear.items()
        ),
    )


def _silent(plain: Sequence[InUse]) -> Claim:
    rates = _rates(plain)
    return Claim(
        key="collapse-reads-pixels",
        sentence="A decoder that reads all pixels before does without the code.",
        source="The review",
        paper="Posterior collapse: with a decoder strong enough, z is ignored.",
        ours=f"The code of a recurrence over rows is {spread(rates, 2)} nats long.",
        rule=Rule(
            quantity="the rate, in nats per image: what the code says",
            tolerance=f"{SILENT:g} nats: less is as good as no code",
            comparisons=(
                Comparison(label="rate", values=rates, limit=SILENT, side="below", paired=False),
            ),
        ),
    )


def _kept(free: Sequence[InUse]) -> Claim:
    rates = _rates(free)
    return Claim(
        key="collapse-free-bits",
        sentence=f"With {FREE:g} nats that cost nothing its code is {FREE:g} nats long.",
        source="Kingma et al. 2016",
        paper="Free bits: the rate of a dimension costs nothing up to λ nats.",
        ours=f"Its code is {spread(rates, 2)} nats long.",
        rule=Rule(
            quantity="the rate, in nats per image: what the code says",
            tolerance=f"{_REACH:g} nat on either side of {FREE:g}",
            comparisons=(
                Comparison(label="rate", values=rates, limit=FREE - _REACH, paired=False),
                Comparison(
                    label="rate, from above",
                    values=rates,
                    limit=FREE + _REACH,
                    side="below",
                    paired=False,
                ),
            ),
        ),
        evidence=(
            Evidence(
                label="dimensions in use",
                values=tuple(each.active for each in free),
                unit="dimensions",
            ),
        ),
    )


def _rates(found: Sequence[InUse]) -> tuple[float, ...]:
    return tuple(each.rate for each in found)
