"""What the paper says of figure 3: all learn, and AEVB is ahead of MCEM and of wake-sleep."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from latent_atlas.reproduce.experiment import RESOLUTION, RESOLUTION_WORDS
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.numbers import spread
from latent_atlas.reproduce.questions import Point
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule

# For each training set and method, the points of every seed.
Seeds = Sequence[Sequence[Point]]
Trained = Mapping[tuple[str, str], Seeds]

FEW, MANY = "few", "many"
METHODS = {"aevb": "AEVB", "wake-sleep": "wake-sleep", "mcem": "MCEM"}
LEARNS = 20.0  # nats
FROM = 50_000  # samples: before, all are near where they began
PAPER_SAMPLES = 60_000_000


def claims(trained: Trained) -> Iterator[Claim]:
    """All learn; AEVB before MCEM at equal samples; AEVB before wake-sleep on the full set."""
    yield learn_claim(
        {
            method: tuple(seed[-1].train.value - seed[0].train.value for seed in seeds)
            for (panel, method), seeds in trained.items()
            if panel == FEW
        },
        [seed[-1].acceptance for seed in trained[FEW, "mcem"] if seed[-1].acceptance is not None],
    )
    yield mcem_claim(trained[FEW, "aevb"], trained[FEW, "mcem"])
    yield seconds_claim(
        [
            _lead_in_time(aevb, mcem)
            for aevb, mcem in zip(trained[FEW, "aevb"], trained[FEW, "mcem"], strict=True)
        ]
    )
    yield full_claim(trained[MANY, "aevb"], trained[MANY, "wake-sleep"])


def learn_claim(gains: Mapping[str, Sequence[float]], acceptance: Sequence[float]) -> Claim:
    """By how much log p(x) of training images rises, by method, a value a seed."""
    named = {METHODS[method]: values for method, values in gains.items()}
    return Claim(
        key="figure3-learn",
        sentence="All three methods learn from 1,000 images, MCEM included.",
        paper="By the curves of figure 3 (left).",
        ours="From the first point recorded to the last, log p(x) of training images rises by "
        + ", ".join(f"{spread(values)} ({method})" for method, values in named.items())
        + f" nats. HMC accepts {spread([100 * a for a in acceptance])} % of its moves.",
        rule=Rule(
            quantity="log p(x) of training images at the last point minus that at the first",
            tolerance=f"{LEARNS:g} nats per image",
            comparisons=tuple(
                Comparison(label=f"{method}: rise on train", values=tuple(values), limit=LEARNS)
                for method, values in named.items()
            ),
        ),
        evidence=(Evidence(label="HMC acceptance", values=tuple(acceptance), unit=""),),
    )


def mcem_claim(aevb: Seeds, mcem: Seeds) -> Claim:
    """AEVB's lead over MCEM on training images."""
    leads = _leads(aevb, mcem, lambda point: point.train.value)
    samples = aevb[0][-1].samples
    return Claim(
        key="figure3-mcem",
        sentence="So far AEVB is ahead of MCEM at equal numbers of samples evaluated.",
        paper="By the curves of figure 3 (left), throughout.",
        ours=f"On training images AEVB leads {_counted(leads)}; at the end by "
        f"{spread([seed[-1] for seed in leads])} nats, where MCEM is at "
        f"{spread([seed[-1].train.value for seed in mcem])} and AEVB at "
        f"{spread([seed[-1].train.value for seed in aevb])}.{_so_far(samples)} Neither of these "
        "is a bound: MCEM has none.",
        rule=_lead_rule(leads, f"training images after {samples:,} samples", "MCEM"),
    )


def seconds_claim(leads: Sequence[float]) -> Claim:
    """AEVB's lead over MCEM when the faster of the two had finished, a value a seed."""
    return Claim(
        key="figure3-mcem-seconds",
        sentence="So far AEVB is ahead of MCEM at equal computing time, too.",
        paper="Not stated: the paper's axis counts samples.",
        ours=f"When the faster of the two had finished, AEVB led by {spread(leads)} nats on "
        "training images. MCEM's samples come in whole batches and are cheaper a piece.",
        rule=Rule(
            quantity="log p(x) of training images, AEVB's minus MCEM's, when the faster of the two "
            "had finished (seconds of this program on one core)",
            tolerance=RESOLUTION_WORDS,
            comparisons=(
                Comparison(label="lead at equal seconds", values=tuple(leads), limit=RESOLUTION),
            ),
        ),
    )


def full_claim(aevb: Seeds, wake_sleep: Seeds) -> Claim:
    """AEVB's lead over wake-sleep on test images, trained on the full set."""
    leads = _leads(aevb, wake_sleep, lambda point: point.test.value)
    samples = aevb[0][-1].samples
    return Claim(
        key="figure3-full",
        sentence="So far AEVB is ahead of wake-sleep in likelihood on the full training set, too.",
        paper="By the curves of figure 3 (right): a few nats.",
        ours=f"On test images AEVB leads {_counted(leads)}; at the end by "
        f"{spread([seed[-1] for seed in leads])} nats.{_so_far(samples)}",
        rule=_lead_rule(leads, f"test images after {samples:,} samples", "wake-sleep"),
    )


def _lead_rule(leads: Sequence[Sequence[float]], where: str, rival: str) -> Rule:
    return Rule(
        quantity=f"log p(x) of {where}, AEVB's minus {rival}'s",
        tolerance=RESOLUTION_WORDS,
        comparisons=(
            Comparison(
                label="lead at the end",
                values=tuple(seed[-1] for seed in leads),
                limit=RESOLUTION,
            ),
        ),
    )


def _so_far(samples: int) -> str:
    if samples >= PAPER_SAMPLES:
        return ""
    return f" The paper's curves go on to {PAPER_SAMPLES / samples:z.0f} times as many samples."


def _leads(aevb: Seeds, rival: Seeds, value: Callable[[Point], float]) -> list[list[float]]:
    """How far AEVB is ahead at each mark of each seed; a rival's may be a whole batch later."""
    return [
        [
            value(ours) - value(theirs)
            for ours, theirs in zip(a, b[: len(a)], strict=True)
            if ours.samples >= _from(a)
        ]
        for a, b in zip(aevb, rival, strict=True)
    ]


def _counted(leads: Sequence[Sequence[float]]) -> str:
    """At how many of how many points AEVB is ahead."""
    flat = [lead for seed in leads for lead in seed]
    ahead = sum(lead > 0 for lead in flat)
    return f"at {ahead} of {len(flat)} points from {FROM:,} samples on"


def _lead_in_time(aevb: Sequence[Point], mcem: Sequence[Point]) -> float:
    seconds = min(aevb[-1].seconds, mcem[-1].seconds)
    return _at_seconds(aevb, seconds) - _at_seconds(mcem, seconds)


def _at_seconds(seed: Sequence[Point], seconds: float) -> float:
    """log p(x) of training images after so many seconds, between points by a straight line."""
    before = seed[0]
    for point in seed:
        if point.seconds >= seconds:
            part = (seconds - before.seconds) / max(point.seconds - before.seconds, 1e-9)
            return before.train.value + part * (point.train.value - before.train.value)
        before = point
    return seed[-1].train.value


def _from(seed: Sequence[Point]) -> int:
    """The number of samples from which to compare: ``FROM``, or a shorter training's last."""
    return min(FROM, seed[-1].samples)
