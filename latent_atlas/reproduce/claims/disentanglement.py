"""That objectives made to hold factors apart do so, against the plain bound and among seeds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latent_atlas.reproduce.disentanglement_cells import Apart
from latent_atlas.reproduce.figure import Claim
from latent_atlas.reproduce.numbers import spread
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule

JUDGED = "MIG"  # the score that verdicts are of; the others stand beside it


@dataclass(frozen=True)
class Objective:
    """A way to train, with what was found of each seed.

    Attributes:
        name, title: what files and people call it.
        source, paper: who said that it holds factors apart, and how.
        found: a seed each.
    """

    name: str
    title: str
    source: str
    paper: str
    found: tuple[Apart, ...]

    def score(self, name: str) -> tuple[float, ...]:
        """By seed."""
        return tuple(each.scores[name].value for each in self.found)


def claims(plain: Objective, others: Sequence[Objective]) -> Iterator[Claim]:
    """One of each objective, held against the plain bound seed by seed."""
    for each in others:
        yield _further_apart(each, plain)


def _further_apart(objective: Objective, plain: Objective) -> Claim:
    pairs = zip(objective.score(JUDGED), plain.score(JUDGED), strict=True)
    return Claim(
        key=f"disentanglement-{objective.name}",
        sentence=f"{objective.title} holds factors further apart than the plain bound.",
        source=objective.source,
        paper=objective.paper,
        ours=f"{JUDGED} is {spread(objective.score(JUDGED), 2)}, and "
        f"{spread(plain.score(JUDGED), 2)} with the plain bound. This is of one data set, one "
        "network and one weight; without such a bias no objective holds factors apart.",
        rule=Rule(
            quantity=f"{JUDGED} of {objective.title}, less that of the plain bound with the same "
            "seed",
            tolerance="none: any more is further apart",
            comparisons=(
                Comparison(
                    label=f"{JUDGED} less that of the plain bound",
                    values=tuple(one - other for one, other in pairs),
                    unit="",
                ),
            ),
        ),
        evidence=(
            *(
                Evidence(label=name, values=objective.score(name), unit="")
                for name in objective.found[0].scores
            ),
            Evidence(
                label="factors with a dimension of their own",
                values=tuple(float(len(each.owned)) for each in objective.found),
                unit="factors",
            ),
        ),
    )
