"""Where a result comes from, in words and as HTML: the same on figures, pages and in the report."""

import re
from html import escape

from latent_atlas.reports.web_page import definitions
from latent_atlas.reproduce.figure import FigureData, Provenance
from vae_core.errors import AtlasError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def file_stem(figure: FigureData) -> str:
    """The figure's name, as files and links to them may bear it.

    Raises AtlasError for one that would lead elsewhere: documents come from other people too.
    """
    if not _NAME.fullmatch(figure.name):
        raise AtlasError(
            f"“{figure.name}” is no name for a figure: it takes small letters, digits and hyphens."
        )
    return figure.name


def origin_line(provenance: Provenance) -> str:
    """Command, date, samples and seeds in one line."""
    return "  ·  ".join(
        [
            provenance.command,
            provenance.date[:10],
            provenance.samples_told,
            _seeds(provenance),
            *(["the quick version"] if provenance.quick else []),
        ]
    )


def origin_html(provenance: Provenance) -> str:
    """Everything there is to say, with what was left out, as HTML."""
    entries = {
        "Command": provenance.command,
        "Date": f"{provenance.date[:16].replace('T', ' ')} UTC",
        "Samples": f"{provenance.samples_told} evaluated by each method",
        "Seeds": ", ".join(map(str, provenance.seeds)),
    }
    if provenance.quick:
        entries["Version"] = "quick: fewer samples or panels than the whole experiment"
    entries["Environment"] = ", ".join(f"{k} {v}" for k, v in provenance.environment.items())
    left_out = "".join(f"<li>{escape(sentence)}</li>" for sentence in provenance.left_out)
    return definitions(entries) + (
        f'<p class="quiet left-out">Left out:</p><ul class="quiet">{left_out}</ul>'
        if left_out
        else ""
    )


def _seeds(provenance: Provenance) -> str:
    word = "seed" if len(provenance.seeds) == 1 else "seeds"
    return f"{word} {', '.join(map(str, provenance.seeds))}"
