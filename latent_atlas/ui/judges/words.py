"""What is said of a judge: which classifier it is, how well it does, how far to trust it."""

from collections.abc import Callable
from dataclasses import dataclass

from latent_atlas.reports.shares import percent
from latent_atlas.ui.judges.judge import OwnGraph
from latent_atlas.ui.markdown import escaped
from vae_core.evaluation import Classifier
from vae_core.evaluation.classifier import LEAST_ACCURACY, Standing
from vae_core.numerals import decimal
from vae_core.sentences import counted, plain

_SHORT = 12  # letters of a digest tell it from others
RULE = f"{decimal(100 * LEAST_ACCURACY, 0)} %"


@dataclass(frozen=True)
class Writing:
    """How a sentence is written: what is done to a name of somebody else, a number, a digest."""

    name: Callable[[str], str]
    strong: str
    code: str


MARKDOWN = Writing(escaped, "**", "`")
PLAIN = Writing(plain, "", "")


def of_classifier(found: Classifier, title: str, by: Writing = MARKDOWN) -> str:
    """Which classifier of the program's own it is, and how well it does.

    `title` is that of the data.
    """
    given = found.lessons
    return (
        f"A small classifier of {of_column(given.column, by)} that has learned from "
        f"{counted(given.images, 'original')} of {by.name(title)} · names "
        f"{by.strong}{percent(found.accuracy)}{by.strong} of {counted(given.held_out, 'other')} "
        f"rightly · {by.code}{found.digest[:_SHORT]}{by.code}"
    )


def of_graph(graph: OwnGraph, by: Writing = MARKDOWN) -> str:
    """Which classifier of somebody's own it is."""
    return (
        f"{by.strong}{by.name(graph.name)}{by.strong}, a classifier of your own of "
        f"{counted(graph.classes, 'class', 'classes')} · {by.code}{graph.digest[:_SHORT]}{by.code}"
    )


def of_column(name: str, by: Writing = MARKDOWN) -> str:
    """What a classifier tells apart."""
    return "the classes" if name == "class" else f"{by.strong}{by.name(name)}{by.strong}"


def of_standing(standing: Standing) -> str:
    """How far verdicts are to be trusted, where they are not; else nothing."""
    if standing == "fit":
        return ""
    rule = (
        f"It would have to name more than {RULE} of originals that it has not seen rightly, and "
        "more than always saying the commonest class would"
    )
    if standing == "unfit":
        return f"Its verdicts mean little: it is too often wrong about originals. {rule}."
    return f"Whether its verdicts mean anything cannot be said. {rule}; too few are held out."
