"""Whether somebody typed a path or a name."""

from pathlib import Path


def as_path(text: str, suffixes: tuple[str, ...]) -> Path | None:
    """The path that `text` means, or None for what can only be a name.

    A path ends in one of `suffixes`, or has a slash in it, or is there. An empty word, such as an
    unset variable makes, is none: it would mean the folder that somebody happens to be in.
    """
    if not text.strip():
        return None
    try:
        path = Path(text).expanduser()
        there = path.exists()
    except (OSError, RuntimeError):  # longer than any name, or ~ of nobody
        return Path(text) if "/" in text else None
    looks_like_one = path.suffix.lower() in suffixes or "/" in text or "\\" in text
    return path if looks_like_one or there else None
