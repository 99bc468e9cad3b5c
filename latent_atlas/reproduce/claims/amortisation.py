"""What is said of the encoder: what it loses, what it saves, and how it fares on unseen images."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latent_atlas.reproduce.crossing import Crossing
from latent_atlas.reproduce.experiment import RESOLUTION, RESOLUTION_WORDS
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.numbers import number_text, spread
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule

_ROUND = 5  # steps: a crossing is known no better


@dataclass(frozen=True)
class Encoder:
    """The encoder of one seed against inference image by image.

    Attributes:
        test_gap, train_gap: what it lacks to the best per-datapoint bound, in nats per image.
        seconds: that it takes, per image.
        step_seconds: that a step of per-datapoint inference takes, per image.
        crossings: where per-datapoint inference passes its bound on test images, by step size.
    """

    test_gap: float
    train_gap: float
    seconds: float
    step_seconds: float
    crossings: tuple[Crossing, ...]


def claims(found: Sequence[Encoder], images: int) -> Iterator[Claim]:
    """One encoder a seed, measured on so many images of each split."""
    yield _bound_claim(found)
    yield _cost_claim(found)
    yield _unseen_claim(found, images)


def _bound_claim(found: Sequence[Encoder]) -> Claim:
    gaps = tuple(one.test_gap for one in found)
    return Claim(
        key="amortisation-bound",
        sentence="Per-datapoint inference reaches at least the encoder's bound.",
        source="Cremer et al. 2018",
        paper="On MNIST 1 to 2 nats. (The paper itself did not measure it.)",
        ours=f"On test images its bound ends {spread(gaps, 2)} nats above the encoder's: that is "
        "what amortisation costs here.",
        rule=Rule(
            quantity="best per-datapoint bound on test images minus the encoder's",
            tolerance=RESOLUTION_WORDS,
            comparisons=(
                Comparison(
                    label="best per-datapoint bound minus encoder's",
                    values=gaps,
                    limit=-RESOLUTION,
                ),
            ),
        ),
    )


def _cost_claim(found: Sequence[Encoder]) -> Claim:
    # The step size that searches fastest, so that the search is given its best.
    fastest = min(
        range(len(found[0].crossings)),
        key=lambda number: sum(one.crossings[number].steps for one in found),
    )
    seconds = tuple(one.crossings[fastest].steps * one.step_seconds for one in found)
    times = tuple(search / one.seconds for search, one in zip(seconds, found, strict=True))
    by_size = [
        [one.crossings[number] for one in found] for number in range(len(found[0].crossings))
    ]
    best = number_text(found[0].crossings[fastest].step_size)
    return Claim(
        key="amortisation-cost",
        sentence="The encoder makes inference efficient: no iterative scheme per datapoint.",
        paper="“Without the need of expensive iterative inference schemes (such as MCMC) per "
        "datapoint.”",
        ours=f"Per-datapoint inference overtakes the encoder's test bound {_listed(by_size)}. The "
        f"fastest of these takes {spread(times, 0)} times the encoder's seconds: "
        f"{spread([1000 * s for s in seconds], 2)} ms an image against "
        f"{spread([1000 * one.seconds for one in found], 4)} ms.",
        rule=Rule(
            quantity="seconds of per-datapoint inference until it has the encoder's test bound, by "
            f"the encoder's, with the fastest step size of those tried ({best})",
            tolerance="a factor of 1: any more is slower",
            comparisons=(
                Comparison(
                    label="times the encoder's seconds",
                    values=times,
                    unit="×",
                    limit=1.0,
                    ratio=True,
                ),
            ),
        ),
        evidence=(
            *(
                Evidence(
                    label=f"steps to the encoder's bound, step size {each[0].step_size:g}",
                    values=tuple(one.steps for one in each),
                    unit="steps",
                )
                for each in by_size
            ),
            Evidence(
                label="encoder",
                values=tuple(1000 * one.seconds for one in found),
                unit="ms per image",
            ),
            Evidence(
                label="per-datapoint inference, the fastest",
                values=tuple(1000 * each for each in seconds),
                unit="ms per image",
            ),
        ),
    )


def _listed(by_size: Sequence[Sequence[Crossing]]) -> str:
    """The first step size, then what another one makes of it."""
    return "; ".join(f"{_steps(each)} with step size {each[0].step_size:g}" for each in by_size)


def _steps(crossings: Sequence[Crossing]) -> str:
    """“after about 350 steps (over the seeds between 325 and 362)”."""
    reached = [each.above for each in crossings if each.above is not None]
    if len(reached) < len(crossings):
        return f"not within {max(each.below.steps for each in crossings):,} steps for every seed"
    mean = sum(each.steps for each in crossings) / len(crossings)
    low, high = min(each.below.steps for each in crossings), max(each.steps for each in reached)
    about = _ROUND * round(mean / _ROUND)
    return f"after about {about:,} steps (over the seeds between {low:,} and {high:,})"


def _unseen_claim(found: Sequence[Encoder], images: int) -> Claim:
    test, train = tuple(one.test_gap for one in found), tuple(one.train_gap for one in found)
    worse = tuple(one.test_gap - one.train_gap for one in found)
    return Claim(
        key="amortisation-generalises",
        sentence="The encoder is as good on images it has not seen as on those it was trained on.",
        paper="Not measured in the paper.",
        ours=f"It lacks {spread(test, 2)} nats on test and {spread(train, 2)} nats on training "
        f"images: {spread(worse, 2)} more where it has not seen them, in "
        f"{sum(each > 0 for each in worse)} of {len(worse)} seeds. The seeds share their {images} "
        "images of each split; what other images would give was not measured.",
        rule=Rule(
            quantity="what the encoder lacks to the best per-datapoint bound, on test minus on "
            "training images",
            tolerance=RESOLUTION_WORDS,
            comparisons=(
                Comparison(
                    label="gap on test minus gap on training images",
                    values=worse,
                    limit=RESOLUTION,
                    side="below",
                ),
            ),
        ),
        evidence=(
            Evidence(label="gap on test images", values=test),
            Evidence(label="gap on training images", values=train),
        ),
    )
