"""What a setting is called and may be, read from where it is declared.

A command line and a form are made from this, so that neither keeps a list of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticUndefined, core_schema

from vae_core.sentences import did_you_mean, listed, plain

_LONGEST = 60  # characters of a value that a sentence repeats


@dataclass(frozen=True, eq=False)
class Choice:
    """As an annotation of text: one of these names, each with the words that a form shows.

    Args:
        words: by name, in the order to offer them; or what returns them, where they may grow.
    """

    words: Mapping[str, str] | Callable[[], Mapping[str, str]]

    @property
    def by_name(self) -> Mapping[str, str]:
        """The words of each name, as of now."""
        return self.words() if callable(self.words) else self.words

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def _known(self, name: str) -> str:
        if name not in self.by_name:
            raise ValueError(f"choose one of: {', '.join(self.by_name)}")
        return name


@dataclass(frozen=True)
class Option:
    """A setting as it is offered.

    Attributes:
        name: of the field.
        label: what a form calls it.
        help: a sentence or two; may be empty.
        kind: ``int``, ``float``, ``str``, or ``tuple`` for several whole numbers.
        default: where nothing is given; None where something has to be, or nothing may be.
        choices: words by name; empty where any value of the kind will do.
        least, most: bounds of a number, where it has them.
        wanted: what may be given, as a part of a sentence.
        step: of a form's buttons for more and less.
        symbol: what stands for the value in ``--help``.
        flag: the option's word on the command line.
        placeholder: what a form shows where nothing is given.
        group: which part of a run it is of; None for what a form does not offer.
        needs: the setting that gives this one a use, and the value that it has to have, or None
            where any but 0 will do.
        changeable: whether it can be another while a run trains.
    """

    name: str
    label: str
    help: str
    kind: type
    default: object
    choices: Mapping[str, str]
    least: float | None
    most: float | None
    wanted: str
    step: int
    symbol: str | None
    flag: str
    placeholder: str | None
    group: str | None
    needs: tuple[str, str | None] | None
    changeable: bool


def options_of(model: type[BaseModel]) -> dict[str, Option]:
    """Every setting that a model declares, by name, in its order.

    Title, description and bounds are those of the field; ``step``, ``symbol``, ``flag``,
    ``placeholder``, ``group``, ``needs`` and ``changeable`` stand in its ``json_schema_extra``
    where they are not as usual.
    """
    return {name: _option(name, field) for name, field in model.model_fields.items()}


def _option(name: str, field: FieldInfo) -> Option:
    annotation, metadata = _plain(field.annotation, field.metadata)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    told: Mapping[str, Any] = extra
    choices = [found.by_name for found in metadata if isinstance(found, Choice)]
    needs = told.get("needs")
    default = field.get_default(call_default_factory=False)
    words = choices[0] if choices else {}
    return Option(
        name=name,
        label=field.title or name.replace("_", " ").capitalize(),
        help=field.description or "",
        kind=annotation,
        default=None if default is PydanticUndefined else default,
        choices=words,
        least=_bound(metadata, "ge", "gt"),
        most=_bound(metadata, "le", "lt"),
        wanted=_wanted(annotation, words, field, metadata),
        step=told.get("step", 1),
        symbol=told.get("symbol"),
        flag=told.get("flag", f"--{name.replace('_', '-')}"),
        placeholder=told.get("placeholder"),
        group=told.get("group"),
        needs=(needs[0], needs[1] if len(needs) > 1 else None) if needs else None,
        changeable=told.get("changeable", False),
    )


def _plain(annotation: object, metadata: Iterable[object]) -> tuple[type, list[object]]:
    """The bare type of a field, and what annotates it, without None as an alternative."""
    found = list(metadata)
    inner = [part for part in get_args(annotation) if part is not NoneType]
    if NoneType in get_args(annotation) and len(inner) == 1:
        annotation = inner[0]
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        for each in more:
            found += each.metadata if isinstance(each, FieldInfo) else [each]
    bare = get_origin(annotation) or annotation
    return (bare if isinstance(bare, type) else str), found


def _bound(metadata: Iterable[object], *names: str) -> float | None:
    values = (getattr(found, name, None) for found in metadata for name in names)
    return next((value for value in values if value is not None), None)


def read_number(option: Option, text: str) -> float | int:
    """The number that somebody typed, if it is one of this setting; else ValueError in a sentence.

    A comma may stand for the point. Bounds are left to whoever validates the setting.
    """
    try:
        return int(text) if option.kind is int else float(text.strip().replace(",", "."))
    except ValueError as error:
        raise ValueError(f"{refused(option, text.strip())}") from error


def refused(option: Option, value: object, verb: str = "be") -> str:
    """A sentence without its full stop: what a setting cannot be, and what it can."""
    return f"{option.label} cannot {verb} {_shown(value)}: {_asked(option)}"


def refusal(error: ValidationError, options: Mapping[str, Option]) -> str:
    """The first fault of a validation as a sentence of our own, without its full stop.

    Args:
        error: of a model whose settings are ``options``; of one within it, too.
        options: by name, as of ``options_of``.
    """
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, ValidationError):  # of settings that were read by a validator
        return refusal(cause, options)
    path = first["loc"]
    place = next((k for k in reversed(range(len(path))) if path[k] in options), None)
    if first["type"] == "extra_forbidden":
        name = str(path[-1])
        return f"There is no setting “{plain(name, _LONGEST)}”{did_you_mean(name, options)}"
    whole = cause is not None and isinstance(first["input"], Mapping)
    if place is None or whole:  # of several settings together: a validator of ours says it
        told = str(cause) if cause is not None else f"{'.'.join(map(str, path))} cannot be read"
        return f"These settings do not go together: {told}"
    option = options[str(path[place])]
    if first["type"] == "missing":
        return f"{option.label} is missing: {_asked(option)}"
    within = place + 1 < len(path) and option.kind is tuple
    return refused(option, first["input"], "hold" if within else "be")


def _asked(option: Option) -> str:
    return f"choose {option.wanted}" if option.choices else f"give {option.wanted}"


def _shown(value: object) -> str:
    if isinstance(value, tuple | list):
        value = ", ".join(map(str, value))
    if isinstance(value, str):
        return f"“{plain(value, _LONGEST)}”" if value else "empty"
    if isinstance(value, int | float):
        return plain(f"{value}".removesuffix(".0").replace("-", "−"), _LONGEST)
    return plain(f"{value!r}", _LONGEST)


def _wanted(
    kind: type, choices: Mapping[str, str], field: FieldInfo, metadata: list[object]
) -> str:
    if choices:
        return listed(choices, "or")
    if get_origin(field.annotation) is Literal:
        return listed(map(str, get_args(field.annotation)), "or")
    if kind is tuple:
        spans = [_span(int, _within(inner)) for inner in get_args(field.annotation)]
        if ... not in get_args(field.annotation):
            return f"whole numbers {listed(spans)}"
        fewest, most = _bound(metadata, "min_length"), _bound(metadata, "max_length")
        count = f"{fewest or 'up'} to {most}" if most else "several"
        return count + f" whole numbers {spans[0]}, with commas between them"
    if kind in (int, float):
        span = _span(kind, metadata)
        return f"a {'whole ' if kind is int else ''}number {span}".rstrip()
    if kind is not str:
        return "its settings"
    longest = _bound(metadata, "max_length")
    least = _bound(metadata, "min_length") or 0
    return f"{'a name' if least else 'text'} of at most {longest} characters" if longest else "text"


def _within(inner: object) -> list[object]:
    """What annotates the entries of a tuple."""
    found = getattr(inner, "__metadata__", ())
    return [each for part in found for each in getattr(part, "metadata", [part])]


def _span(kind: type, metadata: Iterable[object]) -> str:
    """Bounds in words: "from 1 to 512", or "above 0 and at most 100"."""
    metadata = list(metadata)
    above, least = _bound(metadata, "gt"), _bound(metadata, "ge")
    below, most = _bound(metadata, "lt"), _bound(metadata, "le")
    if kind is int:
        least = above + 1 if above is not None else least
        most = below - 1 if below is not None else most
        above = below = None
    if least is not None and most is not None:
        return f"from {least:,} to {most:,}"
    low = f"above {above:g}" if above is not None else "" if least is None else f"from {least:,} on"
    high = f"below {below:g}" if below is not None else "" if most is None else f"at most {most:,}"
    return listed([part for part in (low, high) if part]) if low or high else ""
