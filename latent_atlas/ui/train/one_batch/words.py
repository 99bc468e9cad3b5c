"""What is said of one batch: its stations, the equations, and what layers are called."""

import re
from dataclasses import dataclass
from math import prod

from vae_core.numerals import decimal, size
from vae_core.quantities import DISTORTION, ELBO, RATE
from vae_core.runs import RunConfig
from vae_core.runs.batch_trace import TraceRecord
from vae_core.sentences import counted

_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# Each line of the equations as terms: pieces of text with the stations at which they are lit, and
# what people call the term, to stand below it.
Piece = tuple[str, tuple[str, ...]]
Term = tuple[tuple[Piece, ...], str]
EQUATIONS: tuple[tuple[Term, ...], ...] = (
    (
        ((("ELBO", ("nats", "step")), (" = ", ("nats",))), ""),
        (
            (("𝔼[log ", ("nats",)), ("p(x|z)", ("decode", "nats")), ("]", ("nats",))),
            f"−{DISTORTION.noun}",
        ),
        (
            ((" − KL(", ("nats",)), ("q(z|x)", ("encode", "nats")), (" ‖ p(z))", ("nats",))),
            f"−{RATE.noun}",
        ),
    ),
    (
        (
            (
                ("z", ("codes", "decode")),
                (" = ", ("codes",)),
                ("μ(x)", ("posterior", "codes")),
                (" + ", ("codes",)),
                ("σ(x)", ("posterior", "codes")),
                (" ⊙ ", ("codes",)),
                ("ε", ("noise", "codes")),
                (",  ε ~ N(0, I)", ("noise",)),
            ),
            "",
        ),
    ),
    (
        (
            (
                ("θ, φ", ("step",)),
                ("  move along  ", ("step",)),
                ("∇ ELBO", ("gradient", "step")),
            ),
            "",
        ),
    ),
)


@dataclass(frozen=True)
class Station:
    """One of the eight: `key` is what the equations call it, `sentence` is for a first reader."""

    key: str
    name: str
    sentence: str


def stations(config: RunConfig, record: TraceRecord, latent_dim: int) -> list[Station]:
    """What happens to an image of the batch, in the order in which it does."""
    numbers = counted(latent_dim, "number")
    images = counted(record.images, "image")
    bernoulli = config.likelihood == "bernoulli"
    return [
        Station("encode", "Encode", _encode(record)),
        Station(
            "posterior",
            "μ, σ: its cloud",
            "Its answer is not one spot but a cloud of them: μ says where its middle is, σ how "
            f"wide it is, for each of the {counted(latent_dim, 'dimension')} of the code.",
        ),
        Station(
            "noise",
            "ε: chance",
            "Now chance comes in: ε is drawn from the standard normal distribution, and knows "
            "nothing of the picture.",
        ),
        Station(
            "codes",
            "z: its spot",
            "Stretched by σ and shifted by μ, the draw becomes a spot of the cloud: z = μ + σ ⊙ ε. "
            "It is written like this so that a change of μ or σ changes z, and can be learned.",
        ),
        Station(
            "decode",
            "Decode",
            f"The decoder sees {'this' if latent_dim == 1 else 'these'} {numbers} and nothing "
            "else, and draws what it takes the picture to be.",
        ),
        Station(
            "nats",
            ELBO.label,
            f"The score is minus the sum of two costs in nats: the {DISTORTION.full_name}, how far "
            f"the drawing is from the picture, and the {RATE.full_name}, what it takes to say the "
            "picture's spot: more, the smaller its cloud is and the farther from the middle.",
        ),
        Station("gradient", "Gradient", _gradient(record, bernoulli=bernoulli)),
        Station(
            "step",
            "Step",
            f"The optimiser moves all weights a little, as {images} together ask. With the same "
            f"ε the ELBO of the whole batch {_change(record)}.",
        ),
    ]


def _encode(record: TraceRecord) -> str:
    if not record.encoder_layers:
        return "The encoder reads the picture and answers at once, with no layer between."
    units = counted(prod(record.encoder_layers[-1]), "unit")
    return (
        f"The encoder reads the picture layer by layer. Each of its last {units} answers with a "
        "number: blue is below zero, red above."
    )


def _gradient(record: TraceRecord, *, bernoulli: bool) -> str:
    told = "Going backwards, each weight learns which way it would have to move for a higher ELBO. "
    told += (
        "It begins at the output, where the gradient is just drawing minus picture."
        if bernoulli
        else "It begins at the decoder’s output: red is to become darker, blue brighter."
    )
    if record.beta != 1:
        told += f" Here the {RATE.noun} counts {record.beta:g} times in it."
    return told


def _change(record: TraceRecord) -> str:
    more = record.after.elbo - record.before.elbo
    amount = decimal(abs(more), places_of_change(more))
    if more >= 0:
        return f"is {amount} nats an image higher now"
    return f"is {amount} nats an image lower now: a step can be too long"


def of_one(record: TraceRecord) -> str:
    """Why the ELBO of one image may also be lower after the step."""
    images = counted(record.images, "image")
    return f"The step is for {images} together: a single one may gain or lose."


def places_of_change(change: float) -> int:
    """Decimals that show a change of the bound: two, and up to four where it is small."""
    return 2 if abs(change) >= 0.1 else 3 if abs(change) >= 0.01 else 4


def title(record: TraceRecord, total_steps: int) -> str:
    """Which batch it is."""
    return f"{counted(record.images, 'image')}, step {record.step:,} of {total_steps:,}"


def note(config: RunConfig, record: TraceRecord) -> str:
    """What else is to be known of these numbers; mostly nothing."""
    said = []
    if record.draws > 1:
        said.append(
            f"Each image has {counted(record.draws, 'draw')} of ε: the first is shown, and the "
            f"{DISTORTION.noun} is the mean over all."
        )
    if getattr(config.algorithm, "estimator", "b") != "b":
        said.append(
            f"The {RATE.noun} is shown in closed form; the gradient took it at the z that was "
            "drawn (estimator A)."
        )
    return " ".join(said)


def dimension(number: int) -> str:
    """z with an index from 1."""
    return f"z{str(number).translate(_BELOW)}"


def layer(shape: list[int], drawn: int) -> str:
    """The size of a layer: 500 units, or 32 maps of 14 × 14, and how many of them are drawn."""
    if len(shape) == 3:
        told = f"{counted(shape[0], 'map')} of {size(shape)}"
    else:
        told = counted(shape[0], "unit")
    return told if drawn == shape[0] else f"{told}, {drawn:,} drawn"


def module(name: str) -> str:
    """What people call a layer that the model calls `name`, such as `encoder.layers.0`."""
    side, _, rest = name.partition(".")
    part, _, at = rest.partition(".")
    number = f" {int(at) + 1}" if re.fullmatch("[0-9]{1,3}", at) else ""
    known = {
        "layers": f"layer{number}",
        "convolutions": f"convolution{number}",
        "mu": "μ",
        "logvar": "log σ²" if side == "encoder" else f"pixels’ log σ²{number}",
        "grid": "grid",
        "output": f"output{number}",
        "log_scale": "σ of all pixels",
    }
    return f"{side}: {known.get(part, rest.replace('.', ' '))}"
