"""What an experiment gives: a figure's data, its claims, and where both come from, as one JSON.

Everything that is drawn (PNG, interactive HTML, the app's Paper page) is drawn from this document;
nothing is computed while drawing. It is read back from files, so it is validated there.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, computed_field, model_validator

from latent_atlas.reproduce.verdict import Evidence, Frozen, Number, Rule, Verdict
from vae_core.errors import AtlasError
from vae_core.sentences import counted, plain, why

Scale = Literal["linear", "log"]


class Curve(Frozen):
    """One quantity against x, for each seed.

    Attributes:
        label: as the legend says it, such as “AEVB (train)”.
        method: what decides its colour, such as ``aevb``.
        split: ``train`` is drawn dashed, ``test`` solid.
        x: [P], ascending.
        y: one list [P] a seed, in the order of ``Provenance.seeds``.
    """

    label: str
    method: str
    split: Literal["train", "test"]
    x: Annotated[tuple[Number, ...], Field(min_length=1)]
    y: Annotated[tuple[tuple[Number, ...], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rows_as_long_as_x(self) -> "Curve":
        if any(len(row) != len(self.x) for row in self.y):
            raise ValueError(f"the curve “{self.label}” has rows that are not as long as its x")
        return self


class CurvesPanel(Frozen):
    """Curves on shared axes; the ranges are those of the paper's own figure, where it has one."""

    kind: Literal["curves"] = "curves"
    key: str
    title: str
    x_label: str
    y_label: str
    x_scale: Scale
    x_range: tuple[Number, Number] | None = None
    y_range: tuple[Number, Number] | None = None
    curves: tuple[Curve, ...]

    @model_validator(mode="after")
    def _ranges_that_can_be_drawn(self) -> "CurvesPanel":
        for low, high in filter(None, (self.x_range, self.y_range)):
            if low >= high:
                raise ValueError(f"the range {low:g} to {high:g} does not ascend")
        if self.x_scale == "log" and any(x <= 0 for curve in self.curves for x in curve.x):
            raise ValueError("a logarithmic axis has positive values only")
        return self


class Bar(Frozen):
    """One quantity of one method: a value for each seed."""

    label: str
    method: str
    values: tuple[Number, ...]


class Reference(Frozen):
    """A published value, which no seed of ours has anything to do with."""

    label: str
    value: Number


class BarsPanel(Frozen):
    """Quantities side by side, drawn as a dot for each seed and a line at their mean.

    The `references` are dashed lines across.
    """

    kind: Literal["bars"] = "bars"
    key: str
    title: str
    y_label: str
    y_scale: Scale = "linear"
    bars: tuple[Bar, ...]
    references: tuple[Reference, ...] = ()

    @property
    def values(self) -> list[float]:
        """All that its axis has to reach."""
        return [*(v for bar in self.bars for v in bar.values), *(r.value for r in self.references)]


class ImagesPanel(Frozen):
    """A grid of images.

    Attributes:
        pixels: uint8 [rows, columns, C, H, W], compressed by zlib, as base64.
    """

    kind: Literal["images"] = "images"
    key: str
    title: str
    rows: int
    columns: int
    channels: int
    height: int
    width: int
    pixels: str


class TableRow(Frozen):
    """A row: what it is of, and a text for each column."""

    label: str
    cells: tuple[str, ...]


class TablePanel(Frozen):
    """Many numbers of a few things; `columns` are the headings of the texts of each row."""

    kind: Literal["table"] = "table"
    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]

    @model_validator(mode="after")
    def _rows_as_long_as_the_head(self) -> "TablePanel":
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError(f"the table “{self.title}” has rows that are not as long as its head")
        return self


Panel = Annotated[CurvesPanel | BarsPanel | ImagesPanel | TablePanel, Field(discriminator="kind")]


class Claim(Frozen):
    """A claim held against what was measured.

    Attributes:
        key: short and stable, such as ``figure2-faster``.
        sentence: the claim.
        paper: the paper's value or statement, or that of another ``source``.
        source: whose statement that is.
        ours: what was measured, in a sentence with its numbers and the spread over seeds.
        rule: what the verdict follows from.
        evidence: further numbers, which the rule does not ask.
    """

    key: str
    sentence: str
    paper: str
    ours: str
    rule: Rule
    evidence: tuple[Evidence, ...] = ()
    source: str = "The paper"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def verdict(self) -> Verdict:
        """Whether the numbers bear it out, by the rule."""
        return self.rule.verdict

    @property
    def numbers(self) -> tuple[Evidence, ...]:
        """Those that the rule asks, and the further ones."""
        return (*self.rule.comparisons, *self.evidence)

    @model_validator(mode="before")
    @classmethod
    def _verdict_of_its_rule(cls, stored: object) -> object:
        """A stored verdict is worked out again, and has to be what the numbers say."""
        if not isinstance(stored, dict) or "verdict" not in stored:
            return stored
        told = {key: value for key, value in stored.items() if key != "verdict"}
        if "rule" in told and Rule.model_validate(told["rule"]).verdict != stored["verdict"]:
            raise ValueError(f"the verdict of “{stored.get('key')}” does not follow from its rule")
        return told


class Provenance(Frozen):
    """Where the numbers come from.

    Attributes:
        command: the command line that gives them again.
        date: of the last cell, UTC, ISO 8601.
        samples: training samples evaluated by each method; the fewest, where they differ.
        most_samples: the most, where they differ.
        seeds: one entry for each value wherever there are several.
        quick: whether this is the reduced version.
        left_out: what was not computed, a sentence each.
        environment: versions and machine, by name.
    """

    command: str
    date: str
    samples: int
    most_samples: int | None = None
    seeds: tuple[int, ...]
    quick: bool
    left_out: tuple[str, ...]
    environment: dict[str, str]

    @property
    def samples_told(self) -> str:
        """What each method evaluated: “1,000,000 samples”, or “100,000 to 15,000,000 samples”."""
        fewest, most = self.samples, self.most_samples or self.samples
        return (
            f"{fewest:,} to {counted(most, 'sample')}" if fewest < most else counted(most, "sample")
        )


class FigureData(Frozen):
    """The result of one experiment.

    Attributes:
        name: the word after ``reproduce``.
        title: what to see in it.
        caption: what was done, and how it differs from the paper's set-up.
        columns: how many panels stand side by side.
    """

    version: Literal[2] = 2
    name: str
    title: str
    caption: str
    columns: Annotated[int, Field(ge=1, le=6)] = 3
    panels: tuple[Panel, ...]
    claims: tuple[Claim, ...]
    provenance: Provenance

    def json_text(self) -> str:
        """The document as it is stored."""
        return self.model_dump_json(indent=1)


def read_figure(path: Path) -> FigureData:
    """Read a stored result.

    Raises:
        AtlasError: it is missing, or not such a document.
    """
    try:
        return FigureData.model_validate_json(path.read_bytes())
    except OSError as error:
        raise AtlasError(f"{path} cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise AtlasError(
            f"{path.name} is not a result of `latent-atlas reproduce` ({plain(where)}: "
            f"{why(error.errors()[0]['msg'].lower())}). Compute it again."
        ) from error
