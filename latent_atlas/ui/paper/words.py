"""The sentences of the Paper page that are more than a label."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from latent_atlas.reproduce.figure import Claim, Provenance
from latent_atlas.reproduce.numbers import PLUS_MINUS, number_text
from latent_atlas.reproduce.verdict import Evidence, Verdict
from latent_atlas.ui.markdown import escaped

TITLE = "Does the paper hold?"

# What the paper claims, for a first-year student.
INTRODUCTION = """
*Auto-Encoding Variational Bayes* (Kingma & Welling, 2013) says that a model with **hidden causes**
can be trained by plain gradient steps, once its randomness is moved outside the network. It also
says that a second network, the **encoder**, can guess those causes at a glance, where older methods
search for them image by image.
"""

BELOW = (
    "Each claim below that has a verdict is held against numbers computed with this very program, "
    f"by a rule that stands under the verdict. {PLUS_MINUS}"
)

NOT_COMPUTED = "not computed"

# One claim, and several.
_COUNTED: Mapping[Verdict, tuple[str, str]] = {
    "holds": ("holds", "hold"),
    "does not hold": ("does not", "do not"),
    "cannot be said": ("cannot be said", "cannot be said"),
}
_COLOURS = {
    "holds": "green",
    "does not hold": "red",
    "cannot be said": "gray",
    NOT_COMPUTED: "gray",
}
_ICONS = {
    "holds": "check",
    "does not hold": "close",
    "cannot be said": "question_mark",
    NOT_COMPUTED: "hourglass_empty",
}


def badge(verdict: str) -> str:
    """A verdict as Markdown: a word and a sign, so that colour is not the only cue."""
    colour, icon = _COLOURS.get(verdict, "orange"), _ICONS.get(verdict, "balance")
    return f":{colour}-badge[:material/{icon}: {verdict}]"


def verdict_of(claims: Sequence[Claim]) -> str:
    """One verdict over several claims: theirs if they agree, else how many have which."""
    verdicts = {claim.verdict for claim in claims}
    if not claims:
        return NOT_COMPUTED
    if len(verdicts) == 1:
        return verdicts.pop()
    found = Counter(claim.verdict for claim in claims)
    told = [
        f"{found[verdict]} {one if found[verdict] == 1 else several}"
        for verdict, (one, several) in _COUNTED.items()
        if verdict in found
    ]
    return ", ".join(told)


def provenance_line(provenance: Provenance) -> str:
    """When and on what the numbers were computed, in a line."""
    seeds = provenance.seeds
    by = f"seeds {', '.join(map(str, seeds))}" if len(seeds) > 1 else f"seed {seeds[0]}"
    version = " · a quick version" if provenance.quick else ""
    day = escaped(_day(provenance.date))
    return f"Computed {day} · {provenance.samples_told} each · {by}{version}"


def numbers(evidence: Sequence[Evidence]) -> list[dict[str, str]]:
    """A row for each number behind a verdict, every seed's value in it."""
    return [
        {
            "": escaped(each.label),
            "each seed": " · ".join(map(number_text, each.values)),
            "unit": escaped(each.unit),
        }
        for each in evidence
    ]


def _day(date: str) -> str:
    try:
        return f"{datetime.fromisoformat(date):%-d %B %Y}"
    except ValueError:
        return date
