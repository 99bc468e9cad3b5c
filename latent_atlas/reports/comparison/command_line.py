"""The command line that makes a report again."""

import shlex
from collections.abc import Sequence
from pathlib import Path


def compare_line(
    models: Sequence[str],
    dataset: str,
    split: str,
    out: Path | None = None,
    images: int | None = None,
    runs_dir: Path | None = None,
    *,
    identity: bool = False,
) -> str:
    """`latent-atlas compare …`, each word as a shell takes it."""
    words = ["latent-atlas", "compare", *models, "--dataset", dataset, "--split", split]
    words += [] if images is None else ["--images", str(images)]
    words += ["--identity"] if identity else []
    words += [] if runs_dir is None else ["--runs-dir", str(runs_dir)]
    words += ["--json"] if out is None else ["--out", str(out)]
    return shlex.join(words)
