"""A view in which nothing is measured but what a person does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.shown import Shown


@dataclass(frozen=True)
class HandView(Shown):
    """Declared as `VIEW` in a module of `latent_atlas.ui.diagnose.views`, as those that measure.

    `title` is the headline. `draw` shows it, and returns what the address keeps of it.
    """

    name: str
    label: str
    order: int
    needs: tuple[type, ...]
    title: str
    draw: Callable[[LookedAt], Mapping[str, str | None]]
