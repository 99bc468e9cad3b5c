"""What the view of a split says: which model is better, by how much, on how many images."""

from vae_core.evaluation.paired import Paired
from vae_core.evaluation.proportions import Proportion
from vae_core.numerals import decimal, with_error
from vae_core.sentences import counted

HOW_SURE = (
    "± holds in 95 of 100 cases, over images: it is of the differences of single images, which is "
    "what two models on the same images are judged by. A model is called better or worse where "
    "the interval leaves out 0. What a model wins has Wilson’s interval."
)


def verdict(first: str, second: str, found: Paired) -> str:
    """How the second of two models stands to the first, in a sentence; titles are Markdown."""
    if found.half_width is None:
        return f"One image does not say which of {first} and {second} is better."
    wins = f"it wins on {share(found.won)}"
    if found.verdict == "cannot be said":
        return (
            f"Which of **{first}** and **{second}** is better cannot be said: the second is ahead "
            f"by {with_error(found.mean, found.half_width)} nats an image, and {wins}."
        )
    by = with_error(abs(found.mean), found.half_width)
    return f"**{second}** is **{found.verdict}** than **{first}** by {by} nats an image; {wins}."


def head(first: str) -> list[str]:
    """The head of a table of models against the first, as Markdown."""
    return [
        f"| against {first} | better by, nats an image | wins on | it is |",
        "|:--|--:|--:|:--|",
    ]


def row(second: str, found: Paired) -> str:
    """One line of that table."""
    by = "–" if found.half_width is None else with_error(found.mean, found.half_width)
    return f"| {second} | {by} | {share(found.won)} | {found.verdict} |"


def within_draws(found: Paired) -> str:
    """On how many images other draws of z may turn round who wins; empty where on none."""
    if not found.within_draws:
        return ""
    return (
        f"On {counted(found.within_draws, 'image')} the two are closer than another draw of z may "
        "change the difference."
    )


def share(won: Proportion | None) -> str:
    """A part in per cent with its interval: 71 % (70 to 72)."""
    if won is None:
        return "–"
    places = 1 if won.half_width < 0.01 else 0
    low, high = (decimal(100 * each, places) for each in (won.low, won.high))
    return f"{decimal(100 * won.share, places)} % ({low} to {high})"


def by_chance(classes: int) -> str:
    """How many classes are called better or worse where nothing is; empty of a few."""
    expected = classes / 20
    if expected < 1:
        return ""
    return (
        f"Of {counted(classes, 'class', 'classes')} some {round(expected)} are called better or "
        "worse by chance alone."
    )
