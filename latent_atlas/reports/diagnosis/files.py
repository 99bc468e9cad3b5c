"""The files that a diagnosis can be taken away as, by the endings of their names."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from latent_atlas.reports.diagnosis.page import diagnosis_html
from latent_atlas.reports.diagnosis.report import Diagnosis


@dataclass(frozen=True)
class DiagnosisFile:
    """What it is in a few words, its kind, and what makes it."""

    label: str
    mime: str
    content: Callable[[Diagnosis], bytes]


def diagnosis_json(found: Diagnosis) -> bytes:
    """One line; what is no number is null, for JSON has no other word."""
    return (json.dumps(_numbers_or_null(found.as_json()), allow_nan=False) + "\n").encode()


def _numbers_or_null(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _numbers_or_null(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_numbers_or_null(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


FILES: Mapping[str, DiagnosisFile] = {
    ".html": DiagnosisFile(
        "Report, HTML", "text/html", lambda found: diagnosis_html(found).encode()
    ),
    ".json": DiagnosisFile("Numbers, JSON", "application/json", diagnosis_json),
}
