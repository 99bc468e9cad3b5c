"""Groups of runs: each by itself, those that are alike in all but the seed, or by any setting."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vae_core.runs import Difference, Run, all_but, difference

EACH, BUT_THE_SEED, BY = "each", "all-but-seed", "by-"
_SEED = "seed"


@dataclass(frozen=True)
class Group:
    """Runs that are drawn as one line; `name` says what tells them from the others."""

    name: str
    runs: tuple[Run, ...]


class Varying:
    """The settings that differ among runs, as they are in each: computed once for all uses."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.differences: list[Difference] = difference([run.config for run in runs])
        self._place = {run.id: k for k, run in enumerate(runs)}

    def texts(self, run: Run) -> dict[str, str | None]:
        """What each of the settings is in a run; None where it has no such setting."""
        return {each.name: each.texts[self._place[run.id]] for each in self.differences}


def ways(varying: Varying) -> dict[str, str]:
    """How runs can be grouped, each with what people read and the address has."""
    found = {EACH: "each run", BUT_THE_SEED: "all but the seed"}
    return found | {BY + each.name: f"by {_flag(each.name)}" for each in varying.differences}


def grouped(runs: Sequence[Run], way: str, varying: Varying) -> list[Group]:
    """The groups, in the order of what tells them apart."""
    if way == EACH:
        names = run_names(runs, varying)
        return _in_order(Group(names[run.id], (run,)) for run in runs)
    found: dict[Hashable, list[Run]] = {}
    if way == BUT_THE_SEED:
        for run in runs:
            found.setdefault(all_but(run.config, _SEED), []).append(run)
        named = names_of([varying.texts(g[0]) for g in found.values()], without=(_SEED,))
    else:
        setting = way.removeprefix(BY)
        for run in runs:
            found.setdefault(varying.texts(run)[setting], []).append(run)
        named = [_told(setting, varying.texts(group[0])[setting]) for group in found.values()]
    return _in_order(
        Group(name or group[0].title, tuple(group))
        for name, group in zip(named, found.values(), strict=True)
    )


def run_names(runs: Sequence[Run], varying: Varying) -> dict[str, str]:
    """A name for each run that no other one among them bears.

    It is what a person has called the run, if that is its alone, else what tells it from the
    others.
    """
    given = [run.annotations.title or run.config.name for run in runs]
    apart = names_of([varying.texts(run) for run in runs])
    names = []
    for run, own, differs in zip(runs, given, apart, strict=True):
        if own and given.count(own) == 1:
            names.append(own)
        else:
            names.append(" · ".join(filter(None, (own, differs))) or run.title)
    return {
        run.id: name if names.count(name) == 1 else f"{name} · {run.id}"
        for run, name in zip(runs, names, strict=True)
    }


def names_of(texts: Sequence[Mapping[str, str | None]], without: Collection[str] = ()) -> list[str]:
    """Of several runs what tells each from the others, such as “latent-dim 2 · beta 4”.

    What only some have is left out where they learn in different ways: of that they are named.
    """
    names = [n for n in dict.fromkeys(n for each in texts for n in each) if n not in without]
    names.sort(key=lambda name: name == _SEED)  # what matters least comes last
    vary = [name for name in names if len({each.get(name) for each in texts}) > 1]
    whole = [name for name in vary if all(each.get(name) is not None for each in texts)]
    return [" · ".join(_told(name, each.get(name)) for name in whole or vary) for each in texts]


def short(text: str | None) -> str:
    """The value of a setting as people write it: 4, not 4.0; a dash where there is none."""
    if not text:
        return "–"
    try:
        return f"{float(text):g}".replace("e-0", "e-")
    except ValueError:
        return text


def _told(name: str, text: str | None) -> str:
    return f"no {_flag(name)}" if text is None or text == "" else f"{_flag(name)} {short(text)}"


def _flag(name: str) -> str:
    """A setting as the command line and the tables of sweeps call it."""
    return name.replace("_", "-")


def _in_order(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: _order(group.name))


def _order(name: str) -> tuple[tuple[int, float, str], ...]:
    """Numbers in names by their size; a raised 2 is a digit to Python, and no number."""
    return tuple(
        (0, float(word), "") if word.replace(".", "", 1).isdecimal() else (1, 0.0, word)
        for word in name.split()
    )
