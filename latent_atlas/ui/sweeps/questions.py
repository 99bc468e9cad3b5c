"""Sweeps worth starting: each a question, and what to look for in the answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A named start: what each setting is to be, as people type it."""

    title: str
    look_for: str
    dataset: str
    rows: tuple[tuple[str, str], ...]


_FAST = (("epochs", "20"), ("hidden", "128"), ("activation", "relu"), ("batch_size", "50"))

QUESTIONS = (
    Question(
        title="What does β buy?",
        look_for="The dearer the code (a larger β), the shorter it gets: the trials line up from "
        "faithful pictures with long codes to blurred ones with short codes. The bound is best "
        "near β = 1, where nothing is charged beside it.",
        dataset="digits",
        rows=(("beta", "0.5,1,4"), ("seed", "0-1"), *_FAST),
    ),
    Question(
        title="How many dimensions?",
        look_for="The bound climbs as long as a further latent dimension has something to say, "
        "and then no more: the rest stay silent.",
        dataset="digits",
        rows=(("latent_dim", "1,2,4,8"), ("seed", "0-1"), *_FAST),
    ),
    Question(
        title="Which learning rate?",
        look_for="Too small has not arrived after so few epochs, too large jumps about or "
        "diverges; in between lies a wide plain.",
        dataset="digits",
        rows=(("learning_rate", "0.0001,0.001,0.01"), ("seed", "0-1"), *_FAST),
    ),
    Question(
        title="Does a tighter bound help?",
        look_for="With more importance samples the bound comes closer to log p(x). Whether the "
        "map gets better too is another question: choose trials and compare their planes.",
        dataset="digits",
        rows=(("algorithm", "iwae"), ("importance_samples", "1,5,20"), ("seed", "0-1"), *_FAST),
    ),
)
