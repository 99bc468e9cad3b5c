"""What tables of runs have in their cells, wherever they stand."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from vae_core.data.own import is_own
from vae_core.data.own.store import about, locate
from vae_core.errors import AtlasError
from vae_core.evaluation import Treatment
from vae_core.quantities import Quantity
from vae_core.runs import RunConfig

Data = tuple[str, str | None]  # a data set, and the folder that it was found in


class Told(float):
    """A number that a table sorts by, and the words shown for it.

    The format of a column could write neither a ± nor the digits that it supports.
    """

    told: str

    def __new__(cls, number: float, told: str) -> "Told":
        """A number and its words."""
        made = super().__new__(cls, number)
        made.told = told
        return made


_TREATED: Mapping[Treatment, str] = {
    "grey": "of grey levels",
    "static": "of black and white",
    "dynamic": "of black and white, drawn anew",
}


def sort_of_nats(config: RunConfig) -> str:
    """What a run's nats are of, in a few words: those of two sorts do not compare."""
    density = config.algorithm.trains.density(config.settings())
    return _TREATED[config.treatment] if density is None else f"{density} density"


@lru_cache(maxsize=4096)
def measure_of(config: RunConfig) -> tuple[Quantity, str]:
    """What a run is measured by first, and what its nats are of: what shares a column."""
    return config.algorithm.reports[0], sort_of_nats(config)


class DataTitles:
    """What the data of some runs are called."""

    def __init__(self, configs: Iterable[RunConfig]) -> None:
        # Looked up once, however many runs are on them.
        self._titles = {
            data: data_title(config)
            for data, config in {_data(each): each for each in configs}.items()
        }

    def of(self, config: RunConfig) -> str:
        """The data of one of them, and whether they were binarised."""
        binarised = "" if config.treatment == "grey" else ", binarised"
        return self._titles[_data(config)] + binarised


def data_title(config: RunConfig) -> str:
    """What the data are called; of people's own, which have a number for a name, their title."""
    name, folder = _data(config)
    if is_own(name):
        with suppress(AtlasError, OSError):  # they were removed since: the number is left
            return about(locate(name, Path(folder) if folder else None)).title
    return name


def _data(config: RunConfig) -> Data:
    return config.dataset, config.data_dir
