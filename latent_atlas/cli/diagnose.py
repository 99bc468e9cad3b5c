"""The command ``diagnose``: a model's weaknesses measured, section by section."""

import argparse
import json
import time
from dataclasses import replace

from latent_atlas.cli.model_and_data import models_and_data
from latent_atlas.cli.progress import PartBar
from latent_atlas.reports.diagnosis.section import SECTIONS, Finding, Section, Subject
from vae_core.data import Dataset, Split
from vae_core.errors import AtlasError
from vae_core.evaluation import Watch
from vae_core.models import inability
from vae_core.numerals import duration


def diagnose_command(args: argparse.Namespace) -> int:
    """Print what each section that was asked for finds; all of them where none was."""
    if args.images < 1:
        raise AtlasError(f"--images is {args.images}: give 1 or more.")
    asked = [section for section in SECTIONS.values() if getattr(args, section.name)]
    args.checkpoint = [args.checkpoint]
    [both], dataset = models_and_data(args)
    treatment = both.treatment(args.binarize)
    splits = _splits(dataset, both.split, both.saved.training.split or "train", args.images)
    subject = Subject(both.saved.model, splits, treatment, both.targets(args.binarize), args.seed)
    told: dict[str, object] = both.where(len(splits[0]), treatment) | {"seed": args.seed}
    for section in asked or SECTIONS.values():
        found, seconds = _measured(section, subject)
        told[section.name] = found.as_json() | {"seconds": seconds}
        if not args.json:
            print(f"{section.label} · {both.data} · {duration(seconds)}")
            for line in found.lines():
                print(line)
    if args.json:
        print(json.dumps(told, allow_nan=False))
    return 0


def _measured(section: Section, subject: Subject) -> tuple[Finding, float]:
    if (why := inability(type(subject.model), *section.needs)) is not None:
        raise AtlasError(f"--{section.name} has nothing to measure: {why}. Choose another model.")
    bar = PartBar()
    began = time.perf_counter()
    try:
        found = section.measure(subject, Watch(progress=bar))
    finally:
        bar.close()
    return found, time.perf_counter() - began


def _splits(dataset: Dataset, test: Split, train: str, images: int) -> tuple[Split, ...]:
    """The first images of the split that was asked for, and of the one trained on, if another."""
    chosen = [test]
    if train in dataset.splits and train != test.name:
        chosen.append(dataset.split(train))
    return tuple(
        replace(
            split,
            images=split.images[:images],
            labels=None if split.labels is None else split.labels[:images],
        )
        for split in chosen
    )
