"""The command ``diagnose``: a model's weaknesses measured, section by section."""

import argparse
import json
import sys
import time
from collections.abc import Sequence

from latent_atlas.cli.model_and_data import models_and_data
from latent_atlas.cli.progress import PartBar
from latent_atlas.reports.diagnosis.recorded_beta import recorded_beta
from latent_atlas.reports.diagnosis.section import SECTIONS, Finding, Section, Subject, splits_of
from vae_core.algorithms import infers_with_encoder
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Classifier, Watch
from vae_core.numerals import duration


def diagnose_command(args: argparse.Namespace) -> int:
    """Print what each section that was asked for finds; all that apply where none was."""
    if args.images is not None and args.images < 1:
        raise AtlasError(f"--images is {args.images}: give 1 or more.")
    asked = [section for section in SECTIONS.values() if getattr(args, section.name)]
    args.checkpoint = [args.checkpoint]
    [both], dataset = models_and_data(args)
    treatment = both.treatment(args.binarize)
    training = both.saved.training
    splits = splits_of(dataset, both.split, training.split)
    targets, beta = both.targets(args.binarize), recorded_beta(training)
    subject = Subject(
        both.saved.model,
        splits,
        treatment,
        targets,
        args.seed,
        beta,
        lambda watch: _classifier(dataset, watch),
        infers_with_encoder(training.algorithm),
    )
    chosen = _measurable(asked, subject)
    counts = {each.name: args.images or each.images for each in chosen}
    most = min(max(counts.values()), len(both.split))
    told: dict[str, object] = both.where(most, treatment) | {"seed": args.seed}
    for section in chosen:
        found, seconds = _measured(section, section.cut(subject, counts[section.name]))
        told[section.name] = found.as_json() | {"seconds": seconds}
        if not args.json:
            print(f"{section.label} · {both.data} · {duration(seconds)}")
            for line in found.lines():
                print(line)
    if args.json:
        print(json.dumps(told, allow_nan=False))
    return 0


def _classifier(dataset: Dataset, watch: Watch) -> Classifier:
    """The frozen one of these images, trained where the app has not kept it."""
    # Streamlit comes with it, which nothing else here needs.
    from latent_atlas.ui.judges.kept_classifiers import frozen

    return frozen(dataset, watch)


def _measurable(asked: Sequence[Section], subject: Subject) -> list[Section]:
    """The sections that were asked for; where none was, those that have something to measure."""
    chosen = []
    for section in asked or SECTIONS.values():
        if (why := section.refusal(subject)) is None:
            chosen.append(section)
        elif asked:
            raise AtlasError(
                f"--{section.name} has nothing to measure: {why}. "
                "Choose another model, or other images."
            )
        else:
            print(f"{section.label}: nothing to measure, for {why}.", file=sys.stderr)
    if not chosen:
        raise AtlasError("There is nothing to measure in this model. Choose another one.")
    return chosen


def _measured(section: Section, subject: Subject) -> tuple[Finding, float]:
    bar = PartBar()
    began = time.perf_counter()
    try:
        found = section.measure(subject, Watch(progress=bar))
    finally:
        bar.close()
    return found, time.perf_counter() - began
