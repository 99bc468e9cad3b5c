"""The report of an experiment: claim by claim what the paper says, what we measured, the verdict.

One static page, `report.html`, beside the files of its figures. It needs no script, follows light
and dark, and can be printed.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from latent_atlas.reports.figures.write import write_whole
from latent_atlas.reports.origin import file_stem, origin_html
from latent_atlas.reports.web_page import web_page
from latent_atlas.reproduce.figure import Claim, FigureData
from latent_atlas.reproduce.numbers import PLUS_MINUS, number_text
from latent_atlas.reproduce.verdict import Comparison, Evidence, Verdict
from vae_core.sentences import counted

# A sign beside the words, so that a verdict is found at a glance and never by its colour alone.
_SIGNS: dict[Verdict, tuple[str, str]] = {
    "holds": ("\u2713", "holds"),
    "does not hold": ("\u2717", "does-not-hold"),
    "cannot be said": ("?", "cannot-be-said"),
}

_STYLE = """
.verdict {
  display: inline-flex; gap: 6px; align-items: baseline; white-space: nowrap;
  font-size: 14px; font-weight: 600; border: 1px solid; border-radius: 8px; padding: 0 8px;
}
.holds { color: var(--good); }
.does-not-hold { color: var(--bad); }
.cannot-be-said { color: var(--open); }
.summary { list-style: none; margin: 16px 0 0; padding: 0; border-top: 1px solid var(--line); }
.summary li {
  display: flex; flex-wrap: wrap; gap: 0 16px; align-items: baseline; padding: 8px 0;
  border-bottom: 1px solid var(--line);
}
.summary .verdict { flex: 0 0 136px; border: 0; padding: 0; }
.summary a { flex: 1 1 20ch; color: inherit; text-decoration-color: var(--quiet); }
.figure { margin-top: 56px; }
figure { margin: 16px 0; overflow-x: auto; }
figure img { display: block; width: 100%; height: auto; border-radius: 8px; }
figcaption { padding-top: 8px; }
/* On a phone a figure of many columns is moved sideways, for its words would be too small. */
@media screen { .below img { min-width: calc(var(--columns) * 216px); } }
.claims { display: grid; gap: 16px; grid-template-columns: 1fr; align-items: start; }
.claim { background: var(--panel); border-radius: 8px; padding: 16px; min-width: 0; }
.claim h3 { margin: 8px 0; }
.claim dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
.claim dt { color: var(--quiet); }
.claim dd { margin: 0; }
table { border-collapse: collapse; font-size: 14px; margin-top: 12px; width: 100%; }
th, td {
  text-align: left; font-weight: 400; padding: 4px 8px 4px 0; vertical-align: top;
  border-top: 1px solid var(--line);
}
th[scope=col] { color: var(--quiet); }
.origin-box { margin-top: 16px; }
.origin-box ul { margin: 0; padding-left: 24px; }
.origin-box p { margin: 8px 0 0; }
@media (min-width: 900px) {
  .beside { display: grid; grid-template-columns: 3fr 2fr; gap: 0 24px; align-items: start; }
  .beside figure { margin: 0; }
  .below .claims { grid-template-columns: 1fr 1fr; }
}
@media print {
  :root {
    --page: #fff; --panel: #fff; --ink: #000; --quiet: #444; --line: #bbb; --accent: #000;
    --good: #0B5A25; --bad: #8E1D08; --open: #5C4700;
  }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .claim { border: 1px solid var(--line); }
  .claim, .summary li, figure, .origin-box { break-inside: avoid; }
  h2 { break-after: avoid; }
  .beside { display: block; }
  @page { margin: 16mm; }
}
"""


def write_report(figures: Sequence[FigureData], folder: Path) -> Path:
    """Write `report.html` into `folder`, where the figures' PNG, HTML and JSON files lie.

    Returns its path.

    Raises:
        AtlasError: a figure whose name is no file name, or a folder that cannot be written to.
    """
    page = report_html(figures)
    path = folder / "report.html"
    write_whole(path, lambda part: part.write_text(page, encoding="utf-8"))
    return path


def report_html(figures: Sequence[FigureData]) -> str:
    """The page, with every figure's claims in the order of `figures`."""
    title = "The paper put to the test"
    claims = [claim for figure in figures for claim in figure.claims]
    entries = "".join(
        f'<li>{_verdict(claim)}<a href="#{escape(claim.key)}">{escape(claim.sentence)}</a></li>'
        for claim in claims
    )
    body = (
        f"<h1>{title}</h1>\n"
        "<p>What “Auto-Encoding Variational Bayes” (Kingma and Welling, 2013) says, held against "
        f"what was measured here. {escape(PLUS_MINUS)} {escape(count_line(claims))}</p>\n"
        f'<ul class="summary">{entries}</ul>\n' + "\n".join(map(_figure, figures))
    )
    return web_page(title, body, style=_STYLE)


def count_line(claims: Sequence[Claim]) -> str:
    """How many claims there are, and how many of them got which verdict."""
    counts = Counter(claim.verdict for claim in claims)
    parts = []
    if counts["holds"]:
        parts.append(f"{counts['holds']} hold" + ("s" if counts["holds"] == 1 else ""))
    if counts["does not hold"]:
        does = "does" if counts["does not hold"] == 1 else "do"
        parts.append(f"{counts['does not hold']} {does} not hold")
    if counts["cannot be said"]:
        parts.append(f"on {counts['cannot be said']} nothing can be said")
    claimed = counted(len(claims), "claim")
    return f"{claimed}: {', '.join(parts)}." if parts else "No claim was tested."


def _figure(figure: FigureData) -> str:
    name = file_stem(figure)
    # A figure of three columns and more wants the whole width to be read.
    columns = min(figure.columns, len(figure.panels))
    place = "below" if columns > 2 else "beside"
    claims = "\n".join(map(_claim, figure.claims))
    return f"""<section class="figure">
<h2>{escape(figure.title)}</h2>
<p>{escape(figure.caption)}</p>
<div class="{place}" style="--columns: {columns}">
<figure><a href="{name}.html"><img src="{name}.png" alt="{escape(figure.title)}"></a>
<figcaption class="quiet"><a href="{name}.html">Interactive figure</a> ·
<a href="{name}.json">numbers</a></figcaption></figure>
<div class="claims">
{claims}
</div>
</div>
<div class="origin-box">{origin_html(figure.provenance)}</div>
</section>"""


def _claim(claim: Claim) -> str:
    return f"""<article class="claim" id="{escape(claim.key)}">
{_verdict(claim)}
<h3>{escape(claim.sentence)}</h3>
<dl><dt>{escape(claim.source)}</dt><dd>{escape(claim.paper)}</dd>
<dt>Ours</dt><dd>{escape(claim.ours)}</dd>
<dt>Rule</dt><dd>{escape(claim.rule.sentence)}</dd></dl>
{_evidence(claim.numbers)}</article>"""


def _verdict(claim: Claim) -> str:
    sign, style = _SIGNS[claim.verdict]
    return (
        f'<span class="verdict {style}"><span aria-hidden="true">{sign}</span>'
        f"{claim.verdict}</span>"
    )


def _evidence(evidence: Sequence[Evidence]) -> str:
    """The numbers behind a verdict: a row each, with every seed's value."""
    if not evidence:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(row.label)}</th><td>{_mean(row)}</td>'
        f"<td>{', '.join(map(number_text, row.values))}</td></tr>"
        for row in evidence
    )
    return (
        '<table><thead><tr><th scope="col">Measured</th><th scope="col">Mean</th>'
        f'<th scope="col">Values</th></tr></thead><tbody>{rows}</tbody></table>\n'
    )


def _mean(row: Evidence) -> str:
    if not row.values:
        return "no value"
    if isinstance(row, Comparison):
        return f"{row.told} {escape(row.unit)}"
    return f"{number_text(float(np.mean(row.values)))} {escape(row.unit)}"
