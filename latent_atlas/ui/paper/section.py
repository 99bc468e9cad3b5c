"""One claim on the page: its sentence, the figure, our verdict, and how to compute it again."""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.reproduce.figure import Claim, FigureData
from latent_atlas.ui.markdown import escaped, escaped_message
from latent_atlas.ui.paper import words
from latent_atlas.ui.paper.equations import equations
from latent_atlas.ui.paper.figure import figure
from latent_atlas.ui.paper.results import NotComputed, command, result
from latent_atlas.ui.paper.sections import Section
from vae_core.errors import AtlasError

# Claims can be three times as long as the figure that they are of.
_STAYS = """<style>@media (min-width: 900px) and (min-height: 800px) {
  :has(> [class*="st-key-beside-claims-"]) { position: sticky; top: 72px; }
}</style>"""


def section(each: Section, number: int) -> None:
    """Draw a claim: figures with date and command to the left, verdicts and notes beside them."""
    st.header(f"{number}. {each.question}", anchor=each.key)
    found = {name: _found(name) for name in each.documents}
    documents = [one for one in found.values() if isinstance(one, FigureData)]
    left, right = st.columns([5, 3], gap="large")
    # Of several figures below one another the last would not be seen.
    with left, st.container(key=f"beside-claims-{each.key}" if len(found) == 1 else None):
        if documents:
            st.html(_STAYS)
            st.caption(each.look)
        for name, one in found.items():
            if isinstance(one, FigureData):
                figure(one, f"{each.key}-{name}", each.panels, each.first)
                _provenance(one)
            else:
                _absent(name, one)
    with right:
        for document in documents:
            for claim in each.claims_of(document):
                _verdict(claim)
        _notes(each)
    equations(each.key)
    if documents:
        _numbers(each, documents)


def verdict(each: Section) -> str:
    """The section's verdict, in a word or two."""
    claims: list[Claim] = []
    for name in each.documents:
        found = _found(name)
        if isinstance(found, FigureData):
            claims += each.claims_of(found)
    return words.verdict_of(claims)


def _found(name: str) -> FigureData | AtlasError:
    try:
        return result(name)
    except AtlasError as error:
        return error


def _absent(name: str, problem: AtlasError) -> None:
    if isinstance(problem, NotComputed):
        st.markdown(escaped_message(str(problem)))
    else:
        st.info(escaped_message(str(problem)))
    st.code(command(name), language=None, wrap_lines=True)


def _verdict(claim: Claim) -> None:
    with st.container(gap="xsmall"):
        st.markdown(f"{words.badge(claim.verdict)} **{escaped(claim.sentence)}**")
        st.markdown(escaped(claim.ours))
        st.caption(f"{escaped(claim.source)}: {escaped(claim.paper)}")
        st.caption(f"Rule. {escaped(claim.rule.sentence)}")


def _notes(each: Section) -> None:
    for note in each.notes:
        st.html(
            '<div role="note" style="border-left:2px solid #9A7B1B;padding-left:16px;'
            f'font-size:14px"><strong>{note.title}</strong><br>{note.text}</div>'
        )


def _provenance(document: FigureData) -> None:
    with st.container(gap="xxsmall"):
        st.caption(words.provenance_line(document.provenance))
        st.code(document.provenance.command, language=None, wrap_lines=True)


# A fragment: opening it redraws these lines and no figure.
@st.fragment
def _numbers(each: Section, documents: Sequence[FigureData]) -> None:
    """What was done and left out, and each seed's numbers; nothing is drawn until it opens."""
    opened = st.expander(
        "What was done, and every seed's numbers",
        icon=":material/table:",
        key=f"numbers-{each.key}",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        for document in documents:
            st.caption(escaped(document.caption))
            for sentence in document.provenance.left_out:
                st.caption(f"Left out: {escaped(sentence)}")
            rows = words.numbers([e for c in each.claims_of(document) for e in c.numbers])
            if rows:
                st.table(rows)


def contents(sections: Sequence[Section]) -> None:
    """One line a claim."""
    lines = [
        f"{number}. [{each.short}](#{each.key}) {words.badge(verdict(each))}"
        for number, each in enumerate(sections, start=1)
    ]
    st.markdown("\n".join(lines))
    st.markdown(f"{words.BELOW} Or [race the algorithms yourself](#race).")
