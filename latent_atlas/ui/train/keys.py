"""Where the new-run form keeps its fields in the session."""


def key(name: str) -> str:
    """Return the session's key of a field."""
    return f"new-{name}"
