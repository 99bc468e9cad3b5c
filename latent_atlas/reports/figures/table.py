"""A table out of a document, as HTML: for the interactive figure and for the app alike."""

from html import escape

from latent_atlas.reproduce.figure import TablePanel

# `--page` is the colour of the page below. The names of rows stay where columns are scrolled away,
# and a shade at the right says that there are more.
TABLE_STYLE = """
.measures { overflow-x: auto; background:
  linear-gradient(to right, transparent, var(--page, Canvas) 75%) right / 40px 100% no-repeat local,
  linear-gradient(to left, rgb(128 128 128 / 25%), transparent) right / 16px 100% no-repeat; }
.measures table { border-collapse: separate; border-spacing: 0; font-size: 14px; line-height: 20px;
  font-variant-numeric: tabular-nums; }
.measures :is(th, td) { font-weight: 400; text-align: right; padding: 4px 0 4px 16px;
  vertical-align: top; border-bottom: 1px solid rgb(128 128 128 / 20%); }
.measures td, .measures th[scope=col] { white-space: nowrap; }
.measures :is(th[scope=row], td:first-child) { text-align: left; padding-left: 0; }
.measures th[scope=row] { white-space: nowrap; }
.measures :is(th[scope=row], td:first-child) { position: sticky; left: 0;
  background: var(--page, Canvas); }
.measures small { font-size: 12px; opacity: 0.75; }
@media (max-width: 640px) {
  .measures th[scope=row] { white-space: normal; min-width: 112px; }
}
"""


def table_html(panel: TablePanel) -> str:
    """The table; its style is ``TABLE_STYLE``."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in panel.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(row.label)}</th>'
        + "".join(f"<td>{_cell(each)}</td>" for each in row.cells)
        + "</tr>"
        for row in panel.rows
    )
    # Who has no pointer scrolls it by the keyboard, which takes a focus.
    region = f'class="measures" role="region" tabindex="0" aria-label="{escape(panel.title)}"'
    return (
        f"<div {region}><table><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(text: str) -> str:
    """A number, and what it may be between in smaller type."""
    value, bracket, ends = escape(text).partition("[")
    return f"{value}<small>{bracket}{ends}</small>" if bracket else value
