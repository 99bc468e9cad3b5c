"""What a link to a map of latents restores: which map it is, and the spot that is pinned on it.

Another model is asked with the same map and spot: of two that learned with the same noise they are
the same z.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.reconstruct.state import whole_number
from vae_core.latent.walk import REACH

MAPS = 1_000  # after which the first one comes again
_MAP, _SPOT = "map", "spot"  # in the address
_VIEW = "walk-view"
_LONGEST = 40  # characters of a spot
_ROUNDED = 1e-4  # π/2 of four digits lies beyond itself


@dataclass(frozen=True)
class WalkView:
    """`number` is the seed of the map; `spot` is in radians, None the middle."""

    number: int = 0
    spot: tuple[float, float] | None = None

    def to_query(self) -> dict[str, str | None]:
        """As query parameters; None where it is what a newcomer sees."""
        return {
            _MAP: str(self.number) if self.number else None,
            _SPOT: None if self.spot is None else _written(self.spot),
        }


LEFT: Mapping[str, str | None] = dict.fromkeys((_MAP, _SPOT))  # where no map is walked


def walk_view() -> WalkView:
    """What the address names, else what this session left."""
    if address.gone_back() and "model" in st.query_params:  # all of a view, as the page wrote it
        st.session_state.pop(_VIEW, None)
    number, spot = address.first_named(_MAP), address.first_named(_SPOT)
    if number is None and spot is None:
        left: WalkView = st.session_state.get(_VIEW, WalkView())
        return left
    found = whole_number(number or "")
    sound = found is not None and found < MAPS
    return WalkView(found if found is not None and sound else 0, spot_from(spot))


def keep_walk(view: WalkView) -> None:
    """Keep it for this session, which a change of page does not end."""
    st.session_state[_VIEW] = view


def next_map() -> None:
    """Callback: another map, from its middle."""
    _choose(WalkView((walk_view().number + 1) % MAPS))


def hear_spot(sent: object) -> None:
    """Callback: what the browser says was pinned, and on which map; of another one it is late."""
    told = dict(sent) if isinstance(sent, Mapping) else {}
    now = walk_view()
    spot = spot_from(told.get("spot"))
    if spot is not None and told.get("map") == now.number:
        _choose(replace(now, spot=spot))


def spot_from(text: object) -> tuple[float, float] | None:
    """Longitude and latitude in radians, `0.5,-1`; None of anything else."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    try:
        u, v = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not all(math.isfinite(each) and abs(each) <= REACH + _ROUNDED for each in (u, v)):
        return None
    return min(REACH, max(-REACH, u)), min(REACH, max(-REACH, v))


def _choose(view: WalkView) -> None:
    keep_walk(view)
    for name, text in view.to_query().items():
        address.choose(name, *([] if text is None else [text]))


def _written(spot: tuple[float, float]) -> str:
    return ",".join(f"{round(each, 4):z.6g}" for each in spot)
