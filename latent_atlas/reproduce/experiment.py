"""The one shape of an experiment: which cells it has, and what they say together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from latent_atlas.reproduce.cells import Answer, Cell, Point, TrainingCell, points_of
from latent_atlas.reproduce.figure import Claim, FigureData, Panel, Provenance
from latent_atlas.reproduce.verdict import Evidence
from vae_core.data import available_datasets

Answers = Mapping[str, Answer]
_K = TypeVar("_K")

# Nats per image: no smaller lead is called one. One draw of z for each of 10,000 images leaves a
# Monte Carlo error of 0.03 to 0.07 in a mean bound.
RESOLUTION = 0.1
RESOLUTION_WORDS = f"{RESOLUTION} nats per image, about the error of a mean bound"

FREY_ABSENT = (
    "The Frey Face panels: the images are not in {where}. Run `latent-atlas data fetch "
    "frey-face`, or put the file there by hand; then reproduce with --resume."
)


@dataclass(frozen=True)
class Options:
    """What the user asked for.

    Attributes:
        samples: training samples evaluated; None for each experiment's own number.
        seeds: of each training.
        quick: the reduced version.
        panels: only these, where an experiment has several to choose from; empty for all.
        data_dir: where the data are.
    """

    samples: int | None = None
    seeds: tuple[int, ...] = (0, 1, 2)
    quick: bool = False
    panels: tuple[str, ...] = ()
    data_dir: Path | None = None

    def length(self, usual: int, quick: int) -> int:
        """Samples to train for, where the experiment's own numbers are these."""
        return self.samples if self.samples is not None else quick if self.quick else usual

    @property
    def of_one_seed(self) -> "Options":
        """The same with the first seed only, for what shows a single training."""
        return replace(self, seeds=self.seeds[:1])

    def frey_absent(self) -> str | None:
        """Why the Frey Face panels cannot be had, in a sentence, or None if they can."""
        info = {known.name: known for known in available_datasets(self.data_dir)}["frey-face"]
        return None if info.present else FREY_ABSENT.format(where=info.where)


@dataclass(frozen=True)
class Experiment:
    """An experiment of the paper, or one that its claims call for.

    Attributes:
        name: the word after ``reproduce``.
        help: what it is, in a few words.
        cells: all that has to be found out (what these need comes by itself).
        figure: what the answers say; called with the answers of all cells by name.
        panels: what ``Options.panels`` may name.
        order: its place when all are reproduced, which is that of the paper.
        one_seed: whether it shows a single training, that of the first seed.
    """

    name: str
    help: str
    cells: Callable[[Options], Sequence[Cell]]
    figure: Callable[[Options, Answers], FigureData]
    panels: tuple[str, ...] = ()
    order: int = 1_000
    one_seed: bool = False


def build_figure(
    *,
    name: str,
    title: str,
    caption: str,
    columns: int,
    panels: Iterable[Panel],
    claims: Iterable[Claim],
    options: Options,
    samples: int,
    most_samples: int | None = None,
    left_out: Iterable[str],
    answers: Answers,
) -> FigureData:
    """The document of an experiment, with its provenance made from options and answers."""
    last = max(answers.values(), key=lambda answer: answer.date)
    words = [f"latent-atlas reproduce {name}"]
    words += [f"--panel {panel}" for panel in options.panels]
    words += ["--quick"] if options.quick else []
    words += [f"--samples {options.samples}"] if options.samples is not None else []
    words += [f"--seeds {','.join(map(str, options.seeds))}", "--out DIR"]
    return FigureData(
        name=name,
        title=title,
        caption=caption,
        columns=columns,
        panels=tuple(panels),
        claims=tuple(claims),
        provenance=Provenance(
            command=" ".join(words),
            date=last.date,
            samples=samples,
            most_samples=most_samples,
            seeds=options.seeds,
            quick=options.quick,
            left_out=tuple(left_out),
            environment=last.environment,
        ),
    )


def points(answers: Answers, cell: TrainingCell) -> tuple[Point, ...]:
    """What was measured along a training."""
    return points_of(answers[cell.name])


def evidence_of(
    label: str, values: Mapping[_K, Sequence[float]], unit: str = "nats per image"
) -> tuple[Evidence, ...]:
    """The numbers of each key, whose place in the label is ``{}``."""
    return tuple(
        Evidence(label=label.format(key), values=tuple(found), unit=unit)
        for key, found in values.items()
    )
