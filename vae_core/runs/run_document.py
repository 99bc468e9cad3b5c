"""The content of ``config.json``: what a run was asked to do, and where it began."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vae_core.algorithms import ALGORITHMS, AEVBSettings, Settings
from vae_core.quantities import Count
from vae_core.runs.config import RunConfig
from vae_core.runs.environment import Environment


class Parent(BaseModel):
    """The run whose weights another one began with.

    Attributes:
        run: its id.
        title: what it was called.
        step, samples: how far it had come.
    """

    model_config = ConfigDict(frozen=True)

    run: Annotated[str, Field(max_length=200)]
    title: Annotated[str, Field(max_length=200)]
    step: Count
    samples: Count


class RunDocument(BaseModel):
    """``config.json``: what was asked for, which no change while it trains rewrites.

    Version 1 held the settings of all algorithms beside one another; version 2 knew no schedules,
    no early stopping and no parent, which are as usual in its runs.
    """

    model_config = ConfigDict(frozen=True)

    version: Literal[3] = 3
    config: RunConfig
    environment: Environment
    parent: Parent | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_older_versions(cls, document: object) -> object:
        if isinstance(document, dict) and document.get("version") == 1:
            config = document.get("config")
            if isinstance(config, dict):
                return document | {"version": 3, "config": _nested(config)}
        if isinstance(document, dict) and document.get("version") == 2:
            return document | {"version": 3}
        return document


def _nested(config: Mapping[str, Any]) -> dict[str, Any]:
    """From version 1, which stored the defaults of all: what the chosen algorithm has stays."""
    name = config.get("algorithm", AEVBSettings.name)
    kind = ALGORITHMS.get(str(name), Settings)
    known = {field for each in ALGORITHMS.values() for field in each.model_fields}
    own = {field: value for field, value in config.items() if field in kind.model_fields}
    rest = {field: value for field, value in config.items() if field not in known}
    return rest | {"algorithm": {"name": name, **own}}
