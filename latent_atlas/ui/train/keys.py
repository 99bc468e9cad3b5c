"""Where the new-run form keeps its fields in the session."""


def key(name: str) -> str:
    """The session's key of a field."""
    return f"new-{name}"
