"""What was asked of several runs and not done to all, told once in sentences."""

from collections.abc import Callable, Iterable

import streamlit as st

from latent_atlas.ui.markdown import escaped_message
from latent_atlas.ui.train.directing import check_may_direct
from vae_core.errors import AtlasError
from vae_core.runs import Row
from vae_core.sentences import counted

_PROBLEMS = "runs-problems"
_MOST = 3  # sentences


def on_each(rows: Iterable[Row], act: Callable[[Row], object]) -> None:
    """In a callback: do this to every run that this visitor may direct, and tell of the others."""
    problems = []
    for row in rows:
        try:
            check_may_direct(row.run)
            act(row)
        except AtlasError as problem:
            problems.append(str(problem))
    note_problems(problems)


def note_problems(problems: Iterable[str]) -> None:
    """In a callback: have the page say these sentences once."""
    st.session_state[_PROBLEMS] = list(problems)


def tell_problems() -> None:
    """Say why what was asked for last was not done to all."""
    problems: list[str] = st.session_state.pop(_PROBLEMS, [])
    for problem in problems[:_MOST]:
        st.warning(escaped_message(problem), icon=":material/error:")
    if (more := len(problems) - _MOST) > 0:
        st.caption(f"{counted(more, 'more run')} likewise.")
