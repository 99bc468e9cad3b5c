"""Which images of a split are selected: what was brushed, as the address has it.

A brush is written `A:120,340` (what an image costs under model A, in nats), `A-B:0,` (how much more
it costs under A than under B), `AxB:90,120,80,110` (both costs), or `z:-1,1,-1,1` (where the first
model encodes it); an end that is left out is open. `c:3` are the images of a class. Several are
joined by `~`, and select what all of them do. `split/selecting.js` reads and writes the same.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.reconstruct.comparison import Column, Comparison, letter
from latent_atlas.ui.reconstruct.measure import Measurement, Subject, measured
from latent_atlas.ui.reconstruct.parameters import Parameter, choose
from latent_atlas.ui.reconstruct.state import RIVALS
from latent_atlas.ui.reconstruct.view import show
from vae_core.numerals import decimal

PICKED = "picked"  # what the address calls it
_LETTERS = "".join(map(letter, range(RIVALS + 1)))
_NUMBER = r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?(?:e-?[0-9]{1,2})?)?"
_PAIR = re.compile(
    rf"([A-L])(?:([-x])([A-L]))?:{_NUMBER},{_NUMBER}(?:,{_NUMBER},{_NUMBER})?", re.ASCII
)
_MAP = re.compile(rf"z:{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}", re.ASCII)
_CLASS = re.compile(r"c:([0-9]{1,4})", re.ASCII)
_MOST, _LONGEST = 4, 300

Kind = Literal["cost", "difference", "costs", "place", "class"]


@dataclass(frozen=True)
class Brush:
    """One brush: `first` and `second` are columns, from 0; `ends` are low, high (of x, then y).

    That of a class reads no column, and both its ends are the number of the class.
    """

    kind: Kind
    first: int
    second: int
    ends: tuple[float, ...]

    @property
    def columns(self) -> set[int]:
        """The columns whose numbers it reads."""
        return set() if self.kind == "class" else {self.first, self.second}

    @property
    def by_cost(self) -> bool:
        """Whether it selects by what images cost, so that their costs are no fair sample."""
        return self.kind not in ("place", "class")


def brushes_of(text: str, columns: int) -> list[Brush]:
    """The brushes that a text from outside writes; what is not understood is not there."""
    parts = text[:_LONGEST].split("~")[:_MOST]
    return [found for part in parts if (found := _brush(part, columns)) is not None]


def picked(comparison: Comparison) -> list[Brush]:
    """The brushes in the address that can be read of these models."""
    text = SELECTION.asked(comparison) or ""
    return brushes_of(text, len(comparison.columns))


def selected_indices(comparison: Comparison) -> Tensor | None:
    """The images that are selected, int64 indices into the split that rise; None where none are.

    Measures the models that the selection asks about, and waits for it. Raises AtlasError where
    they cannot be measured.
    """
    brushes = picked(comparison)
    if not brushes:
        return None
    wanted = set[int]().union(*(brush.columns for brush in brushes))
    numbers = {place: measurement_of(comparison, place) for place in wanted}
    return chosen(brushes, numbers, comparison.split.labels).nonzero()[:, 0]


def measurement_of(comparison: Comparison, place: int) -> Measurement:
    """The numbers of the column in this place; waits for them. Raises AtlasError."""
    subject = subject_of(comparison, comparison.columns[place])
    return measured(
        subject.digest,
        subject.dataset,
        subject.split,
        subject.treatment,
        subject.vae,
        subject.images,
    )


def subject_of(comparison: Comparison, column: Column) -> Subject:
    """One of the models on the images of the comparison."""
    return Subject(
        column.entry.digest,
        comparison.data.name,
        comparison.split.name,
        comparison.treatment,
        column.vae,
        comparison.split.images,
    )


def chosen(
    brushes: list[Brush], numbers: dict[int, Measurement], labels: Tensor | None = None
) -> Tensor:
    """Which images all of `brushes` select, bool [N], by the numbers of the columns they read.

    `labels` are the classes of all images, where they have any: without, none is of a class.
    """
    lengths = [*map(len, numbers.values()), *([] if labels is None else [len(labels)])]
    among = torch.ones(min(lengths, default=0), dtype=torch.bool)
    for brush in brushes:
        if brush.kind == "class":
            of_class = among & False if labels is None else labels[: len(among)] == brush.ends[0]
            among &= of_class
            continue
        one, other = numbers[brush.first], numbers[brush.second]
        count = len(among)
        cost, second = -one.bounds.elbo[:count], -other.bounds.elbo[:count]
        if brush.kind == "place":
            values = [one.places[:count, 0], one.places[:count, 1]]
        elif brush.kind == "costs":
            values = [cost, second]
        else:
            values = [cost if brush.kind == "cost" else cost - second]
        for axis, each in enumerate(values):
            low, high = brush.ends[2 * axis : 2 * axis + 2]
            # Held against each other as the browser does: numbers of 32 bits against ends of 64.
            among &= (each.double() >= low) & (each.double() <= high)
    return among


def text_of(brushes: Sequence[Brush]) -> str:
    """As an address writes them: what `brushes_of` reads."""
    return "~".join(map(_brush_text, brushes))


def written_names(class_names: Sequence[str]) -> list[str]:
    """For Markdown, as `in_words` needs them."""
    return [escaped(each) for each in class_names]


def in_words(brushes: Sequence[Brush], class_names: Sequence[str]) -> str:
    """What the brushes select, such as: 120 to 340 nats under A. Names of classes are as given."""
    return " and ".join(_said(each, class_names) for each in brushes)


def say_selection(comparison: Comparison) -> None:
    """Say what is selected, and offer to show all again; nothing where nothing is."""
    brushes = picked(comparison)
    if not brushes:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        told = in_words(brushes, written_names(comparison.class_names))
        st.markdown(f"Selected from the whole split: {told}.", width="content")
        st.button("Show all", key="picked-none", on_click=select, args=("",))


def select(text: str) -> None:
    """Callback: another selection, or for an empty text none."""
    choose(PICKED, *([text[:_LONGEST]] if text else []))


def see_on_the_wall() -> None:
    """Callback: show the selected images one by one."""
    show("images")


def _written(text: str, comparison: Comparison) -> str | None:
    """Of a text from outside the brushes that can be read of these models."""
    columns, sound = comparison.columns, []
    for part in text[:_LONGEST].split("~")[:_MOST]:
        for each in brushes_of(part, len(columns)):
            one, other = columns[each.first], columns[each.second]
            if all(map(math.isinf, each.ends)):  # selects all there is
                continue
            if each.kind == "class":
                readable = each.ends[0] < len(comparison.class_names)
            else:
                readable = each.kind in ("cost", "place") or one.compares_with(other)
            if readable:
                sound.append(part)
    return "~".join(sound) or None


SELECTION = Parameter(
    PICKED,
    _written,
    "What the link selects of the whole split cannot be read of these models, or not all of it: "
    "more images are shown than it meant.",
)


def _brush(text: str, columns: int) -> Brush | None:
    if (found := _MAP.fullmatch(text)) is not None:
        return Brush("place", 0, 0, _ends(found.groups()))
    if (found := _CLASS.fullmatch(text)) is not None:
        return Brush("class", 0, 0, (float(found[1]), float(found[1])))
    found = _PAIR.fullmatch(text)
    if found is None:
        return None
    one, sign, other, *numbers = found.groups()
    first, second = _LETTERS.index(one), _LETTERS.index(other or one)
    if text.count(",") != (3 if sign == "x" else 1) or max(first, second) >= columns:
        return None
    kinds: dict[str | None, Kind] = {None: "cost", "-": "difference", "x": "costs"}
    return Brush(kinds[sign], first, second, _ends(numbers if sign == "x" else numbers[:2]))


def _brush_text(brush: Brush) -> str:
    if brush.kind == "class":
        return f"c:{round(brush.ends[0])}"
    one, other = letter(brush.first), letter(brush.second)
    names = {"cost": one, "difference": f"{one}-{other}", "costs": f"{one}x{other}", "place": "z"}
    ends = (
        f"{end:z.9f}".rstrip("0").rstrip(".") if math.isfinite(end) else "" for end in brush.ends
    )
    return f"{names[brush.kind]}:{','.join(ends)}"


def _ends(texts: tuple[str | None, ...] | list[str | None]) -> tuple[float, ...]:
    opened = (-math.inf, math.inf)
    return tuple(float(text) if text else opened[n % 2] for n, text in enumerate(texts))


def _said(brush: Brush, class_names: Sequence[str]) -> str:
    if brush.kind == "class":
        number = round(brush.ends[0])
        return f"of class {class_names[number] if number < len(class_names) else number}"
    one, other = letter(brush.first), letter(brush.second)
    x = _interval(*brush.ends[:2])
    if brush.kind == "cost":
        return f"{x} nats under {one}"
    if brush.kind == "difference":
        return f"{x} nats more under {one} than under {other}"
    y = _interval(*brush.ends[2:])
    if brush.kind == "costs":
        return f"{x} nats under {one} with {y} under {other}"
    return f"encoded by {one} from {x} across and {y} up"


def _interval(low: float, high: float) -> str:
    if math.isinf(low):
        return f"up to {_short(high)}" if math.isfinite(high) else "any"
    return f"{_short(low)} or more" if math.isinf(high) else f"{_short(low)} to {_short(high)}"


def _short(value: float) -> str:
    size = abs(value)
    return decimal(value, 0 if size >= 100 else 1 if size >= 10 else 2)
