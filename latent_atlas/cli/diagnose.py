"""The command ``diagnose``: a model's weaknesses measured, section by section."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from latent_atlas.cli.interrupts import INTERRUPTED
from latent_atlas.cli.model_and_data import ModelAndData, models_and_data
from latent_atlas.cli.output import STANDARD_OUTPUT, check_out, write_out
from latent_atlas.cli.parser import say
from latent_atlas.cli.progress import PartBar
from latent_atlas.reports.diagnosis.files import FILES, diagnosis_json
from latent_atlas.reports.diagnosis.recorded_beta import recorded_beta
from latent_atlas.reports.diagnosis.report import (
    Diagnosis,
    MeasuredSection,
    diagnose_line,
    model_facts,
    now,
)
from latent_atlas.reports.diagnosis.section import SECTIONS, Section, Subject, splits_of
from latent_atlas.stored_models import file_digest
from vae_core.algorithms import infers_with_encoder
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Classifier, Watch
from vae_core.evaluation.overflow import refuse_overflow
from vae_core.numerals import duration
from vae_core.sentences import listed


def diagnose_command(args: argparse.Namespace) -> int:
    """Print or write what each section that was asked for finds; all that apply where none was."""
    if args.images is not None and args.images < 1:
        raise AtlasError(f"--images is {args.images}: give 1 or more.")
    asked = [section for section in SECTIONS.values() if getattr(args, section.name)]
    args.checkpoint = [args.checkpoint]
    if args.out is not None:
        _ending(args.out)
    [both], dataset = models_and_data(args)
    if args.out is not None:
        check_out(args, tuple(FILES), [both.model.path])
    subject = _subject(args, both, dataset)
    work = _measured(asked, subject, args, both.data)
    _tell(args, _diagnosis(args, asked, both, subject, work))
    if asked and work.failed:
        raise work.failed[0]
    return INTERRUPTED if work.interrupted else 0


@dataclass
class _Work:
    """What was measured, why other sections were not, and what went wrong in those."""

    measured: list[MeasuredSection] = field(default_factory=list)
    unmeasured: list[tuple[Section, str]] = field(default_factory=list)
    failed: list[AtlasError] = field(default_factory=list)
    interrupted: bool = False


def _subject(args: argparse.Namespace, both: ModelAndData, dataset: Dataset) -> Subject:
    training = both.saved.training
    return Subject(
        both.saved.model,
        splits_of(dataset, both.split, training.split),
        both.treatment(args.binarize),
        both.targets(args.binarize),
        args.seed,
        recorded_beta(training),
        lambda watch: _classifier(dataset, watch),
        infers_with_encoder(training.algorithm),
    )


def _classifier(dataset: Dataset, watch: Watch) -> Classifier:
    """The frozen one of these images, trained where the app has not kept it."""
    # Streamlit comes with it, which nothing else here needs.
    from latent_atlas.ui.judges.kept_classifiers import frozen

    return frozen(dataset, watch)


def _measured(
    asked: Sequence[Section], subject: Subject, args: argparse.Namespace, of: str
) -> _Work:
    """All that can be; one section that fails takes nothing from the others.

    Raises AtlasError where a section that was asked for has nothing to measure in this model, which
    is known before the work, and where nothing was measured at all; KeyboardInterrupt where nothing
    was by then.
    """
    work = _Work()
    chosen = []
    for section in SECTIONS.values():
        why = section.refusal(subject)
        if section in asked and why is not None:
            raise AtlasError(
                f"--{section.name} has nothing to measure: {why}. "
                "Choose another model, or other images."
            )
        if asked and section not in asked:
            work.unmeasured.append((section, why or "it was not asked for"))
        elif why is not None:
            work.unmeasured.append((section, why))
            print(f"{section.label}: nothing to measure, for {why}.", file=sys.stderr)
        else:
            chosen.append(section)
    for place, section in enumerate(chosen):
        cut = section.cut(subject, args.images or section.images)
        try:
            work.measured.append(_one(section, cut))
        except KeyboardInterrupt:
            if not work.measured:
                raise
            left = chosen[place:]
            say(f"Stopped. Not measured: {listed(each.label for each in left)}.")
            work.unmeasured += [(each, "it was stopped") for each in left]
            work.interrupted = True
            break
        except AtlasError as problem:
            work.failed.append(problem)
            work.unmeasured.append((section, f"it went wrong: {problem}"))
            if len(chosen) > 1:
                say(f"{section.label}: {problem}")
        else:
            if not args.json and args.out != STANDARD_OUTPUT:
                _print(work.measured[-1], of)
    if not work.measured:
        if work.failed:
            raise work.failed[0]
        raise AtlasError("There is nothing to measure in this model. Choose another one.")
    return work


def _one(section: Section, subject: Subject) -> MeasuredSection:
    bar = PartBar()
    began = time.perf_counter()
    try:
        refuse_overflow(subject.model, subject.splits[0].images)
        found = section.measure(subject, Watch(progress=bar))
    finally:
        bar.close()
    return MeasuredSection(section, found, time.perf_counter() - began)


def _print(measured: MeasuredSection, of: str) -> None:
    print(f"{measured.section.label} · {of} · {duration(measured.seconds or 0.0)}")
    for line in measured.finding.lines():
        print(line)


def _diagnosis(
    args: argparse.Namespace,
    asked: Sequence[Section],
    both: ModelAndData,
    subject: Subject,
    work: _Work,
) -> Diagnosis:
    most = max(args.images or each.section.images for each in work.measured)
    images = min(most, len(both.split))
    command = diagnose_line(
        args.checkpoint[0],
        both.data,
        both.split.name,
        asked,
        images=args.images,
        binarize=args.binarize,
        seed=args.seed,
        out=args.out,
        folders={"--data-dir": args.data_dir, "--runs-dir": args.runs_dir},
    )
    return Diagnosis(
        title=both.model.title,
        dataset=both.data,
        targets=subject.targets,
        where=both.where(images, subject.treatment) | {"seed": args.seed},
        model=model_facts(both.saved, file_digest(both.model.path)),
        measured=work.measured,
        unmeasured=work.unmeasured,
        notes=[both.kinship.sentence] if both.kinship.strange else [],
        command=command,
        created=now(),
    )


def _tell(args: argparse.Namespace, found: Diagnosis) -> None:
    """Write the file, and print the numbers where they are asked for or have no other place.

    Raises AtlasError where the file cannot be written; its numbers have been printed then.
    """
    if args.out is not None:
        content = FILES[_ending(args.out)].content(found)
        try:
            size = write_out(args.out, [content])
        except AtlasError:
            print(diagnosis_json(found).decode(), end="")
            raise
        if args.out == STANDARD_OUTPUT:
            return
        say(f"{args.out}: {size / 1000:z,.0f} kB")
    if args.json:
        print(diagnosis_json(found).decode(), end="")


def _ending(out: Path) -> str:
    """That of the format. Raises AtlasError where the name does not tell which is meant."""
    ending = ".html" if out == STANDARD_OUTPUT else out.suffix.lower()
    if ending not in FILES:
        raise AtlasError(
            f"{out} does not tell what to write: end its name in {listed(FILES, 'or')}."
        )
    return ending
