"""The guided discovery of Explore: steps above the plane that notice when they are done.

What the steps say, and what ends them, is a small TOML file: the one beside this module, or one of
a teacher's own, which ``LATENT_ATLAS_TOUR`` names. It is read anew whenever it has changed.
The steps are walked in the browser (`latent_plane/js/features/discovery/`).
"""

import hashlib
import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import streamlit as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from latent_atlas.ui.likeness import likeness
from vae_core.errors import AtlasError
from vae_core.quantities import DISTORTION, ELBO, NAT, RATE
from vae_core.sentences import plain

TOUR = "LATENT_ATLAS_TOUR"
QUERY_KEY = "tour"  # of an address that starts it
MOST_BYTES = 16 << 10
MOST_STEPS = 12
LONGEST_STEP = 160
# What a step may wait for, as in `noticing.js`; "next" waits for the button alone.
Until = Literal["move", "border", "hole", "pin", "path", "epoch", "draw", "train", "next"]
SHIPPED = Path(__file__).with_name("tour.toml")
_STARTED = "tour-started"
_PARTS = (DISTORTION, RATE)  # a step names them by `{distortion}` and `{rate}`
# What words of a step mean.
TERMS = {
    **{each.noun: f"{each.meaning}, in nats; its term of art is {each.name}" for each in _PARTS},
    ELBO.noun: ELBO.meaning,
    "nats": NAT,
}


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line or line != plain(line, LONGEST_STEP):
        raise ValueError(f"it has to be one line of 1 to {LONGEST_STEP} printable characters")
    return line


Line = Annotated[str, AfterValidator(_one_line)]


class Step(BaseModel):
    """One step: what it says, what ends it, and, at a border, the names of two classes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    say: Line
    until: Until
    classes: list[Line] = Field(default=[], max_length=2)

    @model_validator(mode="after")
    def _two_classes_of_a_border(self) -> Self:
        if len(self.classes) not in ((0, 2) if self.until == "border" else (0,)):
            raise ValueError('only a step until = "border" has classes, and it has two')
        return self


class Tour(BaseModel):
    """All steps, in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    step: list[Step] = Field(min_length=1, max_length=MOST_STEPS)


def read_tour(path: Path) -> Tour:
    """The tour in a file. Raises AtlasError, in a sentence, where it is none."""
    name = plain(path.name)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise AtlasError(f"The tour “{name}” is no file.")  # reading a pipe may never end
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        why = plain(str(error.strerror))
        raise AtlasError(f"The tour “{name}” cannot be read: {why}.") from error
    if len(content) > MOST_BYTES:
        raise AtlasError(f"The tour “{name}” is longer than {MOST_BYTES >> 10} KiB.")
    try:
        told = tomllib.loads(content.decode("utf-8-sig"))  # some editors begin with a mark
    except UnicodeDecodeError as error:
        raise AtlasError(f"The tour “{name}” is no UTF-8 text.") from error
    except (ValueError, RecursionError) as error:  # also of what is too long, or too deep
        raise AtlasError(f"The tour “{name}” is no TOML: {plain(str(error))}.") from error
    try:
        return Tour.model_validate(told)
    except ValidationError as error:
        raise AtlasError(f"The tour “{name}” has a mistake {_mistake(error)}.") from error


def tour_data(
    trained_on: str | None, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What the plane of a model that was trained on this dataset is told of the tour.

    With a `problem` instead of a teacher's steps where their file is wrong: the shipped ones stand
    in. `start` is another word each time that an address has asked for it.
    """
    _note_start()
    named = (os.environ if environment is None else environment).get(TOUR, "").strip()
    tour, problem = _read(SHIPPED), None
    if named:
        try:
            tour = _read(Path(named))
        except AtlasError as error:
            problem = str(error)
    steps = [step.model_dump() | {"say": _worded(step.say)} for step in tour.step]
    return {
        "id": hashlib.sha256(repr(steps).encode()).hexdigest()[:12],
        "steps": steps,
        "thing": _thing(trained_on),
        "terms": {word: means[0].upper() + means[1:] for word, means in TERMS.items()},
        "start": st.session_state.get(_STARTED),
        "problem": problem,
    }


def _note_start() -> None:
    """Take note of an address that asks for the tour."""
    if st.query_params.get(QUERY_KEY) == "1" and _STARTED not in st.session_state:
        st.session_state[_STARTED] = os.urandom(6).hex()


def _read(path: Path) -> Tour:
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        stamp = 0  # reading it says why
    return _read_at(path, stamp)


@lru_cache(maxsize=4)
def _read_at(path: Path, stamp: int) -> Tour:
    return read_tour(path)


def _worded(say: str) -> str:
    for each in _PARTS:
        say = say.replace(f"{{{each.name}}}", each.noun)
    return say


def _mistake(error: ValidationError) -> str:
    """Where the first mistake is, and which: “in step 2, until: …”."""
    first = error.errors(include_url=False, include_input=False)[0]
    names = [plain(str(part), 40) for part in first["loc"]]
    if len(names) > 1 and names[0] == "step" and names[1].isdigit():
        names[:2] = [f"step {int(names[1]) + 1}"]
    where = f"in {', '.join(names)}: " if names else ""
    return f"{where}{plain(first['msg'].removeprefix('Value error, '), 160)}"


def _thing(trained_on: str | None) -> str:
    """What one of the images is called."""
    digits = likeness(trained_on) == "mnist" or trained_on == "digits"
    return "digit" if digits else "picture"
