"""Reading runs for one drawing of the page: what each is, how it fares, which of them compare."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from latent_atlas.ui import address
from latent_atlas.ui.train.history import shared_history
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.yardsticks import described, image_shapes, yardstick
from vae_core.errors import AtlasError
from vae_core.runs import Run, RunStatus, all_runs

ADDRESS = "run"
EPOCH = "epoch"  # which of the kept ones of that run is shown
_LONGEST_LABEL = 36  # characters: two of them stand beside each other above a chart
Signature = tuple[tuple[str, str], ...]  # runs by their ids, each with its state


@dataclass(frozen=True)
class Seen:
    """A run and its status, read together."""

    run: Run
    status: RunStatus

    @property
    def active(self) -> bool:
        """Whether the run is training or about to."""
        return self.status.active


@dataclass(frozen=True)
class Runs:
    """What a look at the folder of runs finds, newest first.

    `damaged` are folders that cannot be read, each with a sentence.
    """

    seen: list[Seen]
    damaged: list[tuple[Path, str]]


def read_runs(runs_dir: Path) -> Runs:
    """All runs with their states; one that vanishes meanwhile is left out."""
    seen = []
    sound, damaged = all_runs(runs_dir)
    for run in sound:
        with suppress(AtlasError):
            seen.append(Seen(run, run.status()))
    return Runs(seen, damaged)


def signature(seen: Sequence[Seen]) -> Signature:
    """Which runs there are, in which states: when it changes the page is drawn anew."""
    return tuple((s.run.id, s.status.state) for s in seen)


def chosen(seen: Sequence[Seen]) -> list[Seen]:
    """The runs that the address names, in order; else the one that trains, or the newest.

    The address is the only memory: a refresh or a second tab shows the same.
    """
    by_id = {s.run.id: s for s in seen}
    named = [by_id[i] for i in dict.fromkeys(address.named(ADDRESS)) if i in by_id]
    if named or not seen:
        return named
    training = [s for s in seen if s.status.state == "running"]
    return [(training or list(seen))[0]]


def missing(seen: Sequence[Seen]) -> list[str]:
    """What the address names and no run is."""
    known = {s.run.id for s in seen}
    return [id_ for id_ in dict.fromkeys(address.named(ADDRESS)) if id_ and id_ not in known]


def choose(ids: Sequence[str]) -> None:
    """Write the runs to show into the address, each as it is now."""
    address.choose(ADDRESS, *ids)
    address.choose(EPOCH)


def comparable(shown: Sequence[Seen]) -> tuple[list[Seen], str]:
    """The runs that may share a chart with the first one, and a sentence on the others.

    Their first quantities have to be on one scale. Of grey and of binarised images, of
    probabilities and of densities, or of images of another size, they measure different things.
    """
    if not shown:
        return [], ""
    first, shapes = shown[0], image_shapes()
    sticks = [yardstick(s.run.config, shapes=shapes) for s in shown]
    same = [s for s, stick in zip(shown, sticks, strict=True) if stick == sticks[0]]
    others = [s for s in shown if s not in same]
    if not others:
        return same, ""
    names = ", ".join(f"“{s.run.title}”" for s in others)
    here, there = (s.run.config.algorithm.reports[0] for s in (first, others[0]))
    if here.comparable_with != there.comparable_with:
        why = f"{there.label} against {here.label}, and the two do not compare."
    else:
        why = (
            f"{described(others[0].run.config, shapes)} against "
            f"{described(first.run.config, shapes)}, and their nats do not compare."
        )
    return same, f"{names} cannot share a chart with “{first.run.title}”: {why}"


def starting(watched: Seen, seen: Sequence[Seen]) -> bool:
    """Whether the first point is about to come: the run is active and waits for no other."""
    others = (s for s in seen if s.run.id != watched.run.id)
    return watched.active and not any(s.status.state == "running" for s in others)


def labels(runs: Sequence[Run]) -> dict[str, str]:
    """A name for each run that no other one among them bears, as short as a legend wants it.

    What tells them apart stands at the beginning or, as a sweep names its trials, at the end.
    """
    names = _told_apart({run.id: run.title for run in runs})
    return _told_apart({run: _without_middle(name) for run, name in names.items()})


def _told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """The names by the ids of their runs; where several share one, the id stands behind it."""
    many = Counter(names.values())
    return {run: name if many[name] == 1 else f"{name} · {run}" for run, name in names.items()}


def _without_middle(name: str) -> str:
    end = _LONGEST_LABEL // 2
    return name if len(name) <= _LONGEST_LABEL else f"{name[: end - 1]}…{name[-end:]}"


def read_story(seen: Seen) -> Story:
    """What there is to tell of a run."""
    reports = seen.run.config.algorithm.reports
    log = shared_history(str(seen.run.metrics_path), reports).content()
    return Story(seen.run, seen.status, log)


def read_again(seen: Seen) -> Story:
    """What there is to tell of a run by now. Raises AtlasError where it is not here any more."""
    return read_story(Seen(seen.run, seen.run.status()))
