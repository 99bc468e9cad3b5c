"""What can be measured of a model: each quantity says its unit, which way is better, and so on.

A learning algorithm declares the quantities that it reports; loop, log, curves and tables are made
from the declarations and know none by name.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field
from torch import Tensor

# What files hold is bounded, for anybody may have written them.
Count = Annotated[int, Field(ge=0, le=10**15)]
Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Number = Annotated[float, Field(ge=-1e39, le=1e39, allow_inf_nan=False)]  # any float32, and more
Moment = Annotated[float, Field(ge=0, le=2.5e11, allow_inf_nan=False)]  # seconds since 1970
Sentence = Annotated[str, Field(max_length=5_000)]
# Means by the names of their quantities.
Measures = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=64)], Number], Field(max_length=64)
]
Vectors = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=64)],
        Annotated[list[Number], Field(max_length=4096)],
    ],
    Field(max_length=64),
]

# What is known of a window: a float for each scalar, a vector [J] for each vector.
Means = Mapping[str, "float | Tensor"]


@dataclass(frozen=True)
class Quantity:
    """One thing that is measured, as a mean over images.

    Attributes:
        name: what logs and JSON call it.
        label: what tables and axes call it.
        noun: what people call it, in a title or within a sentence.
        meaning: what it is, for somebody who reads of it for the first time: a phrase.
        unit: of the mean.
        better: which way is better.
        comparable_with: the scale that it is a point on. Numbers of one scale, measured on data
            treated alike, may share a chart; others never do.
        question: what a chart says above it before there is a number.
        answer: what it says with one; ``{value}`` stands for it, and for vectors ``{active}`` for
            how many entries are in use, and ``{count}`` for of how many, with what they are.
        silence: with a scalar's value below ``least``, this instead.
        surplus: with a cost below zero, as densities have them, this instead.
        least: below it a scalar is as good as nothing, and an entry of a vector is not in use.
        entry: for vectors, what an entry is of (say, a latent dimension); None for scalars.
        symbol: for vectors, the letter that entries are numbered with.
        made_of: how the value follows from those declared after it; None where it is measured.
    """

    name: str
    label: str
    noun: str
    unit: str
    better: Literal["higher", "lower"]
    comparable_with: str
    question: str
    answer: str
    silence: str | None = None
    surplus: str | None = None
    least: float = 0.0
    meaning: str = ""
    entry: str | None = None
    symbol: str = ""
    made_of: Callable[[Means], float] | None = None

    @property
    def full_name(self) -> str:
        """What people call it, with the term of art beside it."""
        return self.label if self.noun == self.label else f"{self.noun} ({self.label})"

    @property
    def sign(self) -> int:
        """1 where higher is better, −1 where lower is."""
        return 1 if self.better == "higher" else -1


def scalars(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Those that are one number an image."""
    return tuple(quantity for quantity in quantities if quantity.entry is None)


def vectors(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Those that are several numbers an image."""
    return tuple(quantity for quantity in quantities if quantity.entry is not None)


def completed(quantities: Iterable[Quantity], measured: Means) -> dict[str, "float | Tensor"]:
    """The means measured, and those that are made of them, in the order of the declarations."""
    means = dict(measured)
    for quantity in reversed(tuple(quantities)):
        if quantity.made_of is not None:
            means[quantity.name] = quantity.made_of(means)
    return means


def _rate(means: Means) -> float:
    per_dimension = means[RATE_PER_DIM.name]
    assert isinstance(per_dimension, Tensor)
    return float(per_dimension.sum())


def _elbo(means: Means) -> float:
    return -(float(means[RATE.name]) + float(means[DISTORTION.name]))


NATS = "nats per image"
NAT = "a unit of information, as bits are: 1 nat is 1.44 bits"

RATE_PER_DIM = Quantity(
    name="rate_per_dim",
    label="rate",
    noun="code length",
    unit="nats",
    better="lower",
    comparable_with="KL of a latent dimension",
    question="What each latent dimension carries",
    answer="In use: {active} of {count}",
    least=0.01,
    entry="latent dimension",
    symbol="z",
)
DISTORTION = Quantity(
    name="distortion",
    label="distortion",
    noun="drawing error",
    unit=NATS,
    better="lower",
    comparable_with="−log p(x|z)",
    question="Drawing error",
    answer="Drawing error: {value} nats",
    surplus="Drawing error: {value} nats, below zero, as a density may exceed one",
    meaning="how far drawings are from the real pictures",
)
RATE = Quantity(
    name="rate",
    label="rate",
    noun="code length",
    unit=NATS,
    better="lower",
    comparable_with="KL of the code",
    question="Code length",
    answer="Code length: {value} nats",
    silence="Code length: {value} nats, so it says nothing",
    least=0.1,
    meaning="what it takes to say a picture's spot on the map",
    made_of=_rate,
)
RATE_BY_DRAWS = replace(
    RATE,
    label="rate, by draws",
    noun="code length, by draws",
    question="Code length, by draws of z",
    answer="Code length, by draws: {value} nats",
    surplus="Code length, by draws: {value} nats, below zero by chance",
    silence="Code length, by draws: {value} nats, so it says nothing",
    meaning=f"{RATE.meaning}, by draws of z",
    made_of=None,
)
ELBO = Quantity(
    name="elbo",
    label="ELBO",
    noun="ELBO",
    unit=NATS,
    better="higher",
    comparable_with="log p(x)",
    question="The ELBO on test images: higher is better",
    answer="The ELBO is {value} nats",
    # Its parts as people read them, and the minus that makes more of it better.
    meaning=f"the score that training raises: ELBO = −({DISTORTION.noun} + {RATE.noun})",
    made_of=_elbo,
)
OBJECTIVE = Quantity(
    name="objective",
    label="objective",
    noun="objective",
    unit=NATS,
    better="higher",
    comparable_with="objective",
    question="What training climbs, which is not the bound",
    answer="Training climbs {value} nats, which is not the bound",
)
LOG_PROB = Quantity(
    name="log_prob",
    label="log p(x)",
    noun="log-likelihood",
    unit=NATS,
    better="higher",
    comparable_with="log p(x)",
    question="log p(x) of test images: higher is better",
    answer="log p(x) is {value} nats",
)
BITS_PER_DIM = Quantity(
    name="bits_per_dim",
    label="bits/dim",
    noun="bits per pixel value",
    unit="bits per pixel value",
    better="lower",
    comparable_with="bits per pixel value of 256 levels",
    question="Bits per pixel value of test images: lower is better",
    answer="A pixel value costs {value} bits at most; untouched it has 8",
    surplus="A pixel value costs {value} bits, below zero: these pixels do not fill 256 levels",
    meaning="what a pixel value would cost to store, at most: −log₂ p(x) / D + 8",
)


def bits_per_dim(log_prob: Tensor, dimensions: int) -> Tensor:
    """Bits per value of 8-bit images, from nats of x = (v + u)/256 in [0, 1]. [B] → [B].

    The levels themselves lie 256 times as far apart, which adds log₂ 256 = 8 bits a value. The mean
    over u bounds −log₂ P(v) / D from above, P(v) being the mass of v's cell (Theis et al. 2016).
    """
    return -log_prob / (dimensions * math.log(2)) + 8


# What every algorithm reports that learns a bound: the bound first, and what it is made of.
BOUND = (ELBO, RATE, DISTORTION, RATE_PER_DIM)
