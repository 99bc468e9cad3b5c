"""The settings of a run as a table, and what differs between those of several runs."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vae_core.algorithms import AEVBSettings
from vae_core.options import Option
from vae_core.runs.config import EPOCHS, RunConfig
from vae_core.runs.flat import run_options

# Where a run lies, what it is called and how fast it goes: of no consequence to what it learns.
_ASIDE = ("data_dir", "name", "threads")


@dataclass(frozen=True)
class Setting:
    """One setting of a run: ``option`` says what it is called, may be, and is as usual."""

    option: Option
    value: object

    @property
    def differs(self) -> bool:
        """Whether it is not as usual."""
        return self.value != self.option.default

    @property
    def text(self) -> str:
        """The value as a command line has it; empty where nothing was given."""
        return _text(self.value)

    @property
    def usual(self) -> str:
        """The default likewise."""
        return _text(self.option.default)


@dataclass(frozen=True)
class Difference:
    """A setting that is not the same in all of several runs.

    ``texts`` has its value in each, in their order; None where a run has no such setting.
    """

    name: str
    label: str
    texts: tuple[str | None, ...]


def settings_of(config: RunConfig) -> list[Setting]:
    """Every setting of a run, those that are not as usual first, else in declared order.

    It has those that this algorithm, network and likelihood have, and no others; where the data
    are and what the run is called are no settings. Threads are among them: on them depend the last
    bits. How long it trains is told once, in epochs unless it was given in images.
    """
    values = _values(config)
    length = "samples" if values["epochs"] is None else "epochs"
    aside = {"dataset", "data_dir", "name", "epochs", "samples"} - {length}
    usual: dict[str, object] = {"algorithm": AEVBSettings.name, "epochs": EPOCHS}
    found = [
        Setting(replace(option, default=usual.get(name, option.default)), values[name])
        for name, option in run_options(values).items()
        if name in values and name not in aside
    ]
    return sorted(found, key=lambda setting: not setting.differs)


def difference(configs: Sequence[RunConfig]) -> list[Difference]:
    """Which settings vary among runs, and their values: only those, in declared order.

    The data count among the settings here; names, folders and threads do not. Twenty epochs that
    were asked for are the same as none, which means twenty.
    """
    rows = [_compared(config) for config in configs]
    labels = {name: label for row in rows for name, (label, _) in row.items()}
    found = []
    for name, label in labels.items():
        texts = tuple(row[name][1] if name in row else None for row in rows)
        if len(set(texts)) > 1:
            found.append(Difference(name, label, texts))
    return found


def all_but(config: RunConfig, *ignored: str) -> Hashable:
    """A key that configurations share which are equal in all but the ``ignored`` settings.

    Example:
        >>> groups: dict[Hashable, list[Run]] = {}
        >>> for run in runs:
        ...     groups.setdefault(all_but(run.config, "seed"), []).append(run)
    """
    compared = _compared(config)
    return tuple((name, text) for name, (_, text) in compared.items() if name not in ignored)


def _compared(config: RunConfig) -> dict[str, tuple[str, str]]:
    """Label and text of what a run learns by, by name, in declared order."""
    values = _values(config)
    return {
        name: (option.label, _text(values[name]))
        for name, option in run_options(values).items()
        if name in values and name not in _ASIDE
    }


def _values(config: RunConfig) -> dict[str, Any]:
    """All settings as they are in force, with the name of the algorithm."""
    values = {**config.settings(), "algorithm": config.algorithm.name}
    if values["epochs"] is None and values["samples"] is None:
        values["epochs"] = EPOCHS
    return values


def _text(value: object) -> str:
    if value is None:
        return ""
    return ",".join(map(str, value)) if isinstance(value, tuple | list) else f"{value}"
