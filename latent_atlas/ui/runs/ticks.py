"""Which runs are ticked: the address holds them, so that a link shows the same comparison."""

from collections.abc import Iterable, Sequence

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.train.run_view import ADDRESS
from vae_core.runs import Row

MOST_IN_ADDRESS = 60  # of forty letters each: longer addresses are cut off on their way
_MANY = "runs-many"  # more than that, of this session alone
_TURN = "runs-turn"


def ticked_among(rows: Sequence[Row]) -> list[Row]:
    """The ticked runs in the order of their ticks; one that has gone is none of them."""
    by_id = {row.run.id: row for row in rows}
    named = address.named(ADDRESS) or st.session_state.get(_MANY, [])
    return [by_id[name] for name in dict.fromkeys(named) if name in by_id]


def tick(ids: Iterable[str]) -> None:
    """From now on these are ticked, and no others; the table is told, too."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    note_ticks(ids)


def note_ticks(ids: Iterable[str]) -> None:
    """Likewise where the table has told so itself."""
    ids = list(ids)
    many = len(ids) > MOST_IN_ADDRESS
    st.session_state[_MANY] = ids if many else []
    address.choose(ADDRESS, *([] if many else ids))


def turn() -> str:
    """Changes whenever something else than the table has changed what is ticked."""
    return f"{st.session_state.get(_TURN, 0)}-{address.turn()}"


def keep_ticks() -> None:
    """Put them into the address: where the page ends."""
    address.write({ADDRESS: address.named(ADDRESS)})
