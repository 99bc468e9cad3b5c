"""The program's commands, called as from a terminal."""

import contextlib
import io
from typing import cast

from latent_atlas.cli.main import main


def told(words: list[str]) -> str:
    """What the command prints; a refusal ends it with 2 or 1 and a sentence, nothing else does."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:
            code = cast(int, end.code)
    assert code in (0, 1, 2), f"{words} ended with {code}"
    assert "Traceback" not in err.getvalue()
    return out.getvalue() + err.getvalue()
