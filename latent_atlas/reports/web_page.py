"""The frame of a stand-alone web page: light and dark, wide and narrow, on screen and on paper."""

from html import escape

from latent_atlas.reports.colours import (
    INK_DARK,
    INK_LIGHT,
    PAGE_DARK,
    PAGE_LIGHT,
    QUIET_DARK,
    QUIET_LIGHT,
)

_STYLE = f"""
:root {{
  color-scheme: light dark;
  --page: {PAGE_LIGHT}; --panel: #F2F2EE; --ink: {INK_LIGHT}; --quiet: {QUIET_LIGHT};
  --line: #E0E1DF; --accent: #2F6FDE; --good: #117733; --bad: #B02A10; --open: #7A5F00;
}}
@media (prefers-color-scheme: dark) {{
  :root {{
    --page: {PAGE_DARK}; --panel: #1C1F24; --ink: {INK_DARK}; --quiet: {QUIET_DARK};
    --line: #2D2F33; --accent: #7FB0FF; --good: #5CC47D; --bad: #FF8A70; --open: #D8B84A;
  }}
}}
* {{ box-sizing: border-box; }}
body {{
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums;
}}
main {{ max-width: 1200px; margin: 0 auto; padding: 32px 16px 48px; }}
h1 {{ font-size: 28px; line-height: 1.2; margin: 0 0 8px; }}
h2 {{ font-size: 20px; line-height: 1.3; margin: 0 0 8px; }}
h3 {{ font-size: 16px; line-height: 1.4; margin: 0; }}
p {{ margin: 0 0 8px; max-width: 72ch; }}
a {{ color: var(--accent); }}
code {{
  font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere;
}}
.quiet {{ color: var(--quiet); font-size: 14px; }}
dl.origin {{
  display: grid; grid-template-columns: max-content 1fr; gap: 0 16px; margin: 0; font-size: 14px;
}}
dl.origin dt {{ color: var(--quiet); }}
dl.origin dd {{ margin: 0; overflow-wrap: anywhere; }}
@media (max-width: 480px) {{
  dl.origin {{ grid-template-columns: 1fr; }}
  dl.origin dd {{ margin-bottom: 8px; }}
}}
"""


def web_page(title: str, body: str, *, style: str = "", head: str = "") -> str:
    """A whole HTML document.

    Args:
        title: plain text, for the tab.
        body: HTML, with everything from documents escaped already.
        style: CSS beyond that of all pages.
        head: further HTML for the head.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{style}</style>\n{head}</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def definitions(entries: dict[str, str]) -> str:
    """Names and what they stand for, as a list of two columns; both are escaped here."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in entries.items()
    )
    return f'<dl class="origin">{rows}</dl>'
