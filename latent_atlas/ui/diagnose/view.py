"""A view of the Diagnose page: a weakness, how it is measured, and how what was found is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar, cast

from latent_atlas.reports.diagnosis.chapter import Chapter
from latent_atlas.reports.diagnosis.section import Section, Subject
from latent_atlas.ui.diagnose.hand_view import HandView
from latent_atlas.ui.diagnose.looked_at import LookedAt
from latent_atlas.ui.diagnose.shown import Shown
from latent_atlas.ui.reconstruct.measuring import Lane
from latent_atlas.ui.reconstruct.parameters import segments
from vae_core.declarations import DeclaredObjects
from vae_core.evaluation import Watch
from vae_core.evaluation.overflow import refuse_overflow
from vae_core.models import Model, inability
from vae_core.sentences import listed

F = TypeVar("F")
VIEW = "view"  # in the address


@dataclass(frozen=True)
class View(Shown, Generic[F]):
    """One of the views, declared as `VIEW` in a module of `latent_atlas.ui.diagnose.views`.

    It shows a `chapter` of the diagnosis, whose section names it. `counts` are how many images can
    be asked for, rising, and `usual` is one of them. `asked` is the headline as long
    as nothing was found. `about` says what is measured before anything is, and `draw` shows it.
    `work` is the section's own unless the page asks for less. `lane` is "quick" of what
    takes seconds, which is not to stand behind what takes minutes. `lively` draws what is
    there to play with before and after, with what was found or None, and returns what the address
    is to hold of it; `further` draws what to do next.
    """

    chapter: Chapter[F]
    counts: tuple[int, ...]
    usual: int
    asked: str
    about: str
    draw: Callable[[F], None]
    work: Callable[[Subject, Watch], F] | None = None
    lane: Lane = "slow"
    lively: Callable[[LookedAt, F | None], Mapping[str, str | None]] = lambda looked_at, found: {}
    further: Callable[[LookedAt], None] = lambda looked_at: None

    @property
    def section(self) -> Section:
        """What is measured."""
        return self.chapter.section

    def measure(self, subject: Subject, count: int, watch: Watch) -> F:
        """Do the work on so many images. Raises AtlasError and Cancelled."""
        refuse_overflow(subject.model, subject.splits[0].images)
        few = self.section.cut(subject, count)
        return cast("F", (self.work or self.section.measure)(few, watch))

    def there(self, looked_at: LookedAt) -> int:
        """How many images there are for it."""
        return self.section.there(looked_at.subject())

    @property
    def order(self) -> int:
        """Its place among the others."""
        return self.section.order

    def usual_of(self, images: int) -> int:
        """How many of so many images are usually looked at."""
        return min(self.usual, images)

    def offered(self, images: int) -> list[int]:
        """How many of so many images can be asked for, rising."""
        few = [count for count in self.counts if count < images]
        return list(dict.fromkeys([*few, min(images, self.counts[-1])]))

    @property
    def name(self) -> str:
        """What the address calls it."""
        return self.section.name

    @property
    def label(self) -> str:
        """What the picker calls it."""
        return self.section.label

    @property
    def needs(self) -> tuple[type, ...]:
        """The abilities without which a model has nothing to show in it."""
        return self.section.needs


AnyView: TypeAlias = View | HandView
VIEWS = cast("Mapping[str, AnyView]", DeclaredObjects("latent_atlas.ui.diagnose.views", Shown))


def measuring_views() -> dict[str, View]:
    """The views that measure, by name."""
    return {name: each for name, each in VIEWS.items() if isinstance(each, View)}


def views_of(model: Model) -> dict[str, AnyView]:
    """The views that have something to show of models of this kind."""
    kind = type(model)
    return {n: each for n, each in VIEWS.items() if inability(kind, *each.needs) is None}


def view_picker(views: Mapping[str, AnyView]) -> AnyView:
    """Draw the control that picks one of some views, and return the one that the address names."""
    titles = {name: each.label for name, each in views.items()}
    return views[segments(VIEW, "View", titles, key="diagnose-view")]


def kept_view(view: AnyView, views: Mapping[str, AnyView]) -> str | None:
    """What the address is to hold of it: nothing of the first one."""
    return None if view.name == next(iter(views)) else view.name


def left_out(model: Model) -> str:
    """Which weaknesses are not to be looked for in such a model, a sentence; empty for none."""
    shown = views_of(model)
    absent = [each for name, each in VIEWS.items() if name not in shown]
    if not absent:
        return ""
    why = inability(type(model), *absent[0].needs)
    return f"Not here: {listed(each.label for each in absent)}, for {why}."
