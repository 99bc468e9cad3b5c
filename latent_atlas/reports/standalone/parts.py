"""Parts of a page as HTML; words are escaped here."""

from html import escape


def section(name: str, *content: str, level: int = 2) -> str:
    """A part with its heading; `content` is HTML."""
    return f"<section><h{level}>{escape(name)}</h{level}>{''.join(content)}</section>"


def quiet(words: str) -> str:
    """A sentence beside what matters."""
    return f'<p class="quiet">{escape(words)}</p>'


def warning(words: str) -> str:
    """A sentence that nobody may miss."""
    return f'<p class="warning">{escape(words)}</p>'


def keys(entries: str) -> str:
    """The key below a chart; `entries` are its items as HTML."""
    return f'<ul class="keys">{entries}</ul>' if entries else ""


def figure(drawn: str, key: str = "", words: str = "") -> str:
    """A chart with its key, both HTML, and a caption."""
    caption = f'<figcaption class="quiet">{escape(words)}</figcaption>' if words else ""
    return f"<figure>{drawn}{key}{caption}</figure>"


def table(head: str, rows: str) -> str:
    """A table that is pushed sideways where it is too wide; cells are HTML."""
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"</div>"
    )


def unbroken(words: str) -> str:
    """Names such as mnist-2d are not broken at their hyphens."""
    return " ".join(
        f'<span class="whole">{escape(word)}</span>' if "-" in word[:24] else escape(word)
        for word in words.split(" ")
    )


def made_by(version: str, created: str) -> str:
    """Which version made the page, and when: an ISO time of UTC."""
    return quiet(f"Made by Latent Atlas {version}, {created[:16].replace('T', ' ')} UTC.")
