"""The files that a diagnosis can be taken away as, by the endings of their names."""

import json
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
    """One line."""
    return (json.dumps(found.as_json(), allow_nan=False) + "\n").encode()


FILES: Mapping[str, DiagnosisFile] = {
    ".html": DiagnosisFile(
        "Report, HTML", "text/html", lambda found: diagnosis_html(found).encode()
    ),
    ".json": DiagnosisFile("Numbers, JSON", "application/json", diagnosis_json),
}
