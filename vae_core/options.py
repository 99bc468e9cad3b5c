"""What a setting is called and may be, read from where it is declared.

A command line and a form are made from this, so that neither keeps a list of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticUndefined, core_schema


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
        step: of a form's buttons for more and less.
        symbol: what stands for the value in ``--help``.
        flag: the option's word on the command line.
        placeholder: what a form shows where nothing is given.
        group: which part of a run it is of; None for what a form does not offer.
    """

    name: str
    label: str
    help: str
    kind: type
    default: object
    choices: Mapping[str, str]
    least: float | None
    most: float | None
    step: int
    symbol: str | None
    flag: str
    placeholder: str | None
    group: str | None


def options_of(model: type[BaseModel]) -> dict[str, Option]:
    """Every setting that a model declares, by name, in its order.

    Title, description and bounds are those of the field; ``step``, ``symbol``, ``flag``,
    ``placeholder`` and ``group`` stand in its ``json_schema_extra`` where they are not as usual.
    """
    return {name: _option(name, field) for name, field in model.model_fields.items()}


def _option(name: str, field: FieldInfo) -> Option:
    annotation, metadata = _plain(field.annotation, field.metadata)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    told: Mapping[str, Any] = extra
    choices = [found.by_name for found in metadata if isinstance(found, Choice)]
    default = field.get_default(call_default_factory=False)
    return Option(
        name=name,
        label=field.title or name.replace("_", " ").capitalize(),
        help=field.description or "",
        kind=annotation,
        default=None if default is PydanticUndefined else default,
        choices=choices[0] if choices else {},
        least=_bound(metadata, "ge", "gt"),
        most=_bound(metadata, "le", "lt"),
        step=told.get("step", 1),
        symbol=told.get("symbol"),
        flag=told.get("flag", f"--{name.replace('_', '-')}"),
        placeholder=told.get("placeholder"),
        group=told.get("group"),
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
